import { defined } from '../base/defined.ts'
import type { RecordFilterQuery } from '../contract/migration-record.ts'
import { Refusal } from '../contract/refusal.ts'
import type { ScriptCallLog } from '../logs/script-call-log.ts'
import { readCause } from '../migration/decisions/records-of-causes.ts'
import { listRecords, recordWithHistory, type RecordFilter } from '../migration/list-records.ts'
import type { MigrationHealthDeps } from '../migration/migration-health.ts'
import { summarizeMigration } from '../migration/summarize-migration.ts'
import { liftTombstone } from '../migration/tombstone.ts'
import type { Searches } from '../store/searches.ts'
import { connectionOf } from './connection-handlers.ts'
import type { Handlers } from './handler.ts'
import { checkpointAnswer, checkpointOf } from './paging.ts'

/** The time of a parameter in epoch milliseconds. @throws {Refusal} `invalid_query_string` */
function timeOf(name: string, text: string | undefined): number | undefined {
  const time = text === undefined ? undefined : Date.parse(text)
  if (Number.isNaN(time)) throw new Refusal('invalid_query_string', { message: `${name} must be a time in ISO 8601.` })
  return time
}

/** The filter of a list of records, from the parameters of a request. @throws {Refusal} `invalid_query_string` */
export function readRecordFilter(query: RecordFilterQuery): RecordFilter {
  const { state, moved, outcome, cause, decided, drifted, shared, through, q, ...of_directory } = query
  const { gone, disabled, has_hash, problem, rehearsed, active_since, active_before } = of_directory
  const directory = defined({
    gone,
    disabled,
    has_hash,
    problem,
    rehearsed,
    active_since: timeOf('active_since', active_since),
    active_before: timeOf('active_before', active_before),
  })
  return {
    ...defined({ state, moved, outcome, cause: cause && readCause(cause), decided, drifted, shared, through, q }),
    directory,
  }
}

/** Operations on the migration ledger. */
export function migrationHandlers(
  deps: MigrationHealthDeps & { searches: Searches; script_calls: Pick<ScriptCallLog, 'flush'> },
) {
  return {
    async getMigration({ tenant, params, query }) {
      const connection = await connectionOf(deps.db, tenant, params.connection_id)
      // Calls are counted a moment after they end.
      await deps.script_calls.flush()
      return await summarizeMigration(deps, connection, query.days ?? 30)
    },

    async listMigrationRecords({ tenant, params, query }) {
      const connection = await connectionOf(deps.db, tenant, params.connection_id)
      const found = await listRecords(deps, connection, readRecordFilter(query), checkpointOf(query))
      return checkpointAnswer('records', found)
    },

    async getMigrationRecord({ tenant, params }) {
      const { connection_id } = await connectionOf(deps.db, tenant, params.connection_id)
      return await recordWithHistory(deps.db, tenant.tenant_id, connection_id, params.record_id)
    },

    async liftTombstone({ tenant, params }) {
      const { connection_id } = await connectionOf(deps.db, tenant, params.connection_id)
      await liftTombstone(deps, { tenant_id: tenant.tenant_id, connection_id, record_id: params.record_id })
      return null
    },
  } satisfies Partial<Handlers>
}
