/**
 * Egress: connections of this server to addresses that tenants choose, such as webhooks and mail servers. It applies the policy, and knows
 * nothing of what is sent.
 */
import type { Socket } from 'node:net'
import { connectAllowed } from '../sandbox/connect-allowed.ts'
import { readHostPort, writeHostPort, type RestrictedTargets } from '../sandbox/egress-policy.ts'
import type { EgressPolicy, HostPort } from '../sandbox/egress-types.ts'
import { startHostResolver, type HostResolver } from '../sandbox/host-resolver.ts'
import { BoundedSocket } from './bounded-socket.ts'
import { ConnectionFailed } from './connection-failed.ts'

/** Limits of one connection. */
export type OpenLimits = { bytes_max: number; limit_ms?: number }

/** Connections to addresses that tenants choose. */
export type TenantConnections = {
  /**
   * Looks a host up once and connects to an address of it. Link-local and metadata addresses, and what the operator forbids, are never
   * reached; this machine and private networks only at a `host:port` that the operator allows.
   *
   * @param limits `bytes_max`: of which the connection breaks when more is received; `limit_ms`: the longest time for all of it, the look-up
   *   and every address included, 10 s by default
   * @throws {ConnectionFailed}
   */
  open(tenant_id: string, target: HostPort, limits: OpenLimits): Promise<BoundedSocket>
  /** Whether the operator allows this `host:port` by name. */
  isListed(target: HostPort): boolean
}

/** The operator's rules for these connections. */
export type TenantConnectionRules = {
  /** `host:port` of this machine and of private networks that may be reached. */
  allow: string[]
  /** The targets that need an entry in `allow`, or are never reached. */
  restricted(): Promise<RestrictedTargets>
  resolver?: HostResolver
}

const setting = 'WHERRY_EGRESS_ALLOW'
const open_max_ms = 10_000

const keyOf = ({ host, port }: HostPort): string => writeHostPort(host.toLowerCase(), port)

/** Creates the connections to addresses that tenants choose. */
export function createTenantConnections({
  allow,
  restricted,
  resolver = startHostResolver(),
}: TenantConnectionRules): TenantConnections {
  const policy: EgressPolicy = { mode: 'open', allow, private_networks: true, setting }
  const listed = new Set(allow.flatMap((entry) => readHostPort(entry) ?? []).map(keyOf))

  async function connectTo(tenant_id: string, { host, port }: HostPort, isWanted: () => boolean): Promise<Socket> {
    const unit = { tenant_id, unit_id: 'egress', version: 0 }
    const addresses = await resolver.addresses(unit, host).catch(() => {
      throw new ConnectionFailed('ENOTFOUND', `The host ${host} was not found.`)
    })
    const connected = await connectAllowed({ host, port }, addresses, policy, await restricted(), isWanted)
    if (connected?.socket) return connected.socket
    throw new ConnectionFailed(connected?.code ?? 'ENOTFOUND', connected?.message ?? `The host ${host} was not found.`)
  }

  return {
    isListed: (target) => listed.has(keyOf(target)),
    async open(tenant_id, target, { bytes_max, limit_ms = open_max_ms }) {
      let is_late = false
      const opened = connectTo(tenant_id, target, () => !is_late)
      return await new Promise<BoundedSocket>((resolve, reject) => {
        const timer = setTimeout(() => {
          is_late = true
          reject(
            new ConnectionFailed(
              'ETIMEDOUT',
              `No connection to ${target.host} came about within ${limit_ms / 1000} s.`,
            ),
          )
        }, limit_ms)
        opened
          .then((socket) => (is_late ? socket.destroy() : resolve(new BoundedSocket(socket, bytes_max))), reject)
          .finally(() => clearTimeout(timer))
      })
    },
  }
}
