import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import type { HostPort } from '../sandbox/egress-types.ts'
import { ConnectionFailed } from './connection-failed.ts'
import type { TenantConnections } from './tenant-connections.ts'

/** A request to an address that a tenant chose. */
export type Post = {
  tenant_id: string
  url: string
  headers: Record<string, string>
  body: string
  /** The longest time until the status arrives, in milliseconds, the look-up and the connection included. */
  timeout_ms: number
}

// The handshake of TLS, every informational answer, and the answer itself.
const received_max_bytes = 65_536

/** The target of a URL; the brackets of an IPv6 address are not part of the host. */
function targetOf({ protocol, hostname, port }: URL): HostPort {
  const standard = protocol === 'https:' ? 443 : 80
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? standard : Number(port) }
}

/**
 * The reason why a URL cannot be posted to; undefined for one that can. Plain http is for addresses that the operator allows: what is sent
 * names users.
 */
export function refusedUrl(connections: Pick<TenantConnections, 'isListed'>, text: string): string | undefined {
  if (!URL.canParse(text)) return 'It is no URL'
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'The URL must begin with https://'
  if (url.username !== '' || url.password !== '') return 'The URL must not hold a user name or password'
  if (url.protocol === 'http:' && !connections.isListed(targetOf(url)))
    return 'The URL must begin with https:// (http:// is for addresses that the operator lists in WHERRY_EGRESS_ALLOW)'
  return undefined
}

function withTls(socket: Duplex, host: string): Duplex {
  return connectTls({ socket, ...(isIP(host) === 0 ? { servername: host } : {}), ALPNProtocols: ['http/1.1'] })
}

async function answerOf(sent: ClientRequest): Promise<number> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  // The answer is read so that the server can send it; nothing of it is kept.
  response.resume()
  response.on('error', () => undefined)
  return response.statusCode ?? 0
}

/**
 * Posts a body over a connection of its own, and returns the status of the answer. Redirects are not followed: their target was not
 * checked.
 *
 * @throws {ConnectionFailed} with a message for the tenant
 */
export async function post(connections: TenantConnections, { tenant_id, url, ...sent }: Post): Promise<number> {
  const refused = refusedUrl(connections, url)
  if (refused !== undefined) throw new ConnectionFailed('EGRESS_REFUSED', `${refused}.`)
  const parsed = new URL(url)
  const target = targetOf(parsed)
  const late = AbortSignal.timeout(sent.timeout_ms)
  const socket = await connections.open(tenant_id, target, {
    bytes_max: received_max_bytes,
    limit_ms: sent.timeout_ms,
  })
  try {
    const request = httpRequest({
      createConnection: () => (parsed.protocol === 'https:' ? withTls(socket, target.host) : socket),
      method: 'POST',
      path: `${parsed.pathname}${parsed.search}`,
      headers: {
        ...sent.headers,
        host: parsed.host,
        connection: 'close',
        'content-length': String(Buffer.byteLength(sent.body)),
      },
      signal: late,
    })
    // After the status has arrived, a broken connection changes nothing.
    request.on('error', () => undefined)
    request.end(sent.body)
    return await answerOf(request)
  } catch (error) {
    socket.destroy()
    if (error instanceof ConnectionFailed) throw error
    if (late.aborted) throw new ConnectionFailed('ETIMEDOUT', `No answer came within ${sent.timeout_ms / 1000} s.`)
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'ECONNRESET'
    throw new ConnectionFailed(code, `The connection failed (${code}).`)
  }
}
