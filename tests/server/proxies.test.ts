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
