import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '../../src/config/config.ts'
import { compose, type Server } from '../../src/server/compose.ts'
import { startHouse, type TestHouse } from '../support/house.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { request } from './server-process.ts'

let house: TestHouse
before(async () => {
  house = await startHouse()
})
after(() => house.close())

const at = (path: string): string => new URL(path, house.issuer).href

test('health answers on any host, and is not to be kept', async () => {
  for (const host of ['unknown.test', '10.0.0.1', new URL(house.issuer).host]) {
    for (const [path, status] of [
      ['health/live', 'live'],
      ['health/ready', 'ready'],
    ] as const) {
      const answer = await request(at(path), { headers: { host } })
      assert.deepEqual([answer.status, answer.json()], [200, { status }], `${host} ${path}`)
    }
  }
  const response = await fetch(at('health/ready'))
  assert.equal(response.headers.get('cache-control'), 'no-store')
})

test('a host that no tenant has gets 404 at every door, in each door’s own form', async () => {
  const { host, port } = new URL(house.issuer)
  for (const wrong of [
    'unknown.test',
    `${host}.evil.test`,
    '127.0.0.1',
    `localhost:${port}`,
    `x${host}`,
    `127.0.0.1:${Number(port) + 1}`,
  ]) {
    for (const path of [
      '',
      '.well-known/openid-configuration',
      'api/v2/users',
      'u/reset-verify?ticket=x',
      'nothing/here',
    ]) {
      assert.equal((await request(at(path), { headers: { host: wrong } })).status, 404, `${wrong} ${path}`)
    }
    const token = await request(at('oauth/token'), { headers: { host: wrong }, body: { grant_type: 'password' } })
    assert.equal(token.status, 404)
  }
})

test('the host counts in any letter case', async () => {
  const tenant = { name: 'letters', domain: 'letters.test' }
  await house.must('POST', 'tenants', tenant)
  const answer = await request(at('.well-known/openid-configuration'), { headers: { host: 'LETTERS.Test:80' } })
  assert.equal(answer.json<{ issuer: string }>().issuer, 'http://letters.test/')
})

test('a body beyond a mebibyte is refused with 413, one within it is read', async () => {
  const body = (bytes: number) => ({ grant_type: 'password', client_id: 'x', password: 'x'.repeat(bytes) })
  const large = await request(at('oauth/token'), { body: body(1_100_000) })
  assert.equal(large.status, 413)
  assert.equal(large.json<{ error: string }>().error, 'invalid_request')
  const within = await request(at('oauth/token'), { body: body(900_000) })
  assert.ok(within.status >= 400 && within.status < 500 && within.status !== 413, String(within.status))
  const chunked = await request(at('api/v2/users'), {
    method: 'POST',
    body: 'x'.repeat(2_000_000),
    headers: { authorization: `Bearer ${await house.managementToken()}`, 'transfer-encoding': 'chunked' },
  }).catch((error: unknown) => error)
  assert.ok(chunked instanceof Error || (chunked as { status: number }).status === 413)
})

test('requests that are no HTTP, or too much of it, are answered with 4xx and do no harm', async () => {
  const { port } = new URL(house.issuer)
  const raw = async (text: string): Promise<string> => {
    const socket = connect(Number(port), '127.0.0.1')
    let said = ''
    socket.on('data', (chunk: Buffer) => (said += chunk.toString()))
    socket.on('error', () => undefined)
    socket.end(text)
    await new Promise((resolve) => socket.once('close', resolve))
    return said.split('\r\n')[0] ?? ''
  }
  assert.match(await raw('hello\r\n\r\n'), /^HTTP\/1\.1 400/)
  assert.match(await raw('GET / HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 400/) // no host
  assert.match(await raw(`GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`), /^HTTP\/1\.1 431/)
  assert.match(await raw('GET /%zz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'), /^HTTP\/1\.1 40[04]/)
  assert.match(
    await raw(
      'POST /oauth/token HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ),
    /^HTTP\/1\.1 400/,
  )
  assert.equal((await request(at('health/ready'))).status, 200)
})

test('those who send slowly are cut off: the server looks every two seconds for headers later than 15 s and bodies later than 30 s', () => {
  const { server } = house.house.app
  assert.equal(server.headersTimeout, 15_000)
  assert.equal(server.requestTimeout, 30_000)
  assert.equal(Reflect.get(server, 'connectionsCheckingInterval'), 2000)
})

test('a server is alive before it is ready, and not ready while its store does not answer', async () => {
  const config = readConfig({ WHERRY_PORT: '0', WHERRY_DATA_DIR: tempFolder('ready') })
  const other: Server = await compose(config, { log_to: { write: () => undefined } })
  const probe = async (path: string): Promise<[number, unknown]> => {
    const { statusCode, body } = await other.app.inject({ url: path })
    return [statusCode, JSON.parse(body)]
  }
  assert.deepEqual(await probe('/health/live'), [200, { status: 'live' }])
  assert.deepEqual(await probe('/health/ready'), [503, { status: 'not ready' }], 'before the first start is done')
  await other.listen()
  assert.deepEqual(await probe('/health/ready'), [200, { status: 'ready' }])

  // Somebody holds the embedded store's only connection.
  let release: () => void = () => undefined
  const held = other.db.connection().execute(() => new Promise<void>((resolve) => (release = resolve)))
  await sleep(20)
  const began = performance.now()
  assert.deepEqual(await probe('/health/ready'), [503, { status: 'not ready' }])
  assert.ok(performance.now() - began < 5000, 'it does not wait for the store')
  assert.deepEqual(await probe('/health/live'), [200, { status: 'live' }])
  release()
  await held
  assert.deepEqual(await probe('/health/ready'), [200, { status: 'ready' }])
  await other.close()
})
