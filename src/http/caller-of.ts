import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { Caller } from '../logs/record-event.ts'

// Some proxies write the caller's port behind the address: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
const with_port = /^(?:\[([^\]]+)\]|([\d.]+))(?::\d{1,5})?$/

/** The address of a caller. Where the forwarded value is no address, the proxy's own address is used. */
function addressOf(forwarded: string, peer: string | undefined): string {
  if (isIP(forwarded) !== 0) return forwarded
  const found = with_port.exec(forwarded)
  const bare = found?.[1] ?? found?.[2] ?? ''
  return isIP(bare) === 0 ? (peer ?? '') : bare
}

/** The caller of a request, for the log and for brute-force protection. The address follows WHERRY_TRUST_PROXY. */
export function callerOf(request: FastifyRequest): Caller {
  return {
    ip: addressOf(request.ip, request.raw.socket.remoteAddress),
    user_agent: request.headers['user-agent'] ?? '',
    hostname: request.host,
  }
}
