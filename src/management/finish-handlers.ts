import type { Connection } from '../connections/connection.ts'
import { describeFinish, type DescribeDeps } from '../migration/finish/describe-finish.ts'
import { listLatecomers } from '../migration/finish/latecomers.ts'
import { readKeptPreflight, readPreflight } from '../migration/finish/preflight.ts'
import { rollBackFinish, type RollBackDeps } from '../migration/finish/roll-back-finish.ts'
import { linkLatecomer, releaseLatecomer } from '../migration/finish/settle-latecomer.ts'
import { startFinishStep, type StartFinishDeps } from '../migration/finish/start-finish-step.ts'
import { requireRecord } from '../migration/list-records.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { connectionOf } from './connection-handlers.ts'
import type { Handlers } from './handler.ts'
import { checkpointAnswer, checkpointOf } from './paging.ts'
import { savedByToken } from './saved-by-token.ts'

/** Operations that end the migration of a connection. */
export function finishHandlers(
  deps: Parameters<typeof readKeptPreflight>[0] &
    DescribeDeps &
    StartFinishDeps &
    RollBackDeps &
    Parameters<typeof linkLatecomer>[0],
) {
  const find = (tenant: Tenant, connection_id: string): Promise<Connection> =>
    connectionOf(deps.db, tenant, connection_id)
  const describe = async (tenant: Tenant, connection_id: string) =>
    await describeFinish(deps, await find(tenant, connection_id))

  return {
    async getPreflight({ tenant, params, query }) {
      const connection = await find(tenant, params.connection_id)
      return query.counts === 'kept' ? await readKeptPreflight(deps, connection) : await readPreflight(deps, connection)
    },

    getFinish: async ({ tenant, params }) => await describe(tenant, params.connection_id),

    async startFinishStep({ tenant, params: { connection_id }, body, token }) {
      const { tenant_id } = tenant
      await startFinishStep(deps, { ...body, tenant_id, connection_id, started_by: savedByToken(token) })
      return await describe(tenant, connection_id)
    },

    async rollBackFinish({ tenant, params: { connection_id }, body: { confirm }, token }) {
      const { tenant_id } = tenant
      await rollBackFinish(deps, { tenant_id, connection_id, confirm, rolled_back_by: savedByToken(token) })
      return await describe(tenant, connection_id)
    },

    async listLatecomers({ tenant, params, query }) {
      const connection = await find(tenant, params.connection_id)
      return checkpointAnswer('latecomers', await listLatecomers(deps.db, connection, checkpointOf(query)))
    },

    async linkMigrationRecord({ tenant, params: { connection_id, record_id }, body: { user_id } }) {
      const connection = await find(tenant, connection_id)
      await linkLatecomer(deps, connection, { record_id, user_id })
      return await requireRecord(deps.db, connection, record_id)
    },

    async releaseMigrationRecord({ tenant, params: { connection_id, record_id } }) {
      const connection = await find(tenant, connection_id)
      await releaseLatecomer(deps, connection, record_id)
      return await requireRecord(deps.db, connection, record_id)
    },
  } satisfies Partial<Handlers>
}
