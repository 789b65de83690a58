import { EncryptJWT, jwtDecrypt, type JWTPayload, type JWTVerifyOptions } from 'jose'
import { Refusal } from '../contract/refusal.ts'
import type { DoorParts } from './oauth-parts.ts'

const alg = 'dir'
const enc = 'A256GCM'

// Bound to the signing key of its time: revoking that key ends these tokens with all others.
function keyFor(parts: DoorParts, tenant_id: string, kid: string): Uint8Array {
  return parts.sealer.keyFor(`access token/${tenant_id}/${kid}`)
}

/** Encrypts claims for this server alone (RFC 7516, direct encryption with AES-256-GCM): nobody else can read the token. */
export async function makeOpaqueToken(parts: DoorParts, tenant_id: string, claims: JWTPayload): Promise<string> {
  const { kid } = await parts.keys.current(tenant_id)
  return await new EncryptJWT(claims).setProtectedHeader({ alg, enc, kid }).encrypt(keyFor(parts, tenant_id, kid))
}

/** Whether a token looks like one that `makeOpaqueToken` made: five parts, where a signed one has three. */
export function isOpaqueToken(token: string): boolean {
  return token.split('.', 6).length === 5
}

/**
 * The claims of an opaque token of this tenant, as `expected` wants them.
 *
 * @throws {Refusal} `invalid_token` for a key that is unknown or revoked
 * @throws {JOSEError} for a token that does not open, is over or says something else
 */
export async function openOpaqueToken(
  parts: DoorParts,
  tenant_id: string,
  token: string,
  expected: Pick<JWTVerifyOptions, 'issuer' | 'audience' | 'currentDate'>,
): Promise<JWTPayload> {
  const keyOf = async (kid: string | undefined): Promise<Uint8Array> => {
    const known = kid !== undefined && (await parts.keys.verificationKey(tenant_id, kid)) !== undefined
    if (!known) throw new Refusal('invalid_token')
    return keyFor(parts, tenant_id, kid)
  }
  const { payload } = await jwtDecrypt(token, async ({ kid }) => await keyOf(kid), {
    ...expected,
    keyManagementAlgorithms: [alg],
    contentEncryptionAlgorithms: [enc],
  })
  return payload
}
