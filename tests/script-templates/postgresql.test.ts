import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startPostgres } from '../support/servers.ts'
import { startScriptSandbox } from './script-caller.ts'
import { type SqlStore, sqlFixture } from './sql-fixture.ts'
import { testHashes } from './sql-hash-tests.ts'
import { testOutages } from './sql-outage-tests.ts'
import { testPeople } from './sql-people-tests.ts'

const store: SqlStore = {
  name: 'PostgreSQL',
  template_id: 'postgresql',
  start: startPostgres,
  quote: (name) => `"${name}"`,
  parameter: (place) => `$${place}`,
  binary_type: 'bytea',
  slow_view: 'select users.* from users, (select pg_sleep(seconds) from slowness) as slow',
  async openConnections(server) {
    const [row] = await server.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity
       where datname = current_database() and backend_type = 'client backend' and application_name <> 'wherry-test-harness'`,
    )
    return row?.count ?? 0
  },
}

const fixture = sqlFixture(store)
testPeople(store, fixture)
testHashes(store, fixture)
testOutages(store, fixture)

test('PostgreSQL: a server at its connection limit is an outage', async () => {
  const server = await startPostgres()
  const sandbox = startScriptSandbox()
  try {
    await server.query(`create table users (id int, email text, password_hash text)`)
    const role = `${server.database}_reader`
    await server.query(`create role ${role} login password 'reader' connection limit 0`)
    await server.query(`grant select on users to ${role}`)
    const url = new URL(server.url)
    url.username = role
    url.password = 'reader'
    const scripts = await sandbox.connect('postgresql', { DATABASE_URL: url.href })
    assert.equal((await scripts.getUser('ada@example.org')).error?.outcome, 'legacy_unreachable')
    await server.query(`alter role ${role} connection limit -1`)
    assert.deepEqual(await scripts.getUser('ada@example.org'), { profile: null })
    await server.query(`drop owned by ${role}`)
    await server.query(`drop role ${role}`)
  } finally {
    await sandbox.close()
    await server.stop()
  }
})

test('PostgreSQL: a database that is closed for maintenance is an outage', async () => {
  const server = await startPostgres()
  const sandbox = startScriptSandbox()
  try {
    const shop = await server.createDatabase('closed')
    await shop.query('create table users (id int, email text, password_hash text)')
    const scripts = await sandbox.connect('postgresql', { DATABASE_URL: shop.url })
    assert.deepEqual(await scripts.getUser('ada@example.org'), { profile: null })
    const name = new URL(shop.url).pathname.slice(1)
    await server.query(`alter database ${name} allow_connections false`)
    await server.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
    for (let call = 0; call < 2; call += 1) {
      assert.equal((await scripts.getUser('ada@example.org')).error?.outcome, 'legacy_unreachable')
      assert.equal((await scripts.login('ada@example.org', 'x')).error?.outcome, 'legacy_unreachable')
    }
    await server.query(`alter database ${name} allow_connections true`)
    assert.deepEqual(await scripts.getUser('ada@example.org'), { profile: null })
  } finally {
    await sandbox.close()
    await server.stop()
  }
})
