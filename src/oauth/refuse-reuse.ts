import { Refusal } from '../contract/refusal.ts'
import { recordEvent } from '../logs/record-event.ts'
import { revokeTokenFamily, type StoredRefreshToken } from '../store/refresh-tokens.ts'
import { inTransaction } from '../store/transaction.ts'
import type { DoorParts } from './oauth-parts.ts'
import type { TokenRequest } from './token-request.ts'

/**
 * Ends the family of a refresh token that came back after it was rotated: of its two holders one is a thief, and nobody knows which
 * (RFC 9700 section 4.14.2). Gives the refusal to throw; the log event is written.
 */
export async function refuseReuse(
  parts: DoorParts,
  request: TokenRequest,
  token: StoredRefreshToken,
): Promise<RefusedReuse> {
  const { tenant, client, caller } = request
  const at = parts.clock.now()
  await inTransaction(parts.db, async (trx) => {
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
  return new RefusedReuse()
}

/** A refusal whose log event is written already. */
export class RefusedReuse extends Refusal {
  constructor() {
    super('invalid_refresh_token')
    this.name = 'RefusedReuse'
  }
}
