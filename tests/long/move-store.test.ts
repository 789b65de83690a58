// A store with many users moves to PostgreSQL: every row is compared, users picked at random log in, and tokens stay valid.
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openStore } from '../../src/store/open-store.ts'
import { copyStore } from '../../src/store/copy-store.ts'
import { fillStore } from '../support/fill-store.ts'
import { bearer } from '../support/requests.ts'
import { startPostgres } from '../support/servers.ts'
import { startTestServer } from '../support/test-server.ts'

const users = Number(process.env['WHERRY_TEST_USERS'] ?? 200_000)
const picked = Math.min(500, users)
const password = 'Compiler no. 1'

test('a store with many users moves to PostgreSQL, and nothing is lost', async () => {
  const postgres = await startPostgres()
  const { url } = await postgres.createDatabase('moved')
  let server = await startTestServer()
  try {
    const client = await server.createClient()
    const connection_id = await server.createConnection('users', {}, [client])
    await server.createUser('users', { email: 'ada@example.com', password })
    const first = await server.login(client, 'users', 'ada@example.com', password, { scope: 'openid' })
    const { db, tenant_id } = server.internals
    await fillStore(db, { tenant_id, connection_id, users, days: 1, events_per_day: 20_000 })
    // All of them have the password of the first user: a hash takes 50 ms.
    await sql`insert into credentials (tenant_id, user_id, hash, format, credential_id, set_through, set_at)
      select users.tenant_id, users.user_id, one.hash, one.format, 'crd_' || users.user_id, 'login', 1
      from users cross join (select hash, format from credentials limit 1) as one
      where users.user_id like 'auth0|filled-%'`.execute(db)
    await db.updateTable('users').set({ blocked: 0 }).execute()
    await server.stop()

    const source = await openStore({ engine: 'sqlite', folder: server.data_dir })
    const target = await openStore({ engine: 'postgres', url, connections: 4, onConnectionError: () => undefined })
    const began = performance.now()
    const { rows, tables } = await copyStore(source, target, () => undefined)
    const seconds = (performance.now() - began) / 1000
    await target.destroy()
    await source.destroy()
    assert.equal(tables['users'], users + 1)
    console.log(`${rows} rows copied and compared in ${seconds.toFixed(1)} s`)

    server = await startTestServer({ env: { ...server.env, DATABASE_URL: url } })
    assert.equal((await server.send('/userinfo', { headers: bearer(first.json.access_token) })).status, 200)
    for (let nth = 0; nth < picked; nth += 1) {
      const email = `user${randomInt(users)}@filled.example`
      const { status, text } = await server.login(client, 'users', email, password)
      assert.equal(status, 200, `${email}: ${text}`)
    }
  } finally {
    await server.close()
    await postgres.stop()
  }
})
