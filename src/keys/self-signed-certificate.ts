import type { CryptoKey } from 'jose'
import { bitString, certificateTime, commonName, element, integer, objectIdentifier, sequence } from '../base/der.ts'

const signing_scheme = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

/** What a certificate for one RS256 key needs to say. */
export type CertificateSubject = {
  name: string
  /** Hex digits of a positive number of at most 20 bytes. */
  serial: string
  not_before: number
  not_after: number
}

/**
 * A self-signed X.509 v3 certificate in DER (RFC 5280 section 4.1) around an RSA key pair: what `x5c` of a published key
 * carries for relying parties that read certificates. It vouches for nothing and carries no extensions.
 */
export async function selfSignedCertificate(
  pair: { publicKey: CryptoKey; privateKey: CryptoKey },
  subject: CertificateSubject,
): Promise<Buffer> {
  const spki = Buffer.from(await crypto.subtle.exportKey('spki', pair.publicKey))
  const name = commonName(subject.name)
  const sha256_with_rsa = sequence(objectIdentifier('1.2.840.113549.1.1.11'), element(0x05))
  const to_be_signed = sequence(
    element(0xa0, integer('02')), // Version 3.
    integer(subject.serial),
    sha256_with_rsa,
    name,
    sequence(certificateTime(subject.not_before), certificateTime(subject.not_after)),
    name,
    spki,
  )
  const signature = Buffer.from(await crypto.subtle.sign(signing_scheme, pair.privateKey, to_be_signed))
  return sequence(to_be_signed, sha256_with_rsa, bitString(signature))
}
