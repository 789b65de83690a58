import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto'
import { invalidBody } from '../contract/refusal.ts'

/** A public key, and when its certificate ends, in epoch milliseconds; undefined for a key without a certificate. */
export type ReadPublicKey = { key: KeyObject; certificate_ends_at: number | undefined }

const bits_min = 2048
const bits_max = 8192
// A verification takes time in proportion to the length of the exponent. All usual keys have 65537.
const exponent_max = 2n ** 32n

function parse(pem: string): ReadPublicKey | undefined {
  try {
    if (pem.includes('-----BEGIN CERTIFICATE-----')) {
      const { publicKey, validTo } = new X509Certificate(pem)
      return { key: publicKey, certificate_ends_at: Date.parse(validTo) }
    }
    return { key: createPublicKey(pem), certificate_ends_at: undefined }
  } catch {
    return undefined
  }
}

/**
 * Reads an RSA public key (SPKI or PKCS #1) or the key of an X.509 certificate from PEM.
 *
 * @throws {Refusal} `invalid_body` on `pem`: for a private key, which only the client may have, for what is no key, and for a key that is
 *   not RSA with 2,048 to 8,192 bits and an exponent below 2^32
 */
export function readPublicKey(pem: string): ReadPublicKey {
  // Node would read the public key out of it.
  if (pem.includes('PRIVATE KEY-----')) {
    throw invalidBody(
      'This is a private key. Send the public key, and replace the key pair: a private key stays with its client',
      'pem',
    )
  }
  const read = parse(pem)
  if (!read) throw invalidBody('Not a public key or a certificate in PEM', 'pem')
  const { asymmetricKeyType, asymmetricKeyDetails } = read.key
  const { modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {}
  const is_usable =
    asymmetricKeyType === 'rsa' &&
    modulusLength >= bits_min &&
    modulusLength <= bits_max &&
    publicExponent <= exponent_max
  if (is_usable) return read
  throw invalidBody(`Not an RSA key with ${bits_min} to ${bits_max} bits and an exponent below 2^32`, 'pem')
}
