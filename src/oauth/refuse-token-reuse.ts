import type { Clock } from '../base/clock.ts'
import { Refusal } from '../contract/refusal.ts'
import { recordEvent } from '../logs/record-event.ts'
import { revokeTokenFamily, type StoredRefreshToken } from '../store/refresh-tokens.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { TokenRequest } from './token-request.ts'

/**
 * Revokes the family of a refresh token that was used after its rotation: the server cannot distinguish the client from an attacker
 * who has the token (RFC 9700 section 4.14.2). Writes the log event, and returns the refusal to throw.
 */
export async function refuseTokenReuse(
  deps: { db: Db; clock: Clock },
  request: TokenRequest,
  token: StoredRefreshToken,
): Promise<Refusal> {
  const { tenant, client, caller } = request
  const at = deps.clock.now()
  await inTransaction(deps.db, async (trx) => {
    await revokeTokenFamily(trx, tenant.tenant_id, token.family_id, 'reused', at)
    await recordEvent(trx, tenant.tenant_id, at, {
      type: 'ferrt',
      description: 'Unsuccessful Refresh Token exchange, reused refresh token detected',
      client_id: client.client_id,
      client_name: client.name,
      user_id: token.user_id,
      connection_id: token.connection_id,
      details: { family_id: token.family_id },
      caller,
    })
  })
  return new Refusal('invalid_refresh_token', { log_event: 'written' })
}
