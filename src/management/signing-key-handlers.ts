import { Refusal } from '../contract/refusal.ts'
import type { SigningKey } from '../contract/signing-key.ts'
import { showSigningKey, showSigningKeys } from '../keys/show-signing-keys.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import type { Db } from '../store/tables.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { Handlers } from './handler.ts'

async function signingKeyOf(db: Db, tenant: Tenant, kid: string): Promise<SigningKey> {
  const key = await showSigningKey(db, tenant.tenant_id, kid)
  if (!key) throw new Refusal('inexistent_signing_key')
  return key
}

/** Operations on signing keys. */
export function signingKeyHandlers(deps: { db: Db; keys: Pick<SigningKeys, 'rotate' | 'revoke'> }) {
  return {
    listSigningKeys: async ({ tenant }) => await showSigningKeys(deps.db, tenant.tenant_id),

    getSigningKey: async ({ tenant, params }) => await signingKeyOf(deps.db, tenant, params.kid),

    async rotateSigningKey({ tenant }) {
      const kid = await deps.keys.rotate(tenant.tenant_id)
      const { cert } = await signingKeyOf(deps.db, tenant, kid)
      return { kid, cert }
    },

    async revokeSigningKey({ tenant, params }) {
      const { kid, cert } = await signingKeyOf(deps.db, tenant, params.kid)
      await deps.keys.revoke(tenant.tenant_id, kid)
      return { kid, cert }
    },
  } satisfies Partial<Handlers>
}
