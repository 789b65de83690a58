import { isoTime } from '../base/time.ts'
import type { JsonObject } from '../base/json.ts'
import { clientById } from '../clients/client.ts'
import { connectionById } from '../connections/connection.ts'
import type { ActionTrigger } from '../contract/action.ts'
import type { JobHandler, RunningJob } from '../jobs/job.ts'
import type { PostMigration } from '../migration/enqueue-post-migration.ts'
import type { Db } from '../store/tables.ts'
import { tenantById, type Tenant } from '../tenants/tenant.ts'
import { userById } from '../users/user.ts'
import type { ActionsJob } from './enqueue-actions.ts'
import { callerMember, clientMember, connectionMember, userMember } from './event-members.ts'
import type { ReadChainDeps } from './rule-chain.ts'
import { jobs_version, runTrigger, type RunTriggerDeps } from './run-trigger.ts'
import { readTriggerActions } from './trigger-actions.ts'

/** Dependencies of running actions after a change. */
export type ActionsJobDeps = ReadChainDeps & RunTriggerDeps

/** The actions of a job that have ended without an error. */
type Cursor = { done: string[] }

/** The members of an event about a user; undefined where the user or the connection was deleted. */
async function userEvent(
  db: Db,
  tenant: Tenant,
  { user_id, connection_id }: { user_id: string; connection_id: string },
): Promise<JsonObject | undefined> {
  const { tenant_id } = tenant
  const [user, connection] = await Promise.all([
    userMember(db, await userById(db, tenant_id, user_id)),
    connectionById(db, tenant_id, connection_id),
  ])
  if (!user || !connection) return undefined
  return {
    user,
    connection: connectionMember(connection),
    tenant: { id: tenant.name },
  }
}

/**
 * Runs the actions that are bound to a trigger, each until it has ended once without an error. Where one fails, the job is run again with
 * those that have not, some times, with pauses.
 */
async function runBound<Input>(
  deps: ActionsJobDeps,
  job: RunningJob<Input, Cursor>,
  trigger: ActionTrigger,
  eventOf: (tenant: Tenant) => Promise<JsonObject | undefined>,
): Promise<void> {
  const { tenant_id } = job
  const done = job.cursor?.done ?? []
  const [tenant, actions] = await Promise.all([
    tenantById(deps.db, tenant_id),
    readTriggerActions(deps, tenant_id, trigger, done),
  ])
  if (!tenant || !actions) return
  const event = await eventOf(tenant)
  if (!event) return
  const answer = await runTrigger(deps, { tenant, actions, event, is_deciding: false, version: jobs_version })
  if (!answer.failure) return
  if (answer.done.length > 0) {
    const cursor = { done: [...new Set([...done, ...answer.done])] }
    await job.commit(async () => ({ cursor, progress: { done: cursor.done.length, total: null } }))
  }
  throw new Error(`The actions of ${trigger} failed: ${answer.failure.message}`)
}

/** Creates the handler that runs the actions of `post-user-registration` and `post-change-password`, at least once. */
export function createActionsJob(deps: ActionsJobDeps): JobHandler<ActionsJob, Cursor> {
  return {
    waits_for_tenant: true,
    async run(job) {
      const { trigger, client_id, caller } = job.input
      await runBound(deps, job, trigger, async (tenant) => {
        const event = await userEvent(deps.db, tenant, job.input)
        const client = client_id === undefined ? undefined : await clientById(deps.db, tenant.tenant_id, client_id)
        if (!event) return undefined
        return {
          ...event,
          request: { ...callerMember(caller), method: 'POST' },
          ...(client === undefined ? {} : { client: clientMember(client) }),
        }
      })
    },
  }
}

/** Creates the handler that runs the actions of `post-migration` for a user who moved, at least once. */
export function createPostMigrationJob(deps: ActionsJobDeps): JobHandler<PostMigration, Cursor> {
  return {
    waits_for_tenant: true,
    async run(job) {
      const { legacy_id, through, moved_at } = job.input
      await runBound(deps, job, 'post-migration', async (tenant) => {
        const event = await userEvent(deps.db, tenant, job.input)
        const migration = { id: job.job_id, legacy_id, through, moved_at: isoTime(moved_at) }
        return event && { ...event, migration }
      })
    },
  }
}
