// Sends malformed and unusual input to every operation of the contract.
import assert from 'node:assert/strict'
import type { Route } from '../../src/contract/route.ts'
import { routes } from '../../src/contract/routes.ts'
import type { TestServer } from '../support/test-server.ts'
import { inTier } from '../support/tier.ts'

const oddities: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  '',
  'x',
  'x'.repeat(70_000),
  '\u{1F600}e\u0301',
  "'; drop table users; --",
  '${jndi:ldap://x}',
  [],
  [[]],
  {},
  { a: { b: [null] } },
  ['x', null, 5],
  { $ne: null },
  { constructor: { prototype: 1 }, toString: 1, hasOwnProperty: 2 },
]

const ids = ['x', encodeURIComponent('auth0|x'), '%F0%9F%98%80', '%25', '..%2f..', 'con_0000000000000000']

const texts = ['', '%00', 'x', '-1', '99999999999999999999', '%F0%9F%98%80', '%22', '%27', '*', '(', '[a%20TO', '%5C']

/** All in the long tier; in the short one every fifth, beginning where the operation stands in the contract, so that each goes to some. */
function someOf<T>(all: readonly T[], operation: number): [index: number, one: T][] {
  const step = inTier(5, 1)
  return [...all.entries()].filter(([index]) => (index + operation) % step === 0)
}

function namesOf(schema: unknown): string[] {
  const { properties } = (schema ?? {}) as { properties?: object }
  return Object.keys(properties ?? {})
}

function pathOf(route: Route, id: string): string {
  return route.url.slice('/api/v2/'.length).replaceAll(/:[a-z_]+/g, id)
}

/** Sends unusual bodies and ids to every operation: none may answer a 5xx. */
export async function sendOddBodies(server: TestServer): Promise<void> {
  for (const [nth, [name, route]] of Object.entries<Route>(routes).entries()) {
    const members = namesOf(route.body)
    const bodies = route.body
      ? oddities.flatMap((odd) => [odd, Object.fromEntries(members.map((member) => [member, odd]))])
      : [undefined]
    for (const [index, body] of route.body ? someOf(bodies, nth) : bodies.entries()) {
      const path = pathOf(route, ids[index % ids.length] ?? 'x')
      const answer = await server.api(route.method, path, body)
      assert.ok(
        answer.status < 500,
        `${name} ${path} ${JSON.stringify(body)?.slice(0, 200)}: ${answer.status} ${answer.text}`,
      )
    }
  }
}

/** Sends unusual query strings to every operation that reads: none may answer a 5xx. */
export async function sendOddQueries(server: TestServer): Promise<void> {
  const reading = Object.entries<Route>(routes).filter(([, one]) => one.method === 'GET')
  for (const [nth, [name, route]] of reading.entries()) {
    for (const [place, member] of namesOf(route.query).entries()) {
      for (const [, text] of someOf(texts, nth + place)) {
        const path = `${pathOf(route, 'x')}?${member}=${text}`
        const answer = await server.api('GET', path)
        assert.ok(answer.status < 500, `${name} ${path}: ${answer.status} ${answer.text}`)
      }
    }
  }
}
