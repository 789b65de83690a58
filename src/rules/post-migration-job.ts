import { isoTime } from '../base/time.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import { secretMask } from '../connections/secret-mask.ts'
import { connectionById } from '../connections/connection.ts'
import type { JobHandler } from '../jobs/job.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { PostMigration } from '../migration/enqueue-post-migration.ts'
import type { ScriptResult } from '../sandbox/script-types.ts'
import { tenantById } from '../tenants/tenant.ts'
import { showUsers } from '../users/show-users.ts'
import { userById } from '../users/user.ts'
import { extensibilityEgress } from './extensibility-egress.ts'
import { readActions } from './rule-chain.ts'
import { rules_unit } from './rules-unit.ts'
import type { RunRulesDeps } from './run-rules.ts'

/** Dependencies of running the actions of the trigger `post-migration`. */
export type PostMigrationDeps = Omit<RunRulesDeps, 'rule_chains'> & { sealer: Sealer }

const script = 'post_migration'
// By its version a process apart from that of the logins, whose versions are digests: logins do not wait for these actions.
const version = 0

/** Why the actions failed; undefined where they did not. The process that answered is not trusted. */
function failureOf(result: ScriptResult): string | undefined {
  if (result.kind === 'failed') return `${result.error.name}: ${result.error.message}`
  if (result.kind !== 'returned') return result.kind.replaceAll('_', ' ')
  const [answer] = result.values
  const failures: JsonValue = isJsonObject(answer) ? (answer['failures'] ?? null) : null
  if (!Array.isArray(failures) || failures.length === 0) return undefined
  return failures.map((text) => (typeof text === 'string' ? text.slice(0, 500) : 'an action failed')).join('; ')
}

/**
 * Creates the handler: it runs each action that is bound to `post-migration` for a user who moved, at least once. Where one fails, the job
 * is run again with all of them, some times, with pauses.
 */
export function createPostMigrationJob(deps: PostMigrationDeps): JobHandler<PostMigration> {
  const { db } = deps
  return {
    waits_for_tenant: true,
    async run({ tenant_id, job_id, input }) {
      const { user_id, connection_id, legacy_id, through, moved_at } = input
      const [tenant, user, connection] = await Promise.all([
        tenantById(db, tenant_id),
        userById(db, tenant_id, user_id),
        connectionById(db, tenant_id, connection_id),
      ])
      const { steps, secrets } = await readActions(deps, tenant_id, 'post-migration')
      if (!tenant || !user || !connection || steps.length === 0) return
      const [shown] = await showUsers(db, tenant_id, [user])
      const event: JsonObject = {
        user: shown as unknown as JsonObject,
        connection: { id: connection_id, name: connection.name, strategy: connection.strategy },
        tenant: { id: tenant.name },
        migration: { id: job_id, legacy_id, through, moved_at: isoTime(moved_at) },
      }
      const secret_texts = Object.values(secrets).flatMap((each) =>
        Object.entries(each).map(([name, text]) => ({ name: `secrets.${name}`, text })),
      )
      const source = JSON.stringify(steps)
      const mask = secretMask(secret_texts, source)
      const unit = { tenant_id, unit_id: rules_unit, version }
      const result = await deps.scripts.run({
        unit,
        script,
        source,
        args: [{ event, secrets, function_name: 'onExecutePostMigration' }],
        configuration: {},
        mask,
        egress: await extensibilityEgress(deps.mayReachPrivateNetworks, tenant),
        limits: deps.script_limits,
        retry: true,
      })
      const failure = failureOf(result)
      const { call_id, duration_ms } = result
      const outcome = failure === undefined ? 'success' : 'rule_error'
      const message = failure === undefined ? {} : { message: mask(failure) }
      deps.script_calls.record({ unit, script, call_id, outcome, duration_ms, ...message })
      if (failure !== undefined) throw new Error(`The actions of post-migration failed: ${mask(failure)}`)
    },
  }
}
