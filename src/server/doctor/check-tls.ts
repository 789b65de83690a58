import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { no_domain } from '../../admins/system-tenant.ts'
import { isLoopbackHost } from '../../config/admin-url.ts'
import { ConfigError, type Config } from '../../config/config.ts'
import { day_ms, isoTime } from '../../base/time.ts'
import { readTls } from '../read-tls.ts'
import { siteOf } from '../command-deps.ts'
import { failure, messageOf, ok, warning, type DoctorDeps, type Found } from './finding.ts'
import { tenantsToCheck } from './tenants-to-check.ts'

const ends_soon_ms = 14 * day_ms

/** The hosts that clients reach this server at, as far as they are known. */
async function hostsOf({ config, store }: DoctorDeps): Promise<string[]> {
  const tenants = store ? await tenantsToCheck(store.db) : []
  const domains = tenants.map(({ domain }) => domain).filter((domain) => domain !== no_domain)
  const urls = [config.public_url, config.admin_url, ...domains.map((domain) => `https://${domain}/`)]
  return [...new Set(urls.flatMap((url) => (url !== undefined && URL.canParse(url) ? [new URL(url).hostname] : [])))]
}

function checkTimes(certificate: X509Certificate, now: number): Found {
  const from = certificate.validFromDate.getTime()
  const to = certificate.validToDate.getTime()
  const advice =
    'Put a valid certificate into the file of WHERRY_TLS_CERT, and start the server again: it reads the file at its start.'
  if (now < from) return failure(`The certificate is valid from ${isoTime(from)} on only.`, advice)
  if (now > to) return failure(`The certificate ended at ${isoTime(to)}.`, advice)
  if (to - now < ends_soon_ms) return warning(`The certificate ends at ${isoTime(to)}.`, advice)
  return ok(`The certificate is valid until ${isoTime(to)}.`)
}

/** Whether a certificate is for a host of a URL: a name, or an address, of IPv6 in brackets. */
function isFor(certificate: X509Certificate, host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '')
  return (isIP(address) === 0 ? certificate.checkHost(host) : certificate.checkIP(address)) !== undefined
}

function checkHosts(certificate: X509Certificate, hosts: readonly string[]): Found[] {
  const missing = hosts.filter((host) => !isFor(certificate, host))
  if (missing.length === 0) return []
  return [
    failure(
      `The certificate is not for ${missing.join(', ')}: it is for ${certificate.subjectAltName ?? certificate.subject}.`,
      'Get a certificate with these names; browsers and clients refuse this one.',
    ),
  ]
}

async function checkCertificate(deps: DoctorDeps, now: number): Promise<Found[]> {
  try {
    const tls = readTls(deps.config)
    if (!tls) return []
    const certificate = new X509Certificate(tls.cert)
    return [checkTimes(certificate, now), ...checkHosts(certificate, await hostsOf(deps))]
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [failure(messageOf(error), 'Check both files: PEM, readable by this user, and of one key.')]
  }
}

function checkPlain(config: Config, hosts: readonly string[]): Found[] {
  if (siteOf(config).scheme === 'https') return [ok('WHERRY_PUBLIC_URL is https: a proxy terminates TLS.')]
  const open = hosts.filter((host) => !isLoopbackHost(host))
  if (open.length === 0)
    return [ok('The server speaks http, and its hosts are this machine: passwords do not leave it.')]
  return [
    failure(
      `Passwords and tokens for ${open.join(', ')} are sent in the clear: the server speaks http.`,
      'Set WHERRY_PUBLIC_URL to the https address of a proxy that terminates TLS, or set WHERRY_TLS_CERT and WHERRY_TLS_KEY.',
    ),
  ]
}

/** Checks the certificate of the server, or that it needs none. */
export async function checkTls(deps: DoctorDeps, now: number): Promise<Found[]> {
  if (deps.config.tls) return await checkCertificate(deps, now)
  return checkPlain(deps.config, await hostsOf(deps))
}
