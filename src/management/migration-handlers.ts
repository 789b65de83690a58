import { listRecords, recordWithHistory } from '../migration/list-records.ts'
import type { MigrationHealthDeps } from '../migration/migration-health.ts'
import { summarizeMigration } from '../migration/summarize-migration.ts'
import { liftTombstone } from '../migration/tombstone.ts'
import type { Searches } from '../store/searches.ts'
import { connectionOf } from './connection-handlers.ts'
import type { Handlers } from './handler.ts'
import { checkpointAnswer, checkpointOf } from './paging.ts'

/** Operations on the migration ledger. */
export function migrationHandlers(deps: MigrationHealthDeps & { searches: Searches }) {
  return {
    async getMigration({ tenant, params, query }) {
      const connection = await connectionOf(deps.db, tenant, params.connection_id)
      return await summarizeMigration(deps, connection, query.days ?? 30)
    },

    async listMigrationRecords({ tenant, params, query }) {
      const connection = await connectionOf(deps.db, tenant, params.connection_id)
      const found = await listRecords(deps, connection, query, checkpointOf(query))
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
