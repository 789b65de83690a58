// Sends random requests to every endpoint: the answer is never a 500.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Route } from '../../src/contract/route.ts'
import { routes } from '../../src/contract/routes.ts'
import type { JsonSchema } from './json-schema.ts'
import { startPostgres, type DatabaseServer } from '../support/servers.ts'
import type { TestClient } from '../support/requests.ts'
import { realm_grant } from '../support/tenant-api.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { anyValue, type Dice, diceFrom, valueFor } from './random-values.ts'

const seed = Number(process.env['WHERRY_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const requests = Number(process.env['WHERRY_TEST_REQUESTS'] ?? 6000)

let server: TestServer
let client: TestClient
let token: string

type RandomRequest = { method: string; url: string; headers: Record<string, string>; body?: string }

/** Sends `count` requests, eight at a time, and answers those with a wrong answer. */
async function sendRandom(count: number, create: (dice: Dice) => RandomRequest): Promise<string[]> {
  const wrong: string[] = []
  const dice = diceFrom(seed)
  let left = count
  const sendNext = async (): Promise<void> => {
    while (left-- > 0) {
      const { method, url, headers, body } = create(dice)
      const answer = await server.send(url, { method, headers, ...(body === undefined ? {} : { body }) }).catch(String)
      if (typeof answer !== 'string') statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      if (typeof answer !== 'string' && answer.status === 201) remember(answer.text)
      if (typeof answer !== 'string' && answer.status < 500) continue
      const reason = typeof answer === 'string' ? answer : `${answer.status} ${answer.text.slice(0, 300)}`
      wrong.push(`${method} ${url.slice(0, 300)}\n  ${(body ?? '').slice(0, 600)}\n  ${reason}`)
    }
  }
  await Promise.all(Array.from({ length: 8 }, sendNext))
  return wrong
}

// Ids of objects that earlier requests created, so that changes and deletions find some.
const made: string[] = []
const statuses = new Map<number, number>()

function remember(text: string): void {
  const id = /"(?:id|user_id|client_id)":"([^"]{1,200})"/.exec(text)?.[1]
  if (id !== undefined && id !== client.client_id && made.length < 500) made.push(id)
}

function idFor(dice: Dice): string {
  if (made.length > 0 && dice.chance(70)) return dice.pick(made)
  const id = wordOf(anyValue(dice, 0)).slice(0, 600).toWellFormed()
  return /^\.*$/.test(id) ? 'x' : id
}

function bodyOf(value: unknown, dice: Dice): string {
  const text = JSON.stringify(value) ?? ''
  if (!dice.chance(6)) return text
  const cut = dice.below(text.length + 1)
  return dice.pick([
    text.slice(0, cut),
    `${text.slice(0, cut)}\u0000${text.slice(cut)}`,
    `${text}${text}`,
    `\uFEFF${text}`,
  ])
}

function queryOf(schema: JsonSchema | undefined, dice: Dice): string {
  const query = new URLSearchParams()
  for (const [name, member] of Object.entries(schema?.properties ?? {})) {
    if (dice.chance(30)) query.append(name, wordOf(valueFor(member, dice, 10, 2)))
    if (dice.chance(3)) query.append(name, wordOf(anyValue(dice, 1)))
  }
  if (dice.chance(5)) query.append('unknown', 'x')
  return query.size === 0 ? '' : `?${query.toString().slice(0, 8000)}`
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 4000) : JSON.stringify(value)
}

async function setUp(env: Record<string, string>): Promise<void> {
  made.length = 0
  statuses.clear()
  server = await startTestServer({ env: { WHERRY_LOG_LEVEL: 'error', ...env } })
  client = await server.createClient()
  await server.createConnection('legacy', {}, [client])
  await server.createConnection(
    'moving',
    {
      enabledDatabaseCustomization: true,
      import_mode: true,
      customScripts: {
        login: 'function login(email, password, callback) { callback(new WrongUsernameOrPasswordError(email)) }',
        get_user: 'function getUser(email, callback) { callback(null) }',
      },
    },
    [client],
  )
  token = await server.managementToken()
}

