import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

// Below the range from which Linux takes the ports of outgoing connections (ip_local_port_range), which may take a port meanwhile.
const [first, end] = [10_000, 32_000]
const tries = 50

const canListen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })

/**
 * Answers a TCP port on 127.0.0.1 that nothing listens on at this moment: an even one, at random. The one after it is for the admin origin
 * of a server.
 */
export async function freePort(): Promise<number> {
  for (let nth = 0; nth < tries; nth += 1) {
    const port = randomInt(first / 2, end / 2) * 2
    if ((await canListen(port)) && (await canListen(port + 1))) return port
  }
  throw new Error(`no free port was found in ${tries} tries`)
}
