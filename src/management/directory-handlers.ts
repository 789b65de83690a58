import { DirectoryFields } from '../contract/directory.ts'
import { listLoads, requireLoad, showLoad } from '../migration/directory/directory-load.ts'
import {
  cancelLoad,
  confirmLoad,
  startFileLoad,
  startListing,
  type StartLoadDeps,
} from '../migration/directory/start-load.ts'
import { startTailImport } from '../migration/directory/tail-import.ts'
import { requirePlan, type Tenant } from '../tenants/tenant.ts'
import { connectionOf } from './connection-handlers.ts'
import { convertStrings } from './convert-strings.ts'
import type { Handlers } from './handler.ts'
import { inputCheck } from './input-check.ts'

const checkFields = inputCheck('body', DirectoryFields)

const keyOf = ({ tenant_id }: Tenant, params: { connection_id: string; load_id: string }) => ({ tenant_id, ...params })

/** Operations on the directory of a legacy store. */
export function directoryHandlers(deps: StartLoadDeps) {
  return {
    async loadDirectory({ tenant, params, body, readForm }) {
      const { tenant_id, connection_id, mode } = await connectionOf(deps.db, tenant, params.connection_id)
      const of = { tenant_id, connection_id }
      if (body !== null) {
        requirePlan(tenant, mode === 'legacy' ? 'legacy_mode' : 'import_mode')
        return showLoad(await startListing(deps, of, body.gone_limit_percent))
      }
      const row = await startFileLoad(deps, of, async (keepFile) => {
        const fields = convertStrings(DirectoryFields, await readForm(keepFile)) as DirectoryFields
        checkFields(fields)
        return fields
      })
      return showLoad(row)
    },

    async listDirectoryLoads({ tenant, params }) {
      const { tenant_id, connection_id } = await connectionOf(deps.db, tenant, params.connection_id)
      return { loads: await listLoads(deps.db, { tenant_id, connection_id }) }
    },

    getDirectoryLoad: async ({ tenant, params }) => showLoad(await requireLoad(deps.db, keyOf(tenant, params))),

    confirmDirectoryLoad: async ({ tenant, params, body }) =>
      showLoad(await confirmLoad(deps, keyOf(tenant, params), body)),

    async importTail({ tenant, params }) {
      const { tenant_id, connection_id } = await connectionOf(deps.db, tenant, params.connection_id)
      return { job_id: await startTailImport(deps, { tenant_id, connection_id }) }
    },

    async cancelDirectoryLoad({ tenant, params }) {
      await cancelLoad(deps, keyOf(tenant, params))
      return null
    },
  } satisfies Partial<Handlers>
}
