import { SignJWT, type JWTPayload } from 'jose'
import type { SigningKeys } from '../keys/signing-keys.ts'

/** Signs claims as a JWT with the tenant's current key (RS256). It adds no claim. */
export async function signJwt(
  keys: Pick<SigningKeys, 'current'>,
  tenant_id: string,
  claims: JWTPayload,
): Promise<string> {
  const { kid, alg, private_key } = await keys.current(tenant_id)
  return await new SignJWT(claims).setProtectedHeader({ alg, typ: 'JWT', kid }).sign(private_key)
}
