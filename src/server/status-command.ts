import { countText, counted } from '../base/count-text.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { defined } from '../base/defined.ts'
import { isoTime } from '../base/time.ts'
import { listConnections } from '../connections/list-connections.ts'
import type { finishStates } from '../contract/finish.ts'
import type { MigrationSummary } from '../contract/migration-record.ts'
import { finishOf, jobOfStep, stateOf } from '../migration/finish/finish.ts'
import { summarizeMigration } from '../migration/summarize-migration.ts'
import { engineOf } from '../store/engine.ts'
import { listJobs } from '../store/jobs.ts'
import { countOutbox } from '../store/outbox.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { CommandDeps } from './command-deps.ts'
import { describeDirectory, describeHealth, describeMigration } from './describe-migration.ts'
import { hasEnded, shownJob, type ShownJob } from './follow-job.ts'
import { describeJob } from './job-progress.ts'
import { connectionNamed, optionalOption, tenantNamed, type StoreCommand } from './store-command.ts'

const connections_max = 50
const jobs_max = 20
const watch_every_ms = 2000

/** A migration, with the state of the step of its finish where that was started. */
type ShownMigration = MigrationSummary & { finish_state?: (typeof finishStates)[number] }

/** The state of a tenant. */
type Status = {
  at: string
  server: 'running' | 'stopped'
  store: ReturnType<typeof engineOf>
  tenant: string
  connections: ShownMigration[]
  connections_total: number
  jobs: ShownJob[]
  mail: Record<string, number>
}

async function readStatus(deps: CommandDeps, tenant: Tenant, name: string | undefined): Promise<Status> {
  const { db, clock, in_server } = deps
  const { tenant_id } = tenant
  const { legacy, searches } = deps.modules()
  const page = { kind: 'offset', page: 0, per_page: connections_max } as const
  const { items, total = items.length } = await listConnections(db, tenant_id, defined({ name }), page)
  const connections: ShownMigration[] = []
  for (const connection of items) {
    const summary = await summarizeMigration({ db, clock, legacy }, connection, 1)
    const finish = connection.finish_step === null ? undefined : await finishOf(db, connection)
    const finish_state = finish && stateOf(finish, await jobOfStep(db, tenant_id, finish))
    connections.push({ ...summary, ...defined({ finish_step: finish?.step, finish_state }) })
  }
  const jobs = await listJobs(db, tenant_id, jobs_max)
  return {
    at: isoTime(clock.now()),
    server: in_server ? 'running' : 'stopped',
    store: engineOf(db),
    tenant: tenant.name,
    connections,
    connections_total: total,
    jobs: jobs.flatMap((row) => shownJob(row, clock.now()) ?? []).slice(0, jobs_max),
    mail: await searches.run(tenant_id, (reader) => countOutbox(reader, tenant_id)),
  }
}

function describeConnection(summary: ShownMigration): string[] {
  const { finish_step, finish_state } = summary
  const runs_no_ops = finish_state !== undefined && (finish_step !== 'no_op' || finish_state === 'done')
  const answers = runs_no_ops
    ? 'not asked any more: the scripts of the finish find no user.'
    : describeHealth(summary.health)
  const health = summary.mode === 'local' ? [] : [`  legacy store  ${answers}`]
  return [
    `${summary.connection}: ${describeMigration(summary)}`,
    ...describeDirectory(summary),
    ...(finish_state === undefined
      ? []
      : [`  finish        the step ${finish_step} is ${finish_state}: finish status shows more`]),
    ...health,
  ]
}

function describeStatus({ at, server, store, tenant, connections, connections_total, jobs, mail }: Status): string {
  const waits = mail['waiting'] ?? 0
  const failed = mail['failed'] ?? 0
  const active = jobs.filter((job) => !hasEnded(job))
  const broken = jobs.filter(({ state }) => state === 'failed')
  return [
    `${at}  tenant ${tenant}  store ${store}  ${server === 'running' ? 'a server runs' : 'no server uses this data folder'}`,
    '',
    ...(connections.length === 0 ? ['There is no connection yet.'] : connections.flatMap(describeConnection)),
    ...(connections_total > connections.length
      ? [`… and ${countText(connections_total - connections.length)} more: --connection shows one.`]
      : []),
    '',
    `jobs  ${counted(active.length, 'active job')}${broken.length === 0 ? '' : `, ${countText(broken.length)} failed of late`}`,
    ...[...active, ...broken].map((job) => `  ${job.id}  ${job.type}  ${job.state}  ${describeJob(job)}`),
    `mail  ${counted(waits, 'message')} waiting${failed === 0 ? '' : `, ${countText(failed)} could not be delivered`}`,
  ].join('\n')
}

/** The command that shows the state of the migrations of a tenant. */
export const status_command = {
  status: ({ tenant: tenant_name, connection, json, watch = false }) => {
    const name = optionalOption(connection, '--connection')
    return async (deps) => {
      const tenant = await tenantNamed(deps.db, tenant_name)
      if (name !== undefined) await connectionNamed(deps.db, tenant, name)
      const read = async (indent?: number): Promise<string> => {
        const status = await readStatus(deps, tenant, name)
        return json === true ? JSON.stringify(status, null, indent) : describeStatus(status)
      }
      if (!watch) return { stdout: await read(2) }
      async function* follow(signal: AbortSignal): AsyncGenerator<string> {
        while (!signal.aborted) {
          yield await read()
          await sleep(watch_every_ms, undefined, { signal }).catch(() => undefined)
        }
      }
      return { stdout: '', follow }
    }
  },
} satisfies Record<string, StoreCommand>
