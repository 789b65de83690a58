/**
 * The only way out of one sandbox process: a unix socket. Each connection on it names its destination in a first
 * line; the broker resolves the name once, asks the policy about the address it would connect to, connects to
 * that very address and pipes. The verdict goes back over the process's standard input, not over the socket.
 */
import { createServer, connect, type Server, type Socket } from 'node:net'
import { chmodSync } from 'node:fs'
import path from 'node:path'
import { decideEgress, refuseUnlisted, writeHostPort, type EgressGuards } from './egress-policy.ts'
import type { EgressFailure, EgressPolicy } from './egress-types.ts'
import type { HostResolver } from './host-resolver.ts'

/** The broker's answer to one request: the address to use, or why there is none. */
export type EgressVerdict = { ticket: number; address?: string; code?: string; message?: string }

/** The broker of one process: the only way from it to the network. */
export type EgressBroker = {
  /** Connections open now. */
  connections(): number
  /** Connections that are still being opened, as the failures they are for a call that can wait no longer. */
  unfinished(): EgressFailure[]
  close(): void
}

type Options = {
  /** In a folder of its own, which is closed for writing once the socket is there. */
  socket_path: string
  unit: string
  policy: EgressPolicy
  guards: () => Promise<EgressGuards>
  resolver: HostResolver
  onVerdict(verdict: EgressVerdict): void
  onFailure(failure: EgressFailure, call_id: string): void
}

type Wanted = { ticket: number; host: string; port: number; call: string; rest: Buffer }

const header_bytes = 2_048
const header_ms = 5_000
const connect_ms = 8_000
const connect_next_ms = 3_000
const connections = 128

function readHeader(bytes: Buffer): Wanted | undefined {
  const end = bytes.indexOf(10)
  try {
    const header: unknown = JSON.parse(bytes.subarray(0, end).toString('utf8'))
    if (typeof header !== 'object' || header === null) return undefined
    const { ticket, host, port, call } = header as Record<string, unknown>
    if (typeof ticket !== 'number' || typeof host !== 'string' || host === '' || host.length > 255) return undefined
    if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > 65_535) return undefined
    return {
      ticket,
      host,
      port,
      call: typeof call === 'string' ? call.slice(0, 64) : '',
      rest: bytes.subarray(end + 1),
    }
  } catch {
    return undefined
  }
}

/** The connected socket, or the error of the attempt. */
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

/** Opens the broker of one process and resolves when its socket can be connected to. */
export async function openEgressBroker(options: Options): Promise<EgressBroker> {
  const open = new Set<Socket>()
  const pending = new Set<Wanted>()
  const track = (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  }

  async function reach(inner: Socket, wanted: Wanted) {
    const { ticket, host, port } = wanted
    pending.add(wanted)
    const refuse = (code: string, message: string, address?: string) => {
      const failure = { host, port, ...(address === undefined ? {} : { address }), code, message }
      options.onFailure(failure, wanted.call)
      options.onVerdict({ ticket, code, message, ...(address === undefined ? {} : { address }) })
      // The process closes its end when it reads the verdict; this is for one that does not.
      setTimeout(() => inner.destroy(), header_ms).unref()
    }
    if (open.size > 2 * connections) return refuse('EMFILE', `more than ${connections} connections are open`)
    const unlisted = refuseUnlisted(options.policy, host, port)
    if (unlisted !== undefined) return refuse('EGRESS_REFUSED', unlisted)
    let addresses: string[]
    try {
      addresses = await options.resolver.addresses(options.unit, host)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'ENOTFOUND'
      return refuse(code, `getaddrinfo ${code} ${host}`)
    }
    const guards = await options.guards()
    let last: { address: string; code: string; message: string } | undefined
    let refused: { address: string; message: string } | undefined
    for (const [index, address] of addresses.entries()) {
      const decision = decideEgress(options.policy, { host, port, address }, guards)
      if (!decision.allowed) {
        refused ??= { address, message: decision.message }
        continue
      }
      if (inner.destroyed) return
      const result = await connectTo(address, port, index < addresses.length - 1 ? connect_next_ms : connect_ms)
      if (!(result instanceof Error)) return pipe(inner, result, wanted, address)
      const code = result.code ?? 'ECONNREFUSED'
      last = { address, code, message: `connect ${code} ${address}:${port}` }
    }
    if (last) return refuse(last.code, last.message, last.address)
    if (refused) return refuse('EGRESS_REFUSED', refused.message, refused.address)
    return refuse('ENOTFOUND', `getaddrinfo ENOTFOUND ${host}`)
  }

  function pipe(inner: Socket, outer: Socket, wanted: Wanted, address: string) {
    track(outer)
    if (inner.destroyed) return outer.destroy()
    outer.setNoDelay(true)
    outer.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? 'ECONNRESET'
      options.onVerdict({ ticket: wanted.ticket, code, message: `read ${code}`, address })
      setTimeout(() => inner.destroy(), 100).unref()
    })
    inner.on('close', () => outer.destroy())
    outer.on('close', (had_error) => {
      if (!had_error) inner.end()
    })
    options.onVerdict({ ticket: wanted.ticket, address })
    if (wanted.rest.length > 0) outer.write(wanted.rest)
    inner.pipe(outer)
    outer.pipe(inner)
    return undefined
  }

  const server: Server = createServer({ allowHalfOpen: true, pauseOnConnect: false }, (inner) => {
    track(inner)
    inner.on('error', () => inner.destroy())
    let bytes = Buffer.alloc(0)
    const timer = setTimeout(() => inner.destroy(), header_ms)
    inner.once('close', () => clearTimeout(timer))
    const onData = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      if (!bytes.includes(10)) {
        if (bytes.length > header_bytes) inner.destroy()
        return
      }
      clearTimeout(timer)
      inner.off('data', onData)
      inner.pause()
      const wanted = readHeader(bytes)
      if (!wanted) return inner.destroy()
      reach(inner, wanted)
        .catch(() => options.onVerdict({ ticket: wanted.ticket, code: 'ECONNREFUSED', message: 'the broker failed' }))
        .finally(() => pending.delete(wanted))
    }
    inner.on('data', onData)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.socket_path, () => {
      server.off('error', reject)
      resolve()
    })
  })
  server.on('error', () => {})
  chmodSync(options.socket_path, 0o600)
  // The process may write to the socket, which would let it put something else in its place.
  chmodSync(path.dirname(options.socket_path), 0o500)

  return {
    connections: () => Math.ceil(open.size / 2),
    unfinished: () =>
      [...pending].map(({ host, port }) => ({
        host,
        port,
        code: 'ETIMEDOUT',
        message: `no connection to ${writeHostPort(host, port)} yet`,
      })),
    close() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
