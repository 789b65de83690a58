import {
  cancelRehearsal,
  listRehearsals,
  readRehearsal,
  startRehearsal,
  type StartRehearsalDeps,
} from '../migration/rehearsal/manage-rehearsals.ts'
import { connectionOf } from './connection-handlers.ts'
import type { Handlers } from './handler.ts'

/** Operations on rehearsals. */
export function rehearsalHandlers(deps: StartRehearsalDeps) {
  return {
    async startRehearsal({ tenant, params, body }) {
      const connection = await connectionOf(deps.db, tenant, params.connection_id)
      return await startRehearsal(deps, tenant, connection, body)
    },

    async listRehearsals({ tenant, params }) {
      const connection = await connectionOf(deps.db, tenant, params.connection_id)
      return { rehearsals: await listRehearsals(deps.db, connection) }
    },

    async getRehearsal({ tenant, params }) {
      const connection = await connectionOf(deps.db, tenant, params.connection_id)
      return await readRehearsal(deps.db, connection, params.rehearsal_id)
    },

    async cancelRehearsal({ tenant, params }) {
      const connection = await connectionOf(deps.db, tenant, params.connection_id)
      await cancelRehearsal(deps, connection, params.rehearsal_id)
      return null
    },
  } satisfies Partial<Handlers>
}
