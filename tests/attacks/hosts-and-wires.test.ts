import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { after, before, describe, test } from 'node:test'
import { member, startHouse, type TestHouse } from '../support/house.ts'
import { makeTenant, sendBytes, sendTo, type OtherTenant } from './hostile.ts'

const discovery = '/.well-known/openid-configuration'

for (const trusted of ['false', '10.0.0.0/8', 'loopback']) {
  describe(`hosts, where WHERRY_TRUST_PROXY is ${trusted}`, () => {
    let house: TestHouse
    let other: OtherTenant
    let own_host: string
    before(async () => {
      house = await startHouse({ env: { WHERRY_TRUST_PROXY: trusted } })
      own_host = `127.0.0.1:${house.port}`
      other = await makeTenant(house, 'other', 'other.example')
    })
    after(async () => await house.close())
    const issuerAt = async (host: string, headers: Record<string, string | string[]> = {}, path = discovery) => {
      const answer = await sendTo(house, { path, host, headers })
      return answer.status === 200 ? member(answer.json, 'issuer') : answer.status
    }

    test('each tenant answers at its exact host, in any letter case, with or without the usual port', async () => {
      assert.equal(await issuerAt(own_host), house.issuer)
      for (const host of ['other.example', 'OTHER.Example', 'other.example:80']) {
        assert.equal(await issuerAt(host), other.issuer)
      }
    })

    test('anything else is nobody', async () => {
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
        const said = await issuerAt(host)
        assert.ok(said === 404 || said === 400, `${host}: ${String(said)}`)
      }
    })

    test('X-Forwarded-Host is believed from a trusted proxy alone', async () => {
      const believed = trusted === 'loopback'
      const said = await issuerAt(own_host, { 'x-forwarded-host': 'other.example' })
      assert.equal(said, believed ? other.issuer : house.issuer)
      const unknown = await issuerAt(own_host, { 'x-forwarded-host': 'evil.example' })
      assert.equal(unknown, believed ? 404 : house.issuer)
      for (const header of ['forwarded', 'x-host', 'x-original-host', 'x-rewrite-url', 'x-original-url']) {
        assert.equal(await issuerAt(own_host, { [header]: 'other.example' }), house.issuer, header)
      }
    })

    test('links in mails never name the host of the request', async () => {
      const client = await house.createClient()
      await house.createConnection('local', {}, [client])
      await house.must('POST', 'users', { connection: 'local', email: 'ada@x.example', password: 'Right-one-1' })
      await sendTo(house, {
        path: '/dbconnections/change_password',
        host: own_host,
        headers: { 'x-forwarded-proto': 'javascript', 'x-forwarded-port': '1', origin: 'https://evil.example' },
        body: { client_id: client.client_id, connection: 'local', email: 'ada@x.example' },
      })
      const mails = await house.outbox()
      assert.ok(mails.length >= 1)
      for (const mail of mails) {
        for (const [link] of String(mail['text']).matchAll(/\S+:\/\/\S+/g))
          assert.ok(link.startsWith(house.issuer), link)
      }
    })
  })
}

