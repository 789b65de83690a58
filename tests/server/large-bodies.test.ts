import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.close())

const bytes = (length: number): Buffer => Buffer.alloc(length, 'x')

function head(...lines: string[]): Buffer {
  const { host } = new URL(server.issuer)
  const first = ['POST /oauth/token HTTP/1.1', `host: ${host}`, 'content-type: application/x-www-form-urlencoded']
  return Buffer.from([...first, ...lines, '', ''].join('\r\n'))
}

const chunk = (length: number): Buffer =>
  Buffer.concat([Buffer.from(`${length.toString(16)}\r\n`), bytes(length), Buffer.from('\r\n')])

/** Writes parts to one socket, each after a pause, and answers the status lines received until the server closes it. */
async function answersTo(parts: Buffer[], pause_ms = 0): Promise<string[]> {
  const socket = connect(server.port, '127.0.0.1')
  const received: Buffer[] = []
  const closed = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The server left the connection open')), 4000)
    socket.on('data', (data) => received.push(data))
    // The server closes while parts are being sent.
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(clearTimeout(timer)))
  })
  for (const part of parts) {
    socket.write(part)
    if (pause_ms > 0) await sleep(pause_ms)
  }
  await closed
  return (
    Buffer.concat(received)
      .toString('latin1')
      .match(/HTTP\/1\.1 \d+/g) ?? []
  )
}

test('a body above 64 KiB is answered 413 at once and its connection closed, however the body is sent', async () => {
  const refused = ['HTTP/1.1 413']
  const sized = head('content-length: 100000')
  assert.deepEqual(await answersTo([sized, bytes(100_000)]), refused)
  assert.deepEqual(await answersTo([sized]), refused, 'no byte of the body')
  assert.deepEqual(await answersTo([sized, ...Array.from({ length: 10 }, () => bytes(10_000))], 20), refused)
  assert.deepEqual(await answersTo([head('content-length: 5000000'), bytes(5_000_000)]), refused)
  const chunked = [head('transfer-encoding: chunked'), ...Array.from({ length: 10 }, () => chunk(10_000))]
  assert.deepEqual(await answersTo(chunked, 5), refused)
})

test('of pipelined requests those before a body above 64 KiB are answered, and none after it', async () => {
  const small = Buffer.concat([head('content-length: 10'), bytes(10)])
  const large = Buffer.concat([head('content-length: 100000'), bytes(100_000)])
  assert.deepEqual(await answersTo([Buffer.concat([small, large, small])]), ['HTTP/1.1 400', 'HTTP/1.1 413'])
})

test('an agent that keeps connections alive gets an answer to each of many bodies, small and above 64 KiB', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  const post = (length: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = {
        host: new URL(server.issuer).host,
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': length,
      }
      const sent = request(
        { agent, port: server.port, host: '127.0.0.1', method: 'POST', path: '/oauth/token', headers },
        (answer) => {
          answer.resume()
          answer.on('end', () => resolve(answer.statusCode ?? 0))
        },
      )
      sent.on('error', reject)
      sent.setTimeout(10_000, () => sent.destroy(new Error('No answer')))
      sent.end(bytes(length))
    })
  const lengths = Array.from({ length: 40 }, (_, nth) => [100, 66_000, 200_000, 100][nth % 4] ?? 100)
  const statuses = await Promise.all(lengths.map(post))
  assert.deepEqual(
    statuses,
    lengths.map((length) => (length > 65_536 ? 413 : 400)),
  )
  agent.destroy()
})
