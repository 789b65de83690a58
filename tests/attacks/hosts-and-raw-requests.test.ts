import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { after, before, describe, test } from 'node:test'
import { member } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { createOtherTenant, type OtherTenant } from '../support/other-tenant.ts'
import { sendBytes } from '../support/raw-requests.ts'

const discovery = '/.well-known/openid-configuration'

for (const trusted of ['false', '10.0.0.0/8', 'loopback']) {
  describe(`hosts, where WHERRY_TRUST_PROXY is ${trusted}`, () => {
    let server: TestServer
    let other: OtherTenant
    let own_host: string
    before(async () => {
      server = await startTestServer({ env: { WHERRY_TRUST_PROXY: trusted } })
      own_host = `127.0.0.1:${server.port}`
      other = await createOtherTenant(server, 'other', 'other.example')
    })
    after(async () => await server.close())
    const issuerAt = async (host: string, headers: Record<string, string | string[]> = {}, path = discovery) => {
      const answer = await server.send(path, { headers: { host, ...headers } })
      return answer.status === 200 ? member(answer.json, 'issuer') : answer.status
    }

    test('each tenant answers at its exact host, in any letter case, with or without the usual port', async () => {
      assert.equal(await issuerAt(own_host), server.issuer)
      for (const host of ['other.example', 'OTHER.Example', 'other.example:80']) {
        assert.equal(await issuerAt(host), other.issuer)
      }
    })

    test('any other host is answered 400 or 404', async () => {
      for (const host of [
        'other.example.',
        'other.example:8080',
        'other.example:443',
        'other.example@127.0.0.1',
        'x.other.example',
        'other.example, other.example',
        `${own_host}.`,
        'localhost',
        '[::1]',
        "other.example' OR 1=1 --",
        'other.example/..',
        'other.example#',
        'other.example%00',
      ]) {
        const received = await issuerAt(host)
        assert.ok(received === 404 || received === 400, `${host}: ${String(received)}`)
      }
    })

    test('X-Forwarded-Host is used from a trusted proxy only', async () => {
      const believed = trusted === 'loopback'
      const received = await issuerAt(own_host, { 'x-forwarded-host': 'other.example' })
      assert.equal(received, believed ? other.issuer : server.issuer)
      const unknown = await issuerAt(own_host, { 'x-forwarded-host': 'evil.example' })
      assert.equal(unknown, believed ? 404 : server.issuer)
      for (const header of ['forwarded', 'x-host', 'x-original-host', 'x-rewrite-url', 'x-original-url']) {
        assert.equal(await issuerAt(own_host, { [header]: 'other.example' }), server.issuer, header)
      }
    })

    test('mailed links never contain the host of the request', async () => {
      const client = await server.createClient()
      await server.createConnection('local', {}, [client])
      await server.must('POST', 'users', { connection: 'local', email: 'ada@x.example', password: 'Right-one-1' })
      await server.send('/dbconnections/change_password', {
        headers: { 'x-forwarded-proto': 'javascript', 'x-forwarded-port': '1', origin: 'https://evil.example' },
        body: { client_id: client.client_id, connection: 'local', email: 'ada@x.example' },
      })
      const mails = await server.outbox()
      assert.ok(mails.length >= 1)
      for (const mail of mails) {
        for (const [link] of String(mail['text']).matchAll(/\S+:\/\/\S+/g))
          assert.ok(link.startsWith(server.issuer), link)
      }
    })
  })
}

