import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A request that a webhook received. */
export type Received = { path: string; headers: IncomingHttpHeaders; body: string }

/** A webhook on loopback that keeps what it receives. */
export type Webhook = {
  port: number
  /** `host:port`, as WHERRY_EGRESS_ALLOW lists it. */
  address: string
  url: string
  received: Received[]
  /** The status of the next answers; 200 at first. `undefined`: it does not answer. */
  answer: (status: number | undefined) => void
  close(): Promise<void>
}

/** Starts a webhook. */
export async function startWebhook(): Promise<Webhook> {
  const received: Received[] = []
  let status: number | undefined = 200
  const server = createServer((request, response) => {
    const receive = async (): Promise<void> => {
      received.push({ path: request.url ?? '', headers: request.headers, body: await text(request) })
      if (status === undefined) return
      response.writeHead(status, status >= 300 && status < 400 ? { location: '/elsewhere' } : {}).end('ok')
    }
    void receive()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    address: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}/events`,
    received,
    answer: (next) => {
      status = next
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
