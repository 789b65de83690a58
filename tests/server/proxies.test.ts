import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startHouse, type TestHouse } from '../support/house.ts'
import { request } from './server-process.ts'

/** The address that the process log names for a request with these headers. */
async function seenFrom(house: TestHouse, headers: Record<string, string>): Promise<unknown> {
  const before = house.lines.length
  await request(new URL('.well-known/jwks.json', house.issuer).href, { headers })
  const line = house.lines.slice(before).find((each) => each.includes('"msg":"request"'))
  return (JSON.parse(line ?? '{}') as Record<string, unknown>)['ip']
}

const spoofed = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-host': 'elsewhere.test', 'x-forwarded-proto': 'https' }

test('without trust nobody can say that they are somebody else, or that the host is another', async () => {
  const house = await startHouse({ env: { WHERRY_TRUST_PROXY: 'false' } })
  assert.equal(await seenFrom(house, spoofed), '127.0.0.1')
  const answer = await request(new URL('.well-known/openid-configuration', house.issuer).href, { headers: spoofed })
  assert.equal(answer.json<{ issuer: string }>().issuer, house.issuer)
  await house.close()
})

test('trusted addresses may speak for others, and only they: a chain is read from its trusted end', async () => {
  const house = await startHouse({ env: { WHERRY_TRUST_PROXY: 'loopback, 10.0.0.0/8' } })
  assert.equal(await seenFrom(house, { 'x-forwarded-for': '203.0.113.7' }), '203.0.113.7')
  assert.equal(await seenFrom(house, { 'x-forwarded-for': '198.51.100.1, 203.0.113.7, 10.1.2.3' }), '203.0.113.7')
  assert.equal(await seenFrom(house, {}), '127.0.0.1')
  const elsewhere = await request(new URL('.well-known/jwks.json', house.issuer).href, { headers: spoofed })
  assert.equal(elsewhere.status, 404, 'the forwarded host is the host')
  await house.close()

  const strangers = await startHouse({ env: { WHERRY_TRUST_PROXY: '192.0.2.1' } })
  assert.equal(await seenFrom(strangers, spoofed), '127.0.0.1', 'this machine is not the trusted proxy')
  await strangers.close()
})

test('with trust in everybody the first of the chain is believed', async () => {
  const house = await startHouse({ env: { WHERRY_TRUST_PROXY: 'true' } })
  assert.equal(await seenFrom(house, { 'x-forwarded-for': '203.0.113.7, 198.51.100.1' }), '203.0.113.7')
  await house.close()
})
