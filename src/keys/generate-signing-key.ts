import { createHash } from 'node:crypto'
import { exportJWK } from 'jose'
import { randomAlphanumeric } from '../base/ids.ts'
import { writeJson } from '../store/json-column.ts'
import { signingKeyAad } from '../store/sealed-aad.ts'
import type { SigningKeysTable } from '../store/tables.ts'
import type { Sealer } from './sealer.ts'
import { selfSignedCertificate } from './self-signed-certificate.ts'

/** The algorithm of all token signatures: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3). */
export const signing_alg = 'RS256'

/** The parameters of RS256 in the Web Crypto API. */
export const signing_scheme = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

// Longer than any key is in use: a relying party that checks the dates of the certificate must not refuse the key.
const certificate_lifetime_ms = 20 * 365 * 24 * 3600 * 1000

/** The row of a new signing key, still without its state. */
export type NewSigningKey = Omit<SigningKeysTable, 'state'>

/**
 * Generates a 2048-bit RSA key for a tenant and seals its private part. Takes tens to hundreds of milliseconds of another thread: never
 * call it inside a transaction.
 */
export async function generateSigningKey(sealer: Sealer, tenant_id: string, at_ms: number): Promise<NewSigningKey> {
  const pair = await crypto.subtle.generateKey(
    { ...signing_scheme, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ['sign', 'verify'],
  )
  const kid = randomAlphanumeric(21)
  const certificate = await selfSignedCertificate(pair, {
    name: kid,
    not_before: at_ms,
    not_after: at_ms + certificate_lifetime_ms,
  })
  const { n, e } = await exportJWK(pair.publicKey)
  const public_jwk = {
    kty: 'RSA',
    use: 'sig',
    alg: signing_alg,
    kid,
    n,
    e,
    x5t: createHash('sha1').update(certificate).digest('base64url'),
    x5c: [certificate.toString('base64')],
  }
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', pair.privateKey)).toString('base64')
  return {
    tenant_id,
    kid,
    alg: signing_alg,
    public_jwk: writeJson(public_jwk),
    private_sealed: sealer.seal(pkcs8, signingKeyAad(tenant_id, kid)),
    created_at: at_ms,
    changed_at: at_ms,
  }
}
