import { SignJWT, type JWTPayload } from 'jose'
import type { DoorParts } from './oauth-parts.ts'

/** Signs claims with the tenant's current key: one RS256 signature. The claims say all; nothing is added. */
export async function signToken(parts: DoorParts, tenant_id: string, claims: JWTPayload): Promise<string> {
  const { kid, alg, private_key } = await parts.keys.current(tenant_id)
  return await new SignJWT(claims).setProtectedHeader({ alg, typ: 'JWT', kid }).sign(private_key)
}
