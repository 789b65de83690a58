import type { FastifyRequest } from 'fastify'
import type { Caller } from '../logs/record-event.ts'

/** Who sent the request, for the log and the shield. The address heeds WHERRY_TRUST_PROXY. */
export function callerOf(request: FastifyRequest): Caller {
  return { ip: request.ip, user_agent: request.headers['user-agent'] ?? '', hostname: request.host }
}
