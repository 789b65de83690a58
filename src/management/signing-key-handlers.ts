import { Refusal } from '../contract/refusal.ts'
import type { SigningKey } from '../contract/signing-key.ts'
import { showSigningKey, showSigningKeys } from '../keys/show-signing-keys.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { Handlers } from './handler.ts'
import type { ManagementParts } from './management-parts.ts'

async function keyOf(parts: ManagementParts, tenant: Tenant, kid: string): Promise<SigningKey> {
  const key = await showSigningKey(parts.db, tenant.tenant_id, kid)
  if (!key) throw new Refusal('inexistent_signing_key')
  return key
}

/** Operations on signing keys. */
export const signingKeyHandlers = {
  listSigningKeys: async (parts, { tenant }) => await showSigningKeys(parts.db, tenant.tenant_id),

  getSigningKey: async (parts, { tenant, params }) => await keyOf(parts, tenant, params.kid),

  async rotateSigningKey(parts, { tenant }) {
    const kid = await parts.keys.rotate(tenant.tenant_id)
    const { cert } = await keyOf(parts, tenant, kid)
    return { kid, cert }
  },

  async revokeSigningKey(parts, { tenant, params }) {
    const { kid, cert } = await keyOf(parts, tenant, params.kid)
    await parts.keys.revoke(tenant.tenant_id, kid)
    return { kid, cert }
  },
} satisfies Partial<Handlers>
