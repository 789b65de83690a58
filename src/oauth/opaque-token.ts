import type { Clock } from '../base/clock.ts'
import { Refusal } from '../contract/refusal.ts'
import { SealBroken, type Sealer } from '../keys/sealer.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'

/** The content of an opaque token. `exp`: seconds since the epoch. */
export type OpaqueToken = { sub: string; client_id: string; scope: string; exp: number }

// Bound to the signing key of its time: revoking that key ends these tokens with all others.
const use = 'opaque access tokens'
const aadOf = (tenant_id: string, kid: string): string => `${tenant_id}/${kid}`
const sealerOf = (sealer: Sealer, tenant_id: string, kid: string): Sealer =>
  sealer.derived(`${use}/${aadOf(tenant_id, kid)}`)

// A seal's version ends with a character that a bearer token may not have (RFC 6750 section 2.1).
const [in_seal, in_token] = ['$', '~']
const form = /^([A-Za-z0-9_-]+)\.(2\.0~[A-Za-z0-9_-]+)$/

/** Seals the content as a token that only this installation reads, for this tenant, until the current signing key is revoked. */
export async function makeOpaqueToken(
  deps: { keys: Pick<SigningKeys, 'current'>; sealer: Sealer },
  tenant_id: string,
  content: OpaqueToken,
): Promise<string> {
  const { kid } = await deps.keys.current(tenant_id)
  const sealed = sealerOf(deps.sealer, tenant_id, kid).seal(JSON.stringify(content), aadOf(tenant_id, kid))
  return `${kid}.${sealed.replace(in_seal, in_token)}`
}

/** Whether a token has the form of one that `makeOpaqueToken` made. */
export function isOpaqueToken(token: string): boolean {
  return form.test(token)
}

/**
 * The content of an opaque token of this tenant.
 *
 * @throws {Refusal} `invalid_token` for one that was altered, made elsewhere, or under a key that is revoked; `expired_token`
 */
export async function openOpaqueToken(
  deps: { clock: Clock; keys: Pick<SigningKeys, 'verificationKey'>; sealer: Sealer },
  tenant_id: string,
  token: string,
): Promise<OpaqueToken> {
  const [, kid = '', sealed = ''] = form.exec(token) ?? []
  if ((await deps.keys.verificationKey(tenant_id, kid)) === undefined) throw new Refusal('invalid_token')
  const content = readSealed(
    sealerOf(deps.sealer, tenant_id, kid),
    sealed.replace(in_token, in_seal),
    aadOf(tenant_id, kid),
  )
  if (content.exp * 1000 <= deps.clock.now()) throw new Refusal('expired_token')
  return content
}

function readSealed(sealer: Sealer, sealed: string, aad: string): OpaqueToken {
  try {
    return JSON.parse(sealer.open(sealed, aad)) as OpaqueToken
  } catch (error) {
    if (error instanceof SealBroken) throw new Refusal('invalid_token')
    throw error
  }
}
