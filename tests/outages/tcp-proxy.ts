// A TCP proxy on a loopback port that simulates failures of networks and servers.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { freePort } from '../support/free-port.ts'

/**
 * What the proxy does with connections:
 * `pass` forwards · `slow` forwards each chunk after a delay · `down` refuses new ones and closes the open ones ·
 * `reset` accepts new ones and resets all · `hang` accepts new ones and forwards nothing · `half_open` forwards nothing
 * on the open ones, new ones work · `garbage` answers with random bytes.
 */
export type Fault = 'pass' | 'slow' | 'down' | 'reset' | 'hang' | 'half_open' | 'garbage'

/** The proxy in front of one server. */
export type TcpProxy = {
  readonly port: number
  /** Sets the fault for open and new connections. */
  set(fault: Fault): Promise<void>
  /** How many connections are open, and the maximum since the last `set`. */
  connections(): { now: number; max: number }
  close(): Promise<void>
}

const slow_ms = 120

/** Starts a proxy to a port of this machine. */
export async function startTcpProxy(target_port: number): Promise<TcpProxy> {
  let fault: Fault = 'pass'
  let max = 0
  // A connection from before `half_open` stays dead afterwards.
  const open = new Map<Socket, { upstream: Socket; is_dead: boolean }>()

  const forward = (from: Socket, to: Socket, client: Socket): void => {
    from.on('data', (chunk) => {
      if (fault === 'hang' || open.get(client)?.is_dead) return
      if (fault === 'garbage') client.write(randomBytes(64))
      else if (fault === 'reset') client.resetAndDestroy()
      else if (fault === 'slow') setTimeout(() => to.writable && to.write(chunk), slow_ms)
      else to.write(chunk)
    })
  }
  const server: Server = createServer((client) => {
    client.setNoDelay(true)
    const upstream = connect({ host: '127.0.0.1', port: target_port, noDelay: true })
    open.set(client, { upstream, is_dead: false })
    max = Math.max(max, open.size)
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
      forward(one, other, client)
    }
    client.on('close', () => open.delete(client))
    if (fault === 'reset') client.resetAndDestroy()
    if (fault === 'garbage') client.write(randomBytes(64))
  })
  // While it is down, no outgoing connection takes such a port.
  const port = await freePort()
  const listen = async (): Promise<void> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen()
  const closeAll = (close: (client: Socket) => void): void => {
    for (const client of open.keys()) close(client)
  }
  return {
    port,
    async set(next) {
      if (fault === 'down' && next !== 'down') await listen()
      fault = next
      max = open.size
      if (next === 'reset') closeAll((client) => client.resetAndDestroy())
      if (next === 'half_open') for (const connection of open.values()) connection.is_dead = true
      if (next !== 'down' || !server.listening) return
      server.close()
      closeAll((client) => client.destroy())
    },
    connections: () => ({ now: open.size, max }),
    async close() {
      if (server.listening) server.close()
      closeAll((client) => client.destroy())
    },
  }
}
