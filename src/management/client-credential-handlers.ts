import type { Clock } from '../base/clock.ts'
import {
  createCredential,
  credentialById,
  deleteCredential,
  listCredentials,
  updateCredential,
} from '../clients/client-credentials.ts'
import type { Db } from '../store/tables.ts'
import type { Handlers } from './handler.ts'
import { requireClientWithinRole, type RoleCaller } from './role-limits.ts'

/** Operations on the credentials of clients. Those of a client that has scopes which the caller may not grant are refused. */
export function clientCredentialHandlers(deps: { db: Db; clock: Clock }) {
  const clientWithinRole = async (caller: RoleCaller, client_id: string) => {
    await requireClientWithinRole(deps.db, caller, client_id)
    return { tenant_id: caller.tenant.tenant_id, client_id }
  }
  return {
    async listClientCredentials({ params, ...caller }) {
      return await listCredentials(deps.db, await clientWithinRole(caller, params.id))
    },

    async createClientCredential({ params, body, ...caller }) {
      return await createCredential(deps, await clientWithinRole(caller, params.id), body)
    },

    async getClientCredential({ params, ...caller }) {
      return await credentialById(deps.db, await clientWithinRole(caller, params.id), params.credential_id)
    },

    async updateClientCredential({ params, body, ...caller }) {
      return await updateCredential(deps, await clientWithinRole(caller, params.id), params.credential_id, body)
    },

    async deleteClientCredential({ params, ...caller }) {
      await deleteCredential(deps.db, await clientWithinRole(caller, params.id), params.credential_id)
      return null
    },
  } satisfies Partial<Handlers>
}