describe('bytes that no honest client writes', () => {
  let house: TestHouse
  let own_host: string
  before(async () => {
    house = await startHouse({ env: { WHERRY_TRUST_PROXY: 'false' } })
    own_host = `127.0.0.1:${house.port}`
    await makeTenant(house, 'other', 'other.example')
  })
  after(async () => await house.close())
  const lines = (...parts: string[]): string => `${parts.join('\r\n')}\r\n\r\n`
  const statuses = (said: string): number[] =>
    [...said.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((found) => Number(found[1]))

  test('two Host headers are a bad request, whichever comes first', async () => {
    for (const hosts of [
      [own_host, 'other.example'],
      ['other.example', own_host],
      [own_host, own_host],
    ]) {
      const said = await sendBytes(
        house,
        lines(`GET ${discovery} HTTP/1.1`, ...hosts.map((host) => `Host: ${host}`), 'Connection: close'),
      )
      assert.deepEqual(statuses(said), [400], said.slice(0, 200))
    }
  })

  test('a request for an absolute address is for the host in it, or for nobody', async () => {
    const said = await sendBytes(
      house,
      lines(`GET http://other.example${discovery} HTTP/1.1`, `Host: ${own_host}`, 'Connection: close'),
    )
    assert.doesNotMatch(said, new RegExp(`"issuer":"${house.issuer}"`))
    assert.ok(
      statuses(said).every((status) => status === 400 || status === 404),
      said.slice(0, 200),
    )
  })

  test('a request without a host is refused', async () => {
    const empty = await sendBytes(house, lines(`GET ${discovery} HTTP/1.1`, 'Host: ', 'Connection: close'))
    assert.deepEqual(statuses(empty), [404])
    assert.deepEqual(statuses(await sendBytes(house, lines(`GET ${discovery} HTTP/1.1`, 'Connection: close'))), [400])
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
    test(`${what}: one refusal at most, and nothing after it`, async () => {
      const said = await sendBytes(
        house,
        lines('POST /oauth/token HTTP/1.1', `Host: ${own_host}`, 'Content-Type: application/json', ...headers) + body,
        500,
      )
      const answers = statuses(said)
      assert.ok(answers.length <= 1, answers.join())
      assert.ok(
        answers.every((status) => status === 400),
        answers.join(),
      )
    })
  }

  test('requests in one write are answered one by one, each for its own host', async () => {
    const one = (host: string): string => lines(`GET ${discovery} HTTP/1.1`, `Host: ${host}`)
    const said = await sendBytes(house, one(own_host) + one('other.example') + one('evil.example') + one(own_host), 800)
    assert.deepEqual(statuses(said), [200, 200, 404, 200])
  })

  test('overlong headers and addresses are refused', async () => {
    const big = 'x'.repeat(40_000)
    assert.deepEqual(
      statuses(await sendBytes(house, lines(`GET ${discovery} HTTP/1.1`, `Host: ${own_host}`, `X-Big: ${big}`))),
      [431],
    )
    assert.deepEqual(statuses(await sendBytes(house, lines(`GET /${big} HTTP/1.1`, `Host: ${own_host}`))), [431])
  })

  test('a compressed body is read as what it is not: refused, never unpacked', async () => {
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
    const [status = 0] = statuses(await sendBytes(house, Buffer.concat([Buffer.from(head), bomb])))
    assert.ok(status === 400 || status === 415, `${status}`)
  })

  test('methods that mean nothing here change nothing', async () => {
    for (const method of ['TRACE', 'PUT', 'DELETE', 'PATCH', 'PROPFIND', 'CONNECT', 'HEAD']) {
      for (const path of ['/oauth/token', '/u/reset-password', '/dbconnections/signup']) {
        const said = await sendBytes(
          house,
          lines(`${method} ${path} HTTP/1.1`, `Host: ${own_host}`, 'Connection: close'),
          400,
        )
        const [status = 0] = statuses(said)
        assert.ok(said === '' || (status >= 400 && status < 500), `${method} ${path}: ${said.slice(0, 80)}`)
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
      const said = await sendBytes(house, lines(`GET ${path} HTTP/1.1`, `Host: ${own_host}`, 'Connection: close'), 800)
      const [status = 0] = statuses(said)
      assert.ok(status === 404 || status === 400, `${path}: ${status}`)
      assert.doesNotMatch(said, /"dependencies"|management_client_secret/)
    }
  })

  test('a few slow clients keep nobody waiting', async () => {
    const slow = Array.from({ length: 20 }, () =>
      sendBytes(house, `POST /oauth/token HTTP/1.1\r\nHost: ${own_host}\r\nContent-Length: 100\r\n\r\n{`, 1500),
    )
    const started = performance.now()
    const answer = await sendTo(house, { path: '/health/ready', host: own_host })
    assert.equal(answer.status, 200)
    assert.ok(performance.now() - started < 1000)
    await Promise.all(slow)
  })

  test('what a server says of itself names no software', async () => {
    const answer = await sendTo(house, { path: '/nothing', host: own_host })
    assert.equal(answer.headers.get('server'), null)
    assert.equal(answer.headers.get('x-powered-by'), null)
  })
})
