import { Refusal } from '../contract/refusal.ts'
import { SealBroken, type Sealer } from '../keys/sealer.ts'
import type { DoorParts } from './oauth-parts.ts'

/** What an opaque token says to the server that made it. `exp`: seconds since the epoch. */
export type OpaqueToken = { sub: string; client_id: string; scope: string; exp: number }

// Bound to the signing key of its time: revoking that key ends these tokens with all others.
const use = 'opaque access tokens'
const placeOf = (tenant_id: string, kid: string): string => `${tenant_id}/${kid}`
const sealerOf = (parts: DoorParts, tenant_id: string, kid: string): Sealer =>
  parts.sealer.derived(`${use}/${placeOf(tenant_id, kid)}`)

// A seal's version ends with a character that a bearer token may not have (RFC 6750 section 2.1).
const [in_seal, in_token] = ['$', '~']
const form = /^([A-Za-z0-9_-]+)\.(2\.0~[A-Za-z0-9_-]+)$/

/** Seals what a token says: only this server reads it, for this tenant, while the signing key of now is good. */
export async function makeOpaqueToken(parts: DoorParts, tenant_id: string, content: OpaqueToken): Promise<string> {
  const { kid } = await parts.keys.current(tenant_id)
  const sealed = sealerOf(parts, tenant_id, kid).seal(JSON.stringify(content), placeOf(tenant_id, kid))
  return `${kid}.${sealed.replace(in_seal, in_token)}`
}

/** Whether a token has the form of one that `makeOpaqueToken` made. */
export function isOpaqueToken(token: string): boolean {
  return form.test(token)
}

/**
 * What an opaque token of this tenant says.
 *
 * @throws {Refusal} `invalid_token` for one that was altered, made elsewhere, or under a key that is revoked; `expired_token`
 */
export async function openOpaqueToken(parts: DoorParts, tenant_id: string, token: string): Promise<OpaqueToken> {
  const [, kid = '', sealed = ''] = form.exec(token) ?? []
  if ((await parts.keys.verificationKey(tenant_id, kid)) === undefined) throw new Refusal('invalid_token')
  const content = readSealed(
    sealerOf(parts, tenant_id, kid),
    sealed.replace(in_token, in_seal),
    placeOf(tenant_id, kid),
  )
  if (content.exp * 1000 <= parts.clock.now()) throw new Refusal('expired_token')
  return content
}

function readSealed(sealer: Sealer, sealed: string, place: string): OpaqueToken {
  try {
    return JSON.parse(sealer.open(sealed, place)) as OpaqueToken
  } catch (error) {
    if (error instanceof SealBroken) throw new Refusal('invalid_token')
    throw error
  }
}
