import { sha256 } from '../base/digest.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import { refreshTokenByDigest, revokeTokenFamily } from '../store/refresh-tokens.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { authenticateClient } from './authenticate-client.ts'
import type { PresentedClient } from './client-credentials-of.ts'
import { requiredText, type Fields } from './fields.ts'
import type { DoorParts } from './oauth-parts.ts'

/**
 * Revokes a client's refresh token with its whole family (RFC 7009). A token that is unknown, another client's, or no refresh token
 * changes nothing and is no error: the caller wanted it gone, and it is of no use.
 *
 * @throws {Refusal} `invalid_client`, or `invalid_request` without a token
 */
export async function revokeToken(
  parts: DoorParts,
  call: { tenant: Tenant; presented: PresentedClient; fields: Fields; caller: Caller },
): Promise<void> {
  const { tenant, fields, caller } = call
  const token = requiredText(fields, 'token')
  const { client } = await authenticateClient(parts, tenant, call.presented)
  const found = await refreshTokenByDigest(parts.db, tenant.tenant_id, sha256(token))
  if (!found || found.client_id !== client.client_id || found.revoked_at !== null) return
  const at = parts.clock.now()
  await inTransaction(parts.db, async (trx) => {
    const revoked = await revokeTokenFamily(trx, tenant.tenant_id, found.family_id, 'client', at)
    if (!revoked) return
    await recordEvent(trx, tenant.tenant_id, at, {
      type: 'srrt',
      description: 'Successfully revoked a refresh token',
      client_id: client.client_id,
      client_name: client.name,
      user_id: found.user_id,
      connection_id: found.connection_id,
      details: { family_id: found.family_id },
      caller,
    })
  })
}
