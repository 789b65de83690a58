import type { CryptoKey } from 'jose'

const hash_and_scheme = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

// One element of ASN.1 in DER (X.690 section 8.1): tag, length in its shortest form, content.
function element(tag: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content])
  const digits = content.length.toString(16)
  const length = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content])
}

const sequence = (...contents: Uint8Array[]): Buffer => element(0x30, ...contents)
const version_3 = element(0xa0, element(0x02, Buffer.from([2])))
const common_name = element(0x06, Buffer.from('550403', 'hex'))
const sha256_with_rsa = sequence(element(0x06, Buffer.from('2a864886f70d01010b', 'hex')), element(0x05))

function distinguishedName(name: string): Buffer {
  return sequence(element(0x31, sequence(common_name, element(0x0c, Buffer.from(name)))))
}

// RFC 5280 section 4.1.2.5: two-digit years up to 2049, four digits from 2050 on; whole seconds.
function time(at_ms: number): Buffer {
  const digits = new Date(at_ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '')
  return Number(digits.slice(0, 4)) < 2050
    ? element(0x17, Buffer.from(digits.slice(2)))
    : element(0x18, Buffer.from(digits))
}

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
  const name = distinguishedName(subject.name)
  const to_be_signed = sequence(
    version_3,
    // A leading zero byte keeps the number positive whatever its first bit is.
    element(0x02, Buffer.from(`00${subject.serial}`, 'hex')),
    sha256_with_rsa,
    name,
    sequence(time(subject.not_before), time(subject.not_after)),
    name,
    spki,
  )
  const signature = Buffer.from(await crypto.subtle.sign(hash_and_scheme, pair.privateKey, to_be_signed))
  return sequence(to_be_signed, sha256_with_rsa, element(0x03, Buffer.from([0]), signature))
}
