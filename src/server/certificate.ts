// Builds X.509 v3 certificates (RFC 5280 section 4.1) on P-256 keys for development.
import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'
import {
  bitString,
  booleanTrue,
  certificateTime,
  commonName,
  element,
  integer,
  objectIdentifier,
  octetString,
  sequence,
} from '../base/der.ts'

/** What a certificate says, and who says it. */
export type CertificateOptions = {
  subject: string
  subject_key: KeyObject
  issuer: string
  issuer_key: { private_key: KeyObject; public_key: KeyObject }
  /** Both in ms since 1970. */
  not_before: number
  not_after: number
  /** Extensions in DER, from the functions below. */
  extensions: Buffer[]
}

/** Answers a signed certificate as PEM. */
export function makeCertificate(options: CertificateOptions): string {
  const ecdsa_with_sha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'))
  const to_be_signed = sequence(
    element(0xa0, integer('02')), // Version 3.
    integer(`01${randomBytes(15).toString('hex')}`),
    ecdsa_with_sha256,
    commonName(options.issuer),
    sequence(certificateTime(options.not_before), certificateTime(options.not_after)),
    commonName(options.subject),
    publicKeyInfo(options.subject_key),
    element(
      0xa3,
      sequence(
        ...options.extensions,
        extension('2.5.29.14', octetString(keyIdentifier(options.subject_key))),
        extension('2.5.29.35', sequence(element(0x80, keyIdentifier(options.issuer_key.public_key)))),
      ),
    ),
  )
  const signature = sign('sha256', to_be_signed, { key: options.issuer_key.private_key, dsaEncoding: 'der' })
  const der = sequence(to_be_signed, ecdsa_with_sha256, bitString(signature))
  const lines = der.toString('base64').replace(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

/** Basic constraints and key usage of an authority that signs end certificates only. */
export function authorityExtensions(): Buffer[] {
  return [
    extension('2.5.29.19', sequence(booleanTrue(), integer('00')), 'critical'),
    extension('2.5.29.15', bitString(Buffer.from([0b0000_0110]), 1), 'critical'), // keyCertSign, cRLSign
  ]
}

/** Basic constraints, key usage and alternative names of a server certificate for `hosts`: names and addresses. */
export function serverExtensions(hosts: string[]): Buffer[] {
  return [
    extension('2.5.29.19', sequence(), 'critical'),
    extension('2.5.29.15', bitString(Buffer.from([0b1000_0000]), 7), 'critical'), // digitalSignature
    extension('2.5.29.37', sequence(objectIdentifier('1.3.6.1.5.5.7.3.1'))), // serverAuth
    extension('2.5.29.17', sequence(...hosts.map((host) => generalName(host)))),
  ]
}

/**
 * Name constraints (RFC 5280 section 4.2.1.10) that permit localhost, names under it, 127.0.0.0/8 and ::1, so that
 * whoever steals the authority's key cannot use it for any other name.
 */
export function onlyThisMachine(): Buffer {
  const loopback_nets = [
    Buffer.from([127, 0, 0, 0, 255, 0, 0, 0]),
    Buffer.concat([addressBytes('::1'), Buffer.alloc(16, 255)]),
  ]
  const permitted = [generalName('localhost'), ...loopback_nets.map((net) => element(0x87, net))]
  return extension('2.5.29.30', sequence(element(0xa0, ...permitted.map((base) => sequence(base)))), 'critical')
}

function extension(id: string, value: Buffer, critical?: 'critical'): Buffer {
  return sequence(objectIdentifier(id), ...(critical === undefined ? [] : [booleanTrue()]), octetString(value))
}

function generalName(host: string): Buffer {
  return isIP(host) === 0 ? element(0x82, Buffer.from(host)) : element(0x87, addressBytes(host))
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail] = address.split('::')
  const groups = (text: string | undefined): number[] =>
    text ? text.split(':').map((group) => Number.parseInt(group, 16)) : []
  const [before, after] = [groups(head), groups(tail)]
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => 0)
  return Buffer.from([...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]))
}

function publicKeyInfo(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' })
}

// RFC 7093 section 2, method 4: any identifier that is unique will do; this one is a shortened hash.
function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha256').update(publicKeyInfo(key)).digest().subarray(0, 20)
}