for (const store of ['SQLite', 'PostgreSQL']) {
  describe(`random requests on ${store}`, () => {
    let postgres: DatabaseServer | undefined
    before(async () => {
      if (store === 'PostgreSQL') postgres = await startPostgres()
      await setUp(postgres === undefined ? {} : { DATABASE_URL: postgres.url })
    })
    after(async () => {
      await server?.close()
      await postgres?.stop()
    })

    test(`no request to the Management API is answered with a 500 (seed ${seed})`, async (t) => {
      const all = Object.values<Route>(routes).filter(
        ({ url, event_stream }) => !url.startsWith('/api/v2/tenants') && !event_stream,
      )
      const wrong = await sendRandom(requests, (dice) => {
        const route = dice.pick(all)
        const path = route.url.replace(/:\w+/g, () => encodeURIComponent(idFor(dice)))
        const url = `${path}${queryOf(route.query, dice)}`
        const headers: Record<string, string> = { authorization: `Bearer ${token}` }
        if (route.body === undefined) return { method: route.method, url, headers }
        headers['content-type'] = dice.chance(95)
          ? 'application/json'
          : dice.pick(['text/plain', 'application/x-www-form-urlencoded'])
        return {
          method: route.method,
          url,
          headers,
          body: bodyOf(valueFor(route.body, dice, dice.pick([0, 2, 12])), dice),
        }
      })
      t.diagnostic(`answers: ${JSON.stringify(Object.fromEntries(statuses))}`)
      // Requests that are all refused by the first check would show little.
      assert.ok((statuses.get(200) ?? 0) + (statuses.get(201) ?? 0) > requests / 20, 'too few requests succeeded')
      assert.equal(wrong.length, 0, `seed ${seed}:\n${wrong.slice(0, 12).join('\n')}`)
    })

    test(`no request to the OAuth endpoints is answered with a 500 (seed ${seed})`, async () => {
      const grants = ['password', realm_grant, 'client_credentials', 'refresh_token']
      const endpoints = [
        '/oauth/token',
        '/oauth/revoke',
        '/dbconnections/signup',
        '/dbconnections/change_password',
        '/userinfo',
      ]
      const names = [
        'username',
        'password',
        'email',
        'realm',
        'connection',
        'audience',
        'scope',
        'refresh_token',
        'token',
        'user_metadata',
      ]
      const wrong = await sendRandom(Math.ceil(requests / 3), (dice) => {
        const fields: Record<string, unknown> = {
          ...client,
          grant_type: dice.pick(grants),
          realm: dice.pick(['legacy', 'moving']),
        }
        for (const name of names)
          if (dice.chance(60))
            fields[name] = dice.chance(40)
              ? anyValue(dice, 2)
              : dice.pick(['ada@legacy.example', 'moving', 'secret', 'openid'])
        if (dice.chance(10)) fields['client_secret'] = anyValue(dice, 1)
        const url = dice.pick(endpoints)
        if (dice.chance(70)) {
          return { method: 'POST', url, headers: { 'content-type': 'application/json' }, body: bodyOf(fields, dice) }
        }
        const form = new URLSearchParams(
          Object.entries(fields).map(([name, value]): [string, string] => [name, wordOf(value)]),
        )
        return {
          method: 'POST',
          url,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: form.toString(),
        }
      })
      // A password grant without a realm and a default directory is answered with 500, as Auth0 does.
      const faults = wrong.filter(
        (request) =>
          !request.includes('not configured with default connection') && !request.includes('temporarily_unavailable'),
      )
      assert.equal(faults.length, 0, `seed ${seed}:\n${faults.slice(0, 12).join('\n')}`)
    })
  })
}
