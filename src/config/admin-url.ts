import { withoutUserinfo, type SettingReader } from './setting-reader.ts'

/** The address of the admin origin, with the trailing slash; `off` for none; undefined for the default. */
export type AdminUrl = string | undefined

type Server = { public_url: string | undefined; speaks_tls: boolean }

/** Whether a host of a URL is this machine: a loopback address, `localhost`, or a name below it (RFC 6761 section 6.3). */
export function isLoopbackHost(hostname: string): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}

/** Whether browsers give a page at an address no cryptography, which the dashboard's sign-in needs (Secure Contexts, W3C, section 3.1). */
export function needsHttps(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !isLoopbackHost(hostname)
}

/** The problem with the address of the admin origin, also beside the address of the server; undefined for a valid one. */
function problemWith(url: URL, { public_url, speaks_tls }: Server, port: string): string | undefined {
  const { protocol, host, pathname, search, hash, username, password } = url
  if (!/^https?:$/.test(protocol) || pathname !== '/' || `${search}${hash}${username}${password}` !== '') {
    return 'must be a scheme, a host and an optional port with nothing else, or off'
  }
  const scheme = speaks_tls || public_url?.startsWith('https:') === true ? 'https:' : 'http:'
  if (protocol !== scheme) return `must begin with ${scheme}//, like the public URL`
  if (url.port === '0') return 'must have a port other than 0'
  const public_host = public_url === undefined ? `localhost:${port}` : new URL(public_url).host
  return host === public_host ? 'must have another host or port than the public URL' : undefined
}

/** Reads WHERRY_ADMIN_URL. */
export function readAdminUrl({ problems, text }: SettingReader, server: Server): AdminUrl {
  const given = text('WHERRY_ADMIN_URL')
  if (given === undefined || given === 'off') return given
  const url = URL.canParse(given) ? new URL(given) : undefined
  const problem = url ? problemWith(url, server, text('WHERRY_PORT') ?? '') : 'must be a URL, or off'
  if (problem !== undefined) problems.push(`WHERRY_ADMIN_URL ${problem}; it is "${withoutUserinfo(given)}".`)
  return url && `${url.origin}/`
}
