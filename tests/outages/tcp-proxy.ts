// A TCP proxy on a loopback port that can fail in the ways in which networks and servers fail.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/**
 * How it treats connections:
 * `pass` hands on · `slow` hands on, each piece a while later · `down` refuses new ones and closes those there are ·
 * `reset` takes new ones and resets them all · `hang` takes new ones, and nothing is heard on any ·
 * `half_open` nothing is ever heard again on those there are, new ones work · `garbage` answers with noise.
 */
export type Weather = 'pass' | 'slow' | 'down' | 'reset' | 'hang' | 'half_open' | 'garbage'

/** The proxy in front of one server. */
export type TcpProxy = {
  readonly port: number
  /** Changes the weather for connections there are and those to come. */
  set(weather: Weather): Promise<void>
  /** How many connections are open now, and the most there were since the weather changed. */
  connections(): { now: number; most: number }
  close(): Promise<void>
}

const slow_ms = 120

/** Starts a proxy to a port of this machine. */
export async function startTcpProxy(target_port: number): Promise<TcpProxy> {
  let weather: Weather = 'pass'
  let most = 0
  // A connection of before a `half_open` stays dead when the weather is good again.
  const open = new Map<Socket, { upstream: Socket; is_dead: boolean }>()

  const carry = (from: Socket, to: Socket, client: Socket): void => {
    from.on('data', (piece) => {
      if (weather === 'hang' || open.get(client)?.is_dead) return
      if (weather === 'garbage') client.write(randomBytes(64))
      else if (weather === 'reset') client.resetAndDestroy()
      else if (weather === 'slow') setTimeout(() => to.writable && to.write(piece), slow_ms)
      else to.write(piece)
    })
  }
  const server: Server = createServer((client) => {
    client.setNoDelay(true)
    const upstream = connect({ host: '127.0.0.1', port: target_port, noDelay: true })
    open.set(client, { upstream, is_dead: false })
    most = Math.max(most, open.size)
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
      carry(one, other, client)
    }
    client.on('close', () => open.delete(client))
    if (weather === 'reset') client.resetAndDestroy()
    if (weather === 'garbage') client.write(randomBytes(64))
  })
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const port = await listen(0)
  const closeAll = (how: (client: Socket) => void): void => {
    for (const client of open.keys()) how(client)
  }
  return {
    port,
    async set(next) {
      if (weather === 'down' && next !== 'down') await listen(port)
      weather = next
      most = open.size
      if (next === 'reset') closeAll((client) => client.resetAndDestroy())
      if (next === 'half_open') for (const connection of open.values()) connection.is_dead = true
      if (next !== 'down' || !server.listening) return
      server.close()
      closeAll((client) => client.destroy())
    },
    connections: () => ({ now: open.size, most }),
    async close() {
      if (server.listening) server.close()
      closeAll((client) => client.destroy())
    },
  }
}
