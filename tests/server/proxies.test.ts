import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** The client address in the process log for a request with these headers. */
async function loggedAddress(server: TestServer, headers: Record<string, string>): Promise<unknown> {
  const before = server.lines.length
  await server.send('/.well-known/jwks.json', { headers })
  const line = server.lines.slice(before).find((each) => each.includes('"msg":"request"'))
  return (JSON.parse(line ?? '{}') as Record<string, unknown>)['ip']
}

const spoofed = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-host': 'elsewhere.test', 'x-forwarded-proto': 'https' }

test('without trusted proxies X-Forwarded headers are ignored', async () => {
  const server = await startTestServer({ env: { WHERRY_TRUST_PROXY: 'false' } })
  assert.equal(await loggedAddress(server, spoofed), '127.0.0.1')
  const answer = await server.send('/.well-known/openid-configuration', { headers: spoofed })
  assert.equal(answer.json.issuer, server.issuer)
  await server.close()
})

test('X-Forwarded headers of trusted proxies are used, and a chain is read from its trusted end', async () => {
  const server = await startTestServer({ env: { WHERRY_TRUST_PROXY: 'loopback, 10.0.0.0/8' } })
  assert.equal(await loggedAddress(server, { 'x-forwarded-for': '203.0.113.7' }), '203.0.113.7')
  assert.equal(await loggedAddress(server, { 'x-forwarded-for': '198.51.100.1, 203.0.113.7, 10.1.2.3' }), '203.0.113.7')
  assert.equal(await loggedAddress(server, {}), '127.0.0.1')
  const elsewhere = await server.send('/.well-known/jwks.json', { headers: spoofed })
  assert.equal(elsewhere.status, 404, 'the forwarded host is the host')
  await server.close()

  const untrusting = await startTestServer({ env: { WHERRY_TRUST_PROXY: '192.0.2.1' } })
  assert.equal(await loggedAddress(untrusting, spoofed), '127.0.0.1', 'this machine is not the trusted proxy')
  await untrusting.close()
})

test('with WHERRY_TRUST_PROXY=true the first address of the chain is used', async () => {
  const server = await startTestServer({ env: { WHERRY_TRUST_PROXY: 'true' } })
  assert.equal(await loggedAddress(server, { 'x-forwarded-for': '203.0.113.7, 198.51.100.1' }), '203.0.113.7')
  await server.close()
})

test('forwarding headers of a sender that is not listed are warned of once [guard: untrusted-proxy-warning]', async (t) => {
  const warnings = (server: TestServer) => server.logged().filter((line) => /WHERRY_TRUST_PROXY/.test(line.msg ?? ''))
  for (const [trusted, headers, expected] of [
    ['false', { 'x-forwarded-for': '203.0.113.7' }, 1],
    ['false', { forwarded: 'for=203.0.113.7' }, 1],
    ['192.0.2.1', { 'x-forwarded-for': '203.0.113.7' }, 1],
    ['loopback', { 'x-forwarded-for': '203.0.113.7', 'x-real-ip': '203.0.113.7' }, 0],
    ['false', {}, 0],
  ] as const) {
    const server = await startTestServer({ env: { WHERRY_TRUST_PROXY: trusted } })
    t.after(() => server.close())
    for (let nth = 0; nth < 3; nth += 1) await server.send('/.well-known/jwks.json', { headers })
    assert.equal(warnings(server).length, expected, `${trusted} ${JSON.stringify(headers)}`)
    if (expected === 1) assert.match(warnings(server)[0]?.msg ?? '', /does not list its sender 127\.0\.0\.1/)
  }
})
