import { listRecords, recordWithHistory } from '../migration/list-records.ts'
import { summarize } from '../migration/summarize.ts'
import { liftTombstone } from '../migration/tombstone.ts'
import { connectionOf } from './connection-handlers.ts'
import type { Handlers } from './handler.ts'
import { checkpointAnswer } from './paging.ts'

/** Operations on the ledger. */
export const migrationHandlers = {
  async getMigration(parts, { tenant, params, query }) {
    const connection = await connectionOf(parts, tenant, params.connection_id)
    return await summarize(parts, connection, query.days ?? 30)
  },

  async listMigrationRecords(parts, { tenant, params, query }) {
    const { connection_id } = await connectionOf(parts, tenant, params.connection_id)
    const { take = 50, from, ...filter } = query
    const page = { take, ...(from === undefined ? {} : { from }) }
    return checkpointAnswer('records', await listRecords(parts.db, tenant.tenant_id, connection_id, filter, page))
  },

  async getMigrationRecord(parts, { tenant, params }) {
    const { connection_id } = await connectionOf(parts, tenant, params.connection_id)
    return await recordWithHistory(parts.db, tenant.tenant_id, connection_id, params.record_id)
  },

  async liftTombstone(parts, { tenant, params }) {
    const { connection_id } = await connectionOf(parts, tenant, params.connection_id)
    await liftTombstone(parts, { tenant_id: tenant.tenant_id, connection_id, record_id: params.record_id })
    return null
  },
} satisfies Partial<Handlers>
