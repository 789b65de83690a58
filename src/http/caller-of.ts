import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { Caller } from '../logs/record-event.ts'

// Some proxies write the caller's port behind the address: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
const with_port = /^(?:\[([^\]]+)\]|([\d.]+))(?::\d{1,5})?$/

/** The address of a caller. What a proxy says and is no address is not the caller's to choose: the proxy's own counts. */
function addressOf(said: string, peer: string | undefined): string {
  if (isIP(said) !== 0) return said
  const found = with_port.exec(said)
  const bare = found?.[1] ?? found?.[2] ?? ''
  return isIP(bare) === 0 ? (peer ?? '') : bare
}

/** Who sent the request, for the log and the shield. The address heeds WHERRY_TRUST_PROXY. */
export function callerOf(request: FastifyRequest): Caller {
  return {
    ip: addressOf(request.ip, request.raw.socket.remoteAddress),
    user_agent: request.headers['user-agent'] ?? '',
    hostname: request.host,
  }
}
