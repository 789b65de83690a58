import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Refusal } from '../../src/contract/refusal.ts'
import { createTenant } from '../../src/tenants/create-tenant.ts'
import { startPostgres, type PostgresServer } from '../support/servers.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { sendOddBodies, sendOddQueries } from './odd-input.ts'

const password = 'Compiler no. 1'
let database: PostgresServer
let server: TestServer

before(async () => {
  database = await startPostgres()
  const { url } = await database.createStore('management')
  server = await startTestServer({ env: { DATABASE_URL: url } })
  await server.createConnection('users', {}, [])
})

after(async () => {
  await server?.close()
  await database?.stop()
})

describe('the Management API on PostgreSQL', () => {
  it('loses none of many concurrent changes of one user', async () => {
    const user = await server.must('POST', 'users', { connection: 'users', email: 'a@example.com', password })
    const at = `users/${encodeURIComponent(user.user_id)}`
    const changes = Array.from({ length: 20 }, (_, index) =>
      server.must('PATCH', at, {
        user_metadata: { [`m${index}`]: index },
        ...(index % 2 ? { name: `n${index}` } : {}),
      }),
    )
    await Promise.all(changes)
    assert.equal(Object.keys((await server.must('GET', at)).user_metadata).length, 20)
  })

  it('loses none of many concurrent changes of one connection and one client', async () => {
    const [connection] = await server.must('GET', 'connections')
    const client = await server.must('POST', 'clients', { name: 'c' })
    await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        await server.must('PATCH', `connections/${connection.id}`, { metadata: { [`m${index}`]: 'x' } })
        await server.must('PATCH', `clients/${client.client_id}`, { client_metadata: { [`m${index}`]: 'x' } })
      }),
    )
    assert.equal(Object.keys((await server.must('GET', `connections/${connection.id}`)).metadata).length, 8)
    assert.equal(Object.keys((await server.must('GET', `clients/${client.client_id}`)).client_metadata).length, 8)
  })

  it('creates one user for many equal concurrent requests, and counts one', async () => {
    const body = { connection: 'users', email: 'once@example.com', password }
    const answers = await Promise.all(Array.from({ length: 8 }, () => server.api('POST', 'users', body)))
    assert.deepEqual(
      answers.map((answer) => answer.status).toSorted((left, right) => left - right),
      [201, 409, 409, 409, 409, 409, 409, 409],
    )
    const { total, users } = await server.must('GET', 'users?include_totals=true')
    assert.equal(total, users.length)
  })

  it('creates one tenant for several equal concurrent requests', async () => {
    const wanted = { name: 'raced', domain: 'raced.example', plan: 'free' } as const
    const made = await Promise.allSettled(Array.from({ length: 4 }, () => createTenant(server.internals, wanted)))
    assert.equal(made.filter((one) => one.status === 'fulfilled').length, 1)
    for (const one of made) {
      if (one.status === 'rejected') assert.ok(one.reason instanceof Refusal && one.reason.code === 'tenant_exists')
    }
    const db = server.internals.db
    const tenants = await db.selectFrom('tenants').select('tenant_id').where('name', '=', 'raced').execute()
    assert.equal(tenants.length, 1)
    const clients = await db
      .selectFrom('clients')
      .select('is_global')
      .where('tenant_id', '=', tenants[0]?.tenant_id ?? '')
      .orderBy('is_global')
      .execute()
    assert.deepEqual(
      clients.map((one) => one.is_global),
      [0, 1],
    )
  })

  it('keeps and searches metadata that one of the engines cannot represent', async () => {
    const odd = {
      'a"b\\c': '\\u0000 in letters',
      emoji: '\u{1F600}',
      big: 1.5e300,
      deep: { 'ü.x': [1] },
    }
    await server.must('POST', 'users', { connection: 'users', email: 'odd@example.com', password, app_metadata: odd })
    const found = await server.must('GET', `users?q=${encodeURIComponent('app_metadata.emoji:"\u{1F600}"')}`)
    assert.deepEqual(
      found.map((user: { app_metadata: object }) => user.app_metadata),
      [JSON.parse(JSON.stringify(odd))],
    )
  })

  it('finds applications and APIs by part of their names, in upper or lower case', async () => {
    const found = async (path: string) => {
      const items: { name: string }[] = await server.must('GET', `${path}?q=${encodeURIComponent('fé 100%')}`)
      return items.map(({ name }) => name)
    }
    await server.must('POST', 'clients', { name: 'CAFé 100%' })
    await server.must('POST', 'resource-servers', { identifier: 'urn:cafe', name: 'CAFé 100%' })
    assert.deepEqual([await found('clients'), await found('resource-servers')], [['CAFé 100%'], ['CAFé 100%']])
  })

  it('answers unusual input with a 4xx, never a 500', () => sendOddBodies(server))

  it('answers unusual query strings with a 4xx, never a 500', () => sendOddQueries(server))
})
