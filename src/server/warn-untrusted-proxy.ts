import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ProcessLog } from '../base/process-log.ts'

const forwarding_headers = ['x-forwarded-for', 'forwarded', 'x-real-ip']

// Fastify lists the addresses of the trusted part of the chain: the peer's own, and those that it forwarded where it is trusted.
const isTrusted = ({ ips }: FastifyRequest): boolean => (ips?.length ?? 1) > 1

/** A forwarding header of a peer that is not trusted. */
export type UntrustedForwarding = { header: string; peer: string }

/** The first forwarding header of a peer that is not trusted, where there was one. */
export type ForwardingSeen = { untrusted?: UntrustedForwarding }

/**
 * Warns once, and notes it in `seen`, at the first request with a forwarding header of a peer that WHERRY_TRUST_PROXY does not list. If the peer is a reverse
 * proxy, all its callers count as one address, and wrong passwords of any of them lock all of them out.
 */
export function warnOfUntrustedProxy(app: FastifyInstance, log: ProcessLog, seen: ForwardingSeen): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (!seen.untrusted && !isTrusted(request)) {
      const header = forwarding_headers.find((name) => request.headers[name] !== undefined)
      const peer = request.raw.socket.remoteAddress ?? ''
      if (header !== undefined) {
        seen.untrusted = { header, peer }
        log.warn(
          { header, peer },
          `A request has the header ${header}, and WHERRY_TRUST_PROXY does not list its sender ${peer}. If that is your reverse proxy, all its callers count as one address: a hundred wrong passwords of any of them lock all of them out for a day. Set WHERRY_TRUST_PROXY to the address of the proxy.`,
        )
      }
    }
    done()
  })
}
