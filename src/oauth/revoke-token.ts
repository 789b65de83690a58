import { digestText } from '../base/digest.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import { refreshTokenByDigest, revokeTokenFamily } from '../store/refresh-tokens.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { authenticateClient, type AuthenticateClientDeps } from './authenticate-client.ts'
import { requiredText, type Fields } from './request-fields.ts'
import type { PresentedClient } from './presented-client.ts'

/**
 * Revokes the token family of a client's refresh token (RFC 7009). An unknown token, a token of another client and an access token are
 * ignored.
 *
 * @throws {Refusal} `invalid_client`; `invalid_request` without a token
 */
export async function revokeToken(
  deps: AuthenticateClientDeps,
  call: { tenant: Tenant; presented: PresentedClient; fields: Fields; caller: Caller },
): Promise<void> {
  const { tenant, fields, caller } = call
  const token = requiredText(fields, 'token')
  const { client } = await authenticateClient(deps, tenant, call.presented)
  const found = await refreshTokenByDigest(deps.db, tenant.tenant_id, digestText(token))
  if (!found || found.client_id !== client.client_id || found.revoked_at !== null) return
  const at = deps.clock.now()
  await inTransaction(deps.db, async (trx) => {
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
