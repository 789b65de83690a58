import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { Caller } from '../logs/record-event.ts'

// Some proxies add the port of the caller to the address: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
const with_port = /^(?:\[([^\]]+)\]|([\d.]+))(?::\d{1,5})?$/

/** The address of a caller: the forwarded one, or the proxy's own where the forwarded value is not an address. */
function addressOf(forwarded: string, peer: string | undefined): string {
  if (isIP(forwarded) !== 0) return forwarded
  const found = with_port.exec(forwarded)
  const bare = found?.[1] ?? found?.[2] ?? ''
  return isIP(bare) === 0 ? (peer ?? '') : bare
}

/** The caller of a request, for log events and brute-force protection. WHERRY_TRUST_PROXY decides which address is the caller's. */
export function callerOf(request: FastifyRequest): Caller {
  return {
    ip: addressOf(request.ip, request.raw.socket.remoteAddress),
    user_agent: request.headers['user-agent'] ?? '',
    hostname: request.host,
  }
}