describe('malformed HTTP', () => {
  let server: TestServer
  let own_host: string
  before(async () => {
    server = await startTestServer({ env: { WHERRY_TRUST_PROXY: 'false' } })
    own_host = `127.0.0.1:${server.port}`
    await createOtherTenant(server, 'other', 'other.example')
  })
  after(async () => await server.close())
  const lines = (...parts: string[]): string => `${parts.join('\r\n')}\r\n\r\n`
  const statuses = (received: string): number[] =>
    [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((found) => Number(found[1]))

  test('two Host headers are a bad request, in any order', async () => {
    for (const hosts of [
      [own_host, 'other.example'],
      ['other.example', own_host],
      [own_host, own_host],
    ]) {
      const received = await sendBytes(
        server,
        lines(`GET ${discovery} HTTP/1.1`, ...hosts.map((host) => `Host: ${host}`), 'Connection: close'),
      )
      assert.deepEqual(statuses(received), [400], received.slice(0, 200))
    }
  })

  test('an absolute request target is not answered for the Host header', async () => {
    const received = await sendBytes(
      server,
      lines(`GET http://other.example${discovery} HTTP/1.1`, `Host: ${own_host}`, 'Connection: close'),
    )
    assert.doesNotMatch(received, new RegExp(`"issuer":"${server.issuer}"`))
    assert.ok(
      statuses(received).every((status) => status === 400 || status === 404),
      received.slice(0, 200),
    )
  })

  test('a request without a host is refused', async () => {
    const empty = await sendBytes(server, lines(`GET ${discovery} HTTP/1.1`, 'Host: ', 'Connection: close'))
    assert.deepEqual(statuses(empty), [404])
    assert.deepEqual(statuses(await sendBytes(server, lines(`GET ${discovery} HTTP/1.1`, 'Connection: close'))), [400])
  })

  const smuggled = `GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n`
  const framings: [string, string[], string][] = [
    ['both a length and chunks', ['Content-Length: 4', 'Transfer-Encoding: chunked'], `0\r\n\r\n${smuggled}`],
    ['two lengths', ['Content-Length: 2', 'Content-Length: 50'], `{}${smuggled}`],
    ['a list of lengths', ['Content-Length: 2, 50'], `{}${smuggled}`],
    ['a signed length', ['Content-Length: +2'], `{}${smuggled}`],
    ['a length and a space before the colon', ['Content-Length : 2'], `{}${smuggled}`],
    ['an unknown coding', ['Transfer-Encoding: xchunked'], `0\r\n\r\n${smuggled}`],
    ['chunks that are not the last coding', ['Transfer-Encoding: chunked, identity'], `0\r\n\r\n${smuggled}`],
    ['chunks on a folded line', ['Transfer-Encoding:', ' chunked'], `0\r\n\r\n${smuggled}`],
    ['a broken chunk size', ['Transfer-Encoding: chunked'], `2;x\n{}\r\n0\r\n\r\n${smuggled}`],
    ['a bare line feed in a header', ['X-A: b\nTransfer-Encoding: chunked'], `0\r\n\r\n${smuggled}`],
  ]
  for (const [what, headers, body] of framings) {
    test(`${what}: at most one answer, a refusal (request smuggling)`, async () => {
      const received = await sendBytes(
        server,
        lines('POST /oauth/token HTTP/1.1', `Host: ${own_host}`, 'Content-Type: application/json', ...headers) + body,
        500,
      )
      const answers = statuses(received)
      assert.ok(answers.length <= 1, answers.join())
      assert.ok(
        answers.every((status) => status === 400),
        answers.join(),
      )
    })
  }

  test('pipelined requests are answered one by one, each for its own host', async () => {
    const one = (host: string): string => lines(`GET ${discovery} HTTP/1.1`, `Host: ${host}`)
    const received = await sendBytes(
      server,
      one(own_host) + one('other.example') + one('evil.example') + one(own_host),
      800,
    )
    assert.deepEqual(statuses(received), [200, 200, 404, 200])
  })

  test('overlong headers and request targets are refused', async () => {
    const big = 'x'.repeat(40_000)
    assert.deepEqual(
      statuses(await sendBytes(server, lines(`GET ${discovery} HTTP/1.1`, `Host: ${own_host}`, `X-Big: ${big}`))),
      [431],
    )
    assert.deepEqual(statuses(await sendBytes(server, lines(`GET /${big} HTTP/1.1`, `Host: ${own_host}`))), [431])
  })

  test('a compressed body is refused, not decompressed', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20))
    assert.ok(bomb.length < 60_000)
    const head = lines(
      'POST /oauth/token HTTP/1.1',
      `Host: ${own_host}`,
      'Content-Type: application/json',
      'Content-Encoding: gzip',
      `Content-Length: ${bomb.length}`,
      'Connection: close',
    )
    const [status = 0] = statuses(await sendBytes(server, Buffer.concat([Buffer.from(head), bomb])))
    assert.ok(status === 400 || status === 415, `${status}`)
  })

  test('unsupported methods are refused', async () => {
    for (const method of ['TRACE', 'PUT', 'DELETE', 'PATCH', 'PROPFIND', 'CONNECT', 'HEAD']) {
      for (const path of ['/oauth/token', '/u/reset-password', '/dbconnections/signup']) {
        const received = await sendBytes(
          server,
          lines(`${method} ${path} HTTP/1.1`, `Host: ${own_host}`, 'Connection: close'),
          400,
        )
        const [status = 0] = statuses(received)
        assert.ok(received === '' || (status >= 400 && status < 500), `${method} ${path}: ${received.slice(0, 80)}`)
      }
    }
  })

  test('files beside the assets cannot be reached', async () => {
    for (const path of [
      '/u/assets/../../../../package.json',
      '/u/assets/..%2f..%2f..%2fpackage.json',
      '/u/assets/%2e%2e/%2e%2e/package.json',
      '/u/assets/....//....//package.json',
      '/u/assets/style.css%00.svg',
      '/u/assets/',
      '/.env',
      '/first-run.json',
      '/..%5c..%5cwherry.db',
    ]) {
      const received = await sendBytes(
        server,
        lines(`GET ${path} HTTP/1.1`, `Host: ${own_host}`, 'Connection: close'),
        800,
      )
      const [status = 0] = statuses(received)
      assert.ok(status === 404 || status === 400, `${path}: ${status}`)
      assert.doesNotMatch(received, /"dependencies"|management_client_secret/)
    }
  })

  test('slow clients do not delay others', async () => {
    const slow = Array.from({ length: 20 }, () =>
      sendBytes(server, `POST /oauth/token HTTP/1.1\r\nHost: ${own_host}\r\nContent-Length: 100\r\n\r\n{`, 4000),
    )
    const started = performance.now()
    const answer = await server.send('/health/ready')
    assert.equal(answer.status, 200)
    assert.ok(performance.now() - started < 4000)
    await Promise.all(slow)
  })

  test('answers do not name the software', async () => {
    const answer = await server.send('/nothing')
    assert.equal(answer.headers.get('server'), null)
    assert.equal(answer.headers.get('x-powered-by'), null)
  })
})
