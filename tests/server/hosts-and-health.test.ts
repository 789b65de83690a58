import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import Fastify from 'fastify'
import { allowLongBody, limitBodyTime } from '../../src/http/input-limits.ts'
import { sendBytes } from '../support/raw-requests.ts'
import { bearer } from '../support/requests.ts'
import { composeTestServer, startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.close())

test('health answers on any host, without caching', async () => {
  for (const host of ['unknown.test', '10.0.0.1', new URL(server.issuer).host]) {
    for (const [path, status] of [
      ['health/live', 'live'],
      ['health/ready', 'ready'],
    ] as const) {
      const answer = await server.send(`/${path}`, { headers: { host } })
      assert.deepEqual([answer.status, answer.json], [200, { status }], `${host} ${path}`)
    }
  }
  const response = await server.send('/health/ready')
  assert.equal(response.headers.get('cache-control'), 'no-store')
})

test('an unknown host gets 404 at every endpoint', async () => {
  const { host, port } = new URL(server.issuer)
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
      assert.equal((await server.send(`/${path}`, { headers: { host: wrong } })).status, 404, `${wrong} ${path}`)
    }
    const token = await server.post('/oauth/token', { grant_type: 'password' }, { host: wrong })
    assert.equal(token.status, 404)
  }
})

test('the host is compared without letter case', async () => {
  const tenant = { name: 'letters', domain: 'letters.test' }
  await server.must('POST', 'tenants', tenant)
  const answer = await server.send('/.well-known/openid-configuration', { headers: { host: 'LETTERS.Test:80' } })
  assert.equal(answer.json.issuer, 'http://letters.test/')
})

test('a body above 64 KiB, or above 1 MiB with a token, is refused with 413, a smaller one is read', async () => {
  const body = (bytes: number) => ({ grant_type: 'password', client_id: 'x', password: 'x'.repeat(bytes) })
  const large = await server.post('/oauth/token', body(66_000))
  assert.equal(large.status, 413)
  assert.equal(large.json.error, 'invalid_request')
  const within = await server.post('/oauth/token', body(64_000))
  assert.ok(within.status >= 400 && within.status < 500 && within.status !== 413, String(within.status))
  const user = (bytes: number) => ({ connection: 'none', user_metadata: { a: 'x'.repeat(bytes) } })
  assert.equal((await server.api('POST', 'users', user(1_100_000))).status, 413)
  assert.equal((await server.api('POST', 'users', user(1_000_000))).status, 400)
  const headers = { ...bearer(await server.managementToken()), 'transfer-encoding': 'chunked' }
  const chunked = await server.post('/api/v2/users', 'x'.repeat(2_000_000), headers).catch((error: Error) => error)
  assert.ok(chunked instanceof Error || chunked.status === 413)
})

test('malformed and oversized HTTP requests are answered with a 4xx', async () => {
  const raw = async (text: string): Promise<string> => (await sendBytes(server, text)).split('\r\n')[0] ?? ''
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
  assert.equal((await server.send('/health/ready')).status, 200)
})

test('slow requests are closed: headers after 15 s, checked every two seconds', () => {
  const { server: http_server } = server.internals.app
  assert.equal(http_server.headersTimeout, 15_000)
  assert.equal(http_server.requestTimeout, 3_600_000, 'uploads of files, by callers with a token')
  assert.equal(Reflect.get(http_server, 'connectionsCheckingInterval'), 2000)
})

test('[guard: slow-bodies] a body that does not arrive in time is closed, except that of a route for files', async () => {
  const app = Fastify()
  limitBodyTime(app, 100)
  app.post('/small', async () => 'read')
  app.post('/file', {
    onRequest: async (request) => allowLongBody(request),
    handler: async () => 'read',
  })
  await app.listen({ port: 0 })
  const { port } = app.server.address() as AddressInfo
  const post = async (path: string): Promise<string> => {
    const request = httpRequest({
      port,
      path,
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'content-length': 2 },
    })
    request.write('a')
    setTimeout(() => request.end('b'), path === '/file' ? 300 : 5000).unref()
    try {
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      return await text(response)
    } catch (error) {
      return String((error as { code?: unknown }).code)
    }
  }
  assert.deepEqual(await Promise.all([post('/small'), post('/file')]), ['ECONNRESET', 'read'])
  await app.close()
})

test('a server is live before it is ready, and not ready while its store does not answer', async () => {
  const other = await composeTestServer()
  const probe = async (path: string): Promise<[number, unknown]> => {
    const { statusCode, body } = await other.internals.app.inject({ url: path })
    return [statusCode, JSON.parse(body)]
  }
  assert.deepEqual(await probe('/health/live'), [200, { status: 'live' }])
  assert.deepEqual(await probe('/health/ready'), [503, { status: 'not ready' }], 'before the first start is done')
  await other.listen()
  assert.deepEqual(await probe('/health/ready'), [200, { status: 'ready' }])

  // The embedded store's only connection is in use.
  const release = Promise.withResolvers<void>()
  const in_use = Promise.withResolvers<void>()
  const held = other.internals.db.connection().execute(async () => {
    in_use.resolve()
    await release.promise
  })
  await in_use.promise
  const began = performance.now()
  assert.deepEqual(await probe('/health/ready'), [503, { status: 'not ready' }])
  assert.ok(performance.now() - began < 5000, 'it does not wait for the store')
  assert.deepEqual(await probe('/health/live'), [200, { status: 'live' }])
  release.resolve()
  await held
  assert.deepEqual(await probe('/health/ready'), [200, { status: 'ready' }])
  await other.close()
})
