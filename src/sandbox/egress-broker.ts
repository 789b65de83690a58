import { createServer, type Server, type Socket } from 'node:net'
import { chmodSync } from 'node:fs'
import path from 'node:path'
import { connectByPolicy } from './connect-by-policy.ts'
import { refuseUnlisted, writeHostPort, type RestrictedTargets } from './egress-policy.ts'
import type { EgressFailure, EgressPolicy } from './egress-types.ts'
import type { HostResolver } from './host-resolver.ts'
import type { ScriptEndpoint } from './script-endpoint.ts'
import type { UnitKey } from './unit-key.ts'

/** The line that answers one request: the address that is connected, or the code and message of the failure. */
export type EgressReply = { request_id: number; address?: string; code?: string; message?: string }

/**
 * The egress broker of one process: its only way to the network, through a unix socket. Each connection to that socket
 * names its destination in a first line. The broker resolves the name once, applies the policy to the address,
 * connects to that same address and pipes. The verdict is sent to the process's standard input, not to the socket.
 */
export type EgressBroker = {
  /** The number of open connections. */
  connections(): number
  /** The connections that a call is opening, as failures: why the call passed its deadline. */
  connecting(call_id: string): EgressFailure[]
  close(): void
}

type Options = {
  /** In a folder of its own, which becomes read-only once the socket exists. */
  socket_path: string
  unit: UnitKey
  policy: EgressPolicy
  /** A server of this process, reached in place of what has its host and port in the network. */
  endpoint?: ScriptEndpoint | undefined
  restrictedTargets: () => Promise<RestrictedTargets>
  resolver: HostResolver
  /** The process opens a connection; false when it has opened too many. */
  onConnection(): boolean
  onVerdict(verdict: EgressReply): void
  onFailure(failure: EgressFailure, call_id: string): void
}

type EgressRequest = { request_id: number; host: string; port: number; call: string; rest: Buffer }

/** The address at which a script sees its endpoint. */
const endpoint_address = '127.0.0.1'

const header_bytes_max = 2_048
const header_ms = 5_000
const open_connections_max = 128

function readHeader(bytes: Buffer): EgressRequest | undefined {
  const end = bytes.indexOf(10)
  try {
    const header: unknown = JSON.parse(bytes.subarray(0, end).toString('utf8'))
    if (typeof header !== 'object' || header === null) return undefined
    const { request_id, host, port, call } = header as Record<string, unknown>
    if (typeof request_id !== 'number' || typeof host !== 'string' || host === '' || host.length > 255) return undefined
    if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > 65_535) return undefined
    return {
      request_id,
      host,
      port,
      call: typeof call === 'string' ? call.slice(0, 64) : '',
      rest: bytes.subarray(end + 1),
    }
  } catch {
    return undefined
  }
}

/** Reads the first line of a connection. A connection without a valid one in time is destroyed. */
function readRequest(inner: Socket, onRequest: (request: EgressRequest) => void): void {
  let bytes = Buffer.alloc(0)
  const timer = setTimeout(() => inner.destroy(), header_ms)
  inner.once('close', () => clearTimeout(timer))
  const onData = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    if (!bytes.includes(10)) {
      if (bytes.length > header_bytes_max) inner.destroy()
      return
    }
    clearTimeout(timer)
    inner.off('data', onData)
    inner.pause()
    const request = readHeader(bytes)
    if (request) onRequest(request)
    else inner.destroy()
  }
  inner.on('data', onData)
}

async function listen(server: Server, socket_path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket_path, () => {
      server.off('error', reject)
      resolve()
    })
  })
  server.on('error', () => {})
  chmodSync(socket_path, 0o600)
  // The process has write permission for the socket's path: in a writable folder it could replace the socket.
  chmodSync(path.dirname(socket_path), 0o500)
}

/** Opens the broker of one process; its socket accepts connections when this resolves. */
export async function openEgressBroker(options: Options): Promise<EgressBroker> {
  const open = new Set<Socket>()
  const pending = new Set<EgressRequest>()
  const track = (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  }

  async function openConnection(inner: Socket, request: EgressRequest) {
    const { request_id, host, port } = request
    pending.add(request)
    const refuse = (code: string, message: string, address?: string) => {
      const failure = { host, port, ...(address === undefined ? {} : { address }), code, message }
      options.onFailure(failure, request.call)
      options.onVerdict({ request_id, code, message, ...(address === undefined ? {} : { address }) })
      // The process closes its end when it reads the verdict; this ends the connection of one that does not.
      setTimeout(() => inner.destroy(), header_ms).unref()
    }
    if (open.size > 2 * open_connections_max)
      return refuse('EMFILE', `more than ${open_connections_max} connections are open`)
    if (options.endpoint?.host === host.toLowerCase() && options.endpoint.port === port) {
      if (request.rest.length > 0) inner.unshift(request.rest)
      options.onVerdict({ request_id, address: endpoint_address })
      return options.endpoint.serve(inner, refuseUnlisted(options.policy, host, port) === undefined)
    }
    const { unit, policy } = options
    const target = { host, port }
    const result = await connectByPolicy(options, { unit, policy, target, isWanted: () => !inner.destroyed })
    if (!result) return undefined
    if (result.socket) return pipe(inner, result.socket, request, result.address)
    return refuse(result.code, result.message, result.address)
  }

  function pipe(inner: Socket, outer: Socket, request: EgressRequest, address: string) {
    track(outer)
    if (inner.destroyed) return outer.destroy()
    outer.setNoDelay(true)
    outer.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? 'ECONNRESET'
      options.onVerdict({ request_id: request.request_id, code, message: `read ${code}`, address })
      setTimeout(() => inner.destroy(), 100).unref()
    })
    inner.on('close', () => outer.destroy())
    outer.on('close', (had_error) => {
      if (!had_error) inner.end()
    })
    options.onVerdict({ request_id: request.request_id, address })
    if (request.rest.length > 0) outer.write(request.rest)
    inner.pipe(outer)
    outer.pipe(inner)
    return undefined
  }

  const server: Server = createServer({ allowHalfOpen: true, pauseOnConnect: false }, (inner) => {
    if (!options.onConnection()) return inner.destroy()
    track(inner)
    inner.on('error', () => inner.destroy())
    readRequest(inner, (request) => {
      openConnection(inner, request)
        .catch(() =>
          options.onVerdict({ request_id: request.request_id, code: 'ECONNREFUSED', message: 'the broker failed' }),
        )
        .finally(() => pending.delete(request))
    })
    return undefined
  })
  await listen(server, options.socket_path)

  return {
    connections: () => Math.ceil(open.size / 2),
    connecting: (call_id) =>
      [...pending]
        .filter((request) => request.call === call_id)
        .map(({ host, port }) => ({
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
