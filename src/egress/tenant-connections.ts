/**
 * Egress: connections of this server to addresses that tenants choose, such as webhooks and mail servers. It applies the policy, and knows
 * nothing of what is sent.
 */
import type { Socket } from 'node:net'
import { connectAllowed } from '../sandbox/connect-allowed.ts'
import { readHostPort, writeHostPort, type RestrictedTargets } from '../sandbox/egress-policy.ts'
import type { EgressPolicy, HostPort } from '../sandbox/egress-types.ts'
import { startHostResolver, type HostResolver } from '../sandbox/host-resolver.ts'

/** A connection could not be opened. The message is for the tenant: it names the address, and the setting where the policy refused it. */
export class ConnectionFailed extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.name = 'ConnectionFailed'
    this.code = code
  }
}

/** Connections to addresses that tenants choose. */
export type TenantConnections = {
  /**
   * Looks a host up once and connects to an address of it. Link-local and metadata addresses, and what the operator forbids, are never
   * reached; this machine and private networks only at a `host:port` that the operator allows.
   *
   * @throws {ConnectionFailed}
   */
  open(tenant_id: string, target: HostPort): Promise<Socket>
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

const keyOf = ({ host, port }: HostPort): string => writeHostPort(host.toLowerCase(), port)

/** Creates the connections to addresses that tenants choose. */
export function createTenantConnections({
  allow,
  restricted,
  resolver = startHostResolver(),
}: TenantConnectionRules): TenantConnections {
  const policy: EgressPolicy = { mode: 'open', allow, private_networks: true, setting }
  const listed = new Set(allow.flatMap((entry) => readHostPort(entry) ?? []).map(keyOf))
  return {
    isListed: (target) => listed.has(keyOf(target)),
    async open(tenant_id, { host, port }) {
      const unit = { tenant_id, unit_id: 'egress', version: 0 }
      const addresses = await resolver.addresses(unit, host).catch(() => {
        throw new ConnectionFailed('ENOTFOUND', `The host ${host} was not found.`)
      })
      const connected = await connectAllowed({ host, port }, addresses, policy, await restricted(), () => true)
      if (connected?.socket) return connected.socket
      throw new ConnectionFailed(
        connected?.code ?? 'ENOTFOUND',
        connected?.message ?? `The host ${host} was not found.`,
      )
    },
  }
}
