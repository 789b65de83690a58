// Kills the server in the middle of first logins, again and again: who was told "you are in" must be in, whole, once.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, member, objects, send } from '../support/house.ts'
import { startPostgres, type TestServer } from '../support/servers.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { type KillableServer, startKillable } from './killable-server.ts'
import { type LegacyService, serviceGetUser, serviceLogin, startLegacyService } from './legacy-service.ts'

const rounds = Number(process.env['WHERRY_TEST_ROUNDS'] ?? 12)
const people_at_once = 8

let postgres: TestServer
let legacy: LegacyService

before(async () => {
  postgres = await startPostgres()
  legacy = await startLegacyService()
})

after(async () => {
  legacy?.close()
  await postgres?.stop()
})

type Client = { client_id: string; client_secret: string }

function post(url: string, body: unknown, token?: string): Promise<Answer> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const headers = { 'content-type': 'application/json', ...authorization }
  return send(url, { method: 'POST', headers, body: JSON.stringify(body) })
}

async function managementToken({ origin, first_run }: KillableServer): Promise<string> {
  const { json } = await post(`${origin}/oauth/token`, {
    grant_type: 'client_credentials',
    client_id: first_run.management_client_id,
    client_secret: first_run.management_client_secret,
    audience: first_run.management_audience,
  })
  return String(member(json, 'access_token'))
}

async function setUp(server: KillableServer): Promise<{ client: Client; connection_id: string }> {
  const token = await managementToken(server)
  const made = await post(
    `${server.origin}/api/v2/clients`,
    {
      name: 'rounds',
      app_type: 'regular_web',
      grant_types: ['http://auth0.com/oauth/grant-type/password-realm'],
      token_endpoint_auth_method: 'client_secret_post',
    },
    token,
  )
  assert.equal(made.status, 201, made.text)
  const text = (name: string): string => String(member(made.json, name))
  const client: Client = { client_id: text('client_id'), client_secret: text('client_secret') }
  const options = {
    enabledDatabaseCustomization: true,
    import_mode: true,
    customScripts: { login: serviceLogin, get_user: serviceGetUser },
    configuration: { URL: `http://127.0.0.1:${legacy.port}` },
    egress: { mode: 'allow_list', allow: [`127.0.0.1:${legacy.port}`] },
  }
  const connection = await post(
    `${server.origin}/api/v2/connections`,
    { name: 'legacy', strategy: 'auth0', options, enabled_clients: [client.client_id] },
    token,
  )
  assert.equal(connection.status, 201, connection.text)
  return { client, connection_id: String(member(connection.json, 'id')) }
}

async function login(server: KillableServer, client: Client, person: number): Promise<number> {
  const { status } = await post(`${server.origin}/oauth/token`, {
    grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
    ...client,
    realm: 'legacy',
    username: emailOf(person),
    password: `secret-${person}`,
  })
  return status
}

function emailOf(person: number): string {
  return `person-${person}@legacy.example`
}

for (const store of ['SQLite', 'PostgreSQL'] as const) {
  test(`a server on ${store} that is killed during first logins loses nobody and doubles nobody`, async (t) => {
    legacy.asked.clear()
    const env: Record<string, string> = store === 'SQLite' ? {} : { DATABASE_URL: postgres.url }
    const server = await startKillable(tempFolder('kill-rounds'), env)
    try {
      const { client, connection_id } = await setUp(server)
      const told = new Set<number>()
      let next = 1
      for (let round = 0; round < rounds; round += 1) {
        let killed = false
        const work = async (): Promise<void> => {
          while (!killed) {
            const person = next++
            const status = await login(server, client, person).catch(() => 0)
            if (status === 200) told.add(person)
          }
        }
        const working = Array.from({ length: people_at_once }, work)
        // Mostly in full swing, sometimes while the first logins are still on their way.
        const told_before = told.size
        for (let tries = 0; round % 4 !== 3 && told.size < told_before + 3 && tries < 400; tries += 1) await sleep(50)
        await sleep(Math.random() * 1000)
        killed = true
        await server.kill()
        await Promise.all(working)
        await server.start()
      }
      assert.ok(told.size > rounds, `only ${told.size} people were told that they are in`)

      // Who was told so logs in again, and the legacy store is not asked.
      const asked_before = new Map(legacy.asked)
      for (const person of told) {
        assert.equal(await login(server, client, person), 200, `person ${person} was lost`)
        assert.equal(
          legacy.asked.get(emailOf(person)),
          asked_before.get(emailOf(person)),
          `person ${person} was not kept`,
        )
      }

      // Who was not told may be in or not; in any case a login settles it.
      for (let person = 1; person < next; person += 1) {
        if (!told.has(person)) assert.equal(await login(server, client, person), 200, `person ${person} is locked out`)
      }

      // One user each, one migrated record each, nothing else.
      const token = await managementToken(server)
      const read = async (path: string): Promise<Answer> =>
        send(`${server.origin}/api/v2/${path}`, { headers: { authorization: `Bearer ${token}` } })
      const emails: string[] = []
      for (let page = 0; ; page += 1) {
        const users = objects((await read(`users?per_page=100&page=${page}&sort=created_at:1`)).json)
        emails.push(...users.map((user) => String(user['email'])))
        if (users.length < 100) break
      }
      const wanted = Array.from({ length: next - 1 }, (_, index) => emailOf(index + 1))
      assert.deepEqual(emails.toSorted(), wanted.toSorted())
      const summary = await read(`migrations/${connection_id}`)
      assert.equal(member(member(summary.json, 'states'), 'migrated'), wanted.length, summary.text)
      t.diagnostic(`${rounds} kills, ${told.size} people told, ${wanted.length} moved in the end`)
    } finally {
      await server.kill()
    }
  })
}
