// Development certificates: a certificate authority in one folder, which can sign certificates for this machine only, and a
// certificate for https://localhost that it signed. It knows no tenants and changes no trust store.
import { day_ms } from '../base/time.ts'
import { createPrivateKey, KeyObject, randomBytes, X509Certificate } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { CryptoKey } from 'jose'
import { makeFolder } from '../base/make-folder.ts'
import { Refusal } from '../contract/refusal.ts'
import {
  authorityCertificate,
  certificate_scheme,
  newCertificateKeys,
  serverCertificate,
} from './certificate-authority.ts'

/** The files of a development certificate, and which of them were created now. */
export type DevCert = {
  /** PEM certificate of the authority, which clients must trust. */
  ca_file: string
  cert_file: string
  key_file: string
  hosts: string[]
  ca_made: boolean
  cert_made: boolean
  /** Expiry of the certificate in epoch milliseconds. */
  expires_at: number
}

type Files = { ca_file: string; ca_key_file: string; cert_file: string; key_file: string }

const ca_lifetime_ms = 3650 * day_ms
const cert_lifetime_ms = 397 * day_ms // The longest that all browsers accept.
const renewed_before_end_ms = 30 * day_ms
const loopback_hosts = ['localhost', '127.0.0.1', '::1']

/**
 * Creates `ca.pem`, `cert.pem` and their keys (mode 0600) in `folder`, or keeps existing ones that are valid.
 *
 * The authority is kept until it expires, so that it must be trusted only once. A certificate that expires within 30 days or is for
 * other hosts is replaced. `hosts` adds names to localhost, 127.0.0.1 and ::1.
 *
 * @throws {Refusal} for a host that is not this machine: a name outside `.localhost`, or an address that is not a loopback address.
 */
export async function makeDevCert(options: { folder: string; hosts?: string[]; now?: number }): Promise<DevCert> {
  const { folder, hosts: more_hosts = [], now = Date.now() } = options
  const hosts = [...new Set([...loopback_hosts, ...more_hosts.map((host) => host.toLowerCase())])]
  const foreign_hosts = hosts.filter((host) => !isThisMachine(host))
  if (foreign_hosts.length > 0) {
    throw new Refusal('invalid_request', {
      message: `A development certificate is for this machine only: ${foreign_hosts.join(', ')} is neither under .localhost nor a loopback address.`,
    })
  }
  makeFolder(folder)
  const files: Files = {
    ca_file: join(folder, 'ca.pem'),
    ca_key_file: join(folder, 'ca-key.pem'),
    cert_file: join(folder, 'cert.pem'),
    key_file: join(folder, 'key.pem'),
  }
  const kept_ca = readPair(files.ca_file, files.ca_key_file)
  const ca_made = kept_ca === undefined || expiryOf(kept_ca) - now < cert_lifetime_ms
  if (ca_made) await makeAuthority(files.ca_file, files.ca_key_file, now)
  const ca = readPair(files.ca_file, files.ca_key_file)
  if (ca === undefined) throw new Error(`The authority in ${folder} cannot be read back.`)
  const kept = ca_made ? undefined : readPair(files.cert_file, files.key_file)
  const cert_made = kept === undefined || expiryOf(kept) - now < renewed_before_end_ms || !serves(kept, ca, hosts)
  if (cert_made) await makeServerCertificate(files, ca, hosts, now)
  const cert = new X509Certificate(readFileSync(files.cert_file))
  return {
    ca_file: files.ca_file,
    cert_file: files.cert_file,
    key_file: files.key_file,
    hosts,
    ca_made,
    cert_made,
    expires_at: expiryOf(cert),
  }
}

function isThisMachine(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith('127.')
  if (isIP(host) === 6) return host === '::1'
  return /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*localhost$/.test(host)
}

// A certificate is used only with its own private key.
function readPair(cert_file: string, key_file: string): X509Certificate | undefined {
  if (!existsSync(cert_file) || !existsSync(key_file)) return undefined
  try {
    const cert = new X509Certificate(readFileSync(cert_file))
    return cert.checkPrivateKey(createPrivateKey(readFileSync(key_file))) ? cert : undefined
  } catch {
    return undefined // A damaged file is replaced.
  }
}

function expiryOf(cert: X509Certificate): number {
  return cert.validToDate.getTime()
}

function serves(cert: X509Certificate, ca: X509Certificate, hosts: string[]): boolean {
  const covers = (host: string): boolean =>
    (isIP(host) === 0 ? cert.checkHost(host, { subject: 'never' }) : cert.checkIP(host)) !== undefined
  return cert.verify(ca.publicKey) && hosts.every(covers)
}

async function makeAuthority(cert_file: string, key_file: string, now: number): Promise<void> {
  const keys = await newCertificateKeys()
  const name = `Wherry development CA ${randomBytes(3).toString('hex')}`
  const validity = { not_before: now - day_ms, not_after: now + ca_lifetime_ms }
  const cert = await authorityCertificate(name, keys, validity)
  write(key_file, pemOf(keys.privateKey), 0o600)
  write(cert_file, cert, 0o644)
}

async function makeServerCertificate(files: Files, ca: X509Certificate, hosts: string[], now: number): Promise<void> {
  const keys = await newCertificateKeys()
  const ca_key = createPrivateKey(readFileSync(files.ca_key_file))
  const authority = {
    certificate_pem: ca.toString(),
    private_key: ca_key.toCryptoKey(certificate_scheme, false, ['sign']),
  }
  const validity = { not_before: now - day_ms, not_after: Math.min(now + cert_lifetime_ms, expiryOf(ca)) }
  const cert = await serverCertificate(authority, hosts, keys.publicKey, validity)
  write(files.key_file, pemOf(keys.privateKey), 0o600)
  write(files.cert_file, cert, 0o644)
}

function pemOf(private_key: CryptoKey): string {
  return KeyObject.from(private_key).export({ type: 'pkcs8', format: 'pem' }).toString()
}

function write(file: string, text: string | Buffer, mode: number): void {
  writeFileSync(`${file}.new`, text, { mode })
  chmodSync(`${file}.new`, mode)
  renameSync(`${file}.new`, file)
}
