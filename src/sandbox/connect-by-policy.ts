import { performance } from 'node:perf_hooks'
import { connectAllowed, type ConnectResult } from './connect-allowed.ts'
import { refuseUnlisted, type RestrictedTargets } from './egress-policy.ts'
import type { EgressPolicy, HostPort } from './egress-types.ts'
import type { HostResolver } from './host-resolver.ts'
import type { UnitKey } from './unit-key.ts'

/** A connection to open for a script of a unit. */
export type EgressAttempt = {
  unit: UnitKey
  policy: EgressPolicy
  target: HostPort
  /** Whether the caller still waits for it. */
  isWanted: () => boolean
}

/** What decides about a connection. */
export type EgressDeps = { resolver: HostResolver; restrictedTargets: () => Promise<RestrictedTargets> }

/**
 * Opens a connection as the egress rules allow: an allow-list decides before the name is looked up, and the name is looked up once. Undefined
 * as soon as `isWanted` is false.
 */
export async function connectByPolicy(
  { resolver, restrictedTargets }: EgressDeps,
  { unit, policy, target, isWanted }: EgressAttempt,
): Promise<ConnectResult | undefined> {
  const { host, port } = target
  const unlisted = refuseUnlisted(policy, host, port)
  if (unlisted !== undefined) return { code: 'EGRESS_REFUSED', message: unlisted }
  let addresses: string[]
  try {
    addresses = await resolver.addresses(unit, host)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'ENOTFOUND'
    return { code, message: `getaddrinfo ${code} ${host}` }
  }
  return await connectAllowed(target, addresses, policy, await restrictedTargets(), isWanted)
}

/** How an attempt to connect ended. `from_address`: the address of this machine that it came from. */
export type ProbedTarget = {
  address?: string
  from_address?: string
  error?: { code: string; message: string }
  duration_ms: number
}

/** Opens a connection as the egress rules allow, and closes it. */
export async function probeTarget(deps: EgressDeps, attempt: Omit<EgressAttempt, 'isWanted'>): Promise<ProbedTarget> {
  const from = performance.now()
  const result = await connectByPolicy(deps, { ...attempt, isWanted: () => true })
  const duration_ms = Math.round(performance.now() - from)
  const address = result?.address === undefined ? {} : { address: result.address }
  if (!result?.socket) {
    const { code = 'ECONNREFUSED', message = 'The connection was not opened.' } = result ?? {}
    return { ...address, error: { code, message }, duration_ms }
  }
  const { localAddress: from_address } = result.socket
  result.socket.on('error', () => {})
  result.socket.destroy()
  return { ...address, ...(from_address === undefined ? {} : { from_address }), duration_ms }
}
