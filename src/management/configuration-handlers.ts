import { listConfiguration, setConfiguration, setEgress } from '../connections/save-configuration.ts'
import type { SaveConnectionDeps } from '../connections/save-connection.ts'
import { showEgress, testDestination, type ShowEgressDeps } from '../connections/show-egress.ts'
import { createTenantLimit } from '../login/tenant-limit.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'
import { connectionOf } from './connection-handlers.ts'
import type { Handlers } from './handler.ts'
import { savedByToken } from './saved-by-token.ts'

const withinLimit = createTenantLimit(4, 'tests of destinations')

/** Operations on what the scripts of a connection read and reach. */
export function configurationHandlers(
  deps: SaveConnectionDeps & ShowEgressDeps & { scripts: Pick<ScriptRuntime, 'probe'> },
) {
  return {
    listConfiguration: async ({ tenant, params }) => ({
      values: listConfiguration(await connectionOf(deps.db, tenant, params.id)),
    }),

    async updateConfiguration({ tenant: { tenant_id }, params, body, token }) {
      const values = body.configuration
      const change = { tenant_id, connection_id: params.id, values, set_by: savedByToken(token) }
      return { values: listConfiguration(await setConfiguration(deps, change)) }
    },

    getEgress: async ({ tenant, params }) => await showEgress(deps, await connectionOf(deps.db, tenant, params.id)),

    async setEgress({ tenant: { tenant_id }, params, body: egress }) {
      return await showEgress(deps, await setEgress(deps, { tenant_id, connection_id: params.id, egress }))
    },

    async testDestination({ tenant, params, body }) {
      const connection = await connectionOf(deps.db, tenant, params.id)
      return await withinLimit(tenant.tenant_id, () => testDestination(deps, connection, body.destination))
    },
  } satisfies Partial<Handlers>
}
