import { connect, type Socket } from 'node:net'
import { decideEgress, type RestrictedTargets } from './egress-policy.ts'
import type { EgressPolicy, HostPort } from './egress-types.ts'

/** An open connection and its address, or why there is none. */
export type ConnectResult =
  | { socket: Socket; address: string }
  | { socket?: undefined; address?: string; code: string; message: string }

const connect_ms = 8_000
// A host with further addresses gets less time for each but the last.
const connect_next_ms = 3_000
// Who owns a name decides how many addresses it has.
const tried_max = 4

/** Connects; returns the socket, or the error of the attempt. */
function connectTo(address: string, port: number, limit_ms: number): Promise<Socket | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, allowHalfOpen: true })
    const timer = setTimeout(() => {
      socket.destroy()
      resolve(Object.assign(new Error(`connect ETIMEDOUT ${address}:${port}`), { code: 'ETIMEDOUT' }))
    }, limit_ms)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.once('error', (error) => {
      clearTimeout(timer)
      resolve(error)
    })
  })
}

/**
 * Connects to the first of a host's addresses that is allowed and accepts; four are tried. Otherwise returns the last error, or if none
 * was allowed, the first refusal. Undefined as soon as `isWanted` is false.
 */
export async function connectAllowed(
  { host, port }: HostPort,
  addresses: string[],
  policy: EgressPolicy,
  restricted: RestrictedTargets,
  isWanted: () => boolean,
): Promise<ConnectResult | undefined> {
  let failed: ConnectResult | undefined
  let refused: ConnectResult | undefined
  let tried = 0
  for (const [index, address] of addresses.entries()) {
    const decision = decideEgress(policy, { host, port, address }, restricted)
    if (!decision.allowed) {
      refused ??= { address, code: 'EGRESS_REFUSED', message: decision.message }
      continue
    }
    if (!isWanted()) return undefined
    if (tried === tried_max) break
    tried += 1
    const is_last = index === addresses.length - 1 || tried === tried_max
    const result = await connectTo(address, port, is_last ? connect_ms : connect_next_ms)
    if (!(result instanceof Error)) return { socket: result, address }
    const code = result.code ?? 'ECONNREFUSED'
    failed = { address, code, message: `connect ${code} ${address}:${port}` }
  }
  return failed ?? refused ?? { code: 'ENOTFOUND', message: `getaddrinfo ENOTFOUND ${host}` }
}
