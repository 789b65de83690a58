import type { Clock } from '../base/clock.ts'
import { Refusal } from '../contract/refusal.ts'
import { SealBroken, type Sealer } from '../keys/sealer.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'

/** The content of an opaque token. `exp`: seconds since the epoch. */
export type OpaqueToken = { sub: string; client_id: string; scope: string; exp: number }

// A token is bound to the signing key that was current: revoking that key invalidates its opaque tokens too.
const purpose = 'opaque access tokens'
const aadOf = (tenant_id: string, kid: string): string => `${tenant_id}/${kid}`
const sealerOf = (sealer: Sealer, tenant_id: string, kid: string): Sealer =>
  sealer.deriveSealer(`${purpose}/${aadOf(tenant_id, kid)}`)

// A sealed text contains one character that is not allowed in a bearer token (RFC 6750 section 2.1).
const [char_in_seal, char_in_token] = ['$', '~']
const token_pattern = /^([A-Za-z0-9_-]+)\.(2\.0~[A-Za-z0-9_-]+)$/

/** Seals the content as a token of this tenant. Only this installation can open it, until the current signing key is revoked. */
export async function sealOpaqueToken(
  deps: { keys: Pick<SigningKeys, 'current'>; sealer: Sealer },
  tenant_id: string,
  content: OpaqueToken,
): Promise<string> {
  const { kid } = await deps.keys.current(tenant_id)
  const sealed = sealerOf(deps.sealer, tenant_id, kid).seal(JSON.stringify(content), aadOf(tenant_id, kid))
  return `${kid}.${sealed.replace(char_in_seal, char_in_token)}`
}

/** Whether a token has the format of `sealOpaqueToken`. */
export function isOpaqueToken(token: string): boolean {
  return token_pattern.test(token)
}

/**
 * The content of an opaque token of this tenant.
 *
 * @throws {Refusal} `invalid_token` for a token that was altered, belongs to another installation or tenant, or whose signing key is revoked;
 *   `expired_token`
 */
export async function openOpaqueToken(
  deps: { clock: Clock; keys: Pick<SigningKeys, 'verificationKey'>; sealer: Sealer },
  tenant_id: string,
  token: string,
): Promise<OpaqueToken> {
  const [, kid = '', sealed = ''] = token_pattern.exec(token) ?? []
  if ((await deps.keys.verificationKey(tenant_id, kid)) === undefined) throw new Refusal('invalid_token')
  const content = openSeal(
    sealerOf(deps.sealer, tenant_id, kid),
    sealed.replace(char_in_token, char_in_seal),
    aadOf(tenant_id, kid),
  )
  if (content.exp * 1000 <= deps.clock.now()) throw new Refusal('expired_token')
  return content
}

function openSeal(sealer: Sealer, sealed: string, aad: string): OpaqueToken {
  try {
    return JSON.parse(sealer.open(sealed, aad)) as OpaqueToken
  } catch (error) {
    if (error instanceof SealBroken) throw new Refusal('invalid_token')
    throw error
  }
}
