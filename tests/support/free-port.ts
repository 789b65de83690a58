import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

// Below the range from which Linux takes the ports of outgoing connections (ip_local_port_range), which may take a port meanwhile.
const all_ports = '10000-32000'
const [first = 0, end = 0] = (process.env['WHERRY_TEST_PORTS'] ?? all_ports).split('-').map(Number)
const tries = 50
// A port that was answered may not be listened on yet.
const answered = new Set<number>()

/**
 * The setting WHERRY_TEST_PORTS for the `nth` of so many processes that run tests at once: a part of the ports of this process, so that no two
 * of them choose one port before either listens on it.
 */
export function partOfPorts(nth: number, processes: number): string {
  const size = Math.floor((end - first) / processes / 2) * 2
  return `${first + nth * size}-${first + (nth + 1) * size}`
}

const canListen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })

/**
 * Answers a TCP port on 127.0.0.1 that nothing listens on at this moment: an even one, at random, and none that it has answered before. The one
 * after it is for the admin origin of a server.
 */
export async function freePort(): Promise<number> {
  for (let nth = 0; nth < tries; nth += 1) {
    const port = randomInt(first / 2, end / 2) * 2
    if (answered.has(port) || !(await canListen(port)) || !(await canListen(port + 1))) continue
    answered.add(port)
    return port
  }
  throw new Error(`no free port was found in ${tries} tries`)
}
