import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startMariadb } from '../support/servers.ts'
import { startScriptSandbox } from '../script-templates/script-caller.ts'
import { type SqlStore, sqlFixture } from '../script-templates/sql-fixture.ts'
import { testHashes } from '../script-templates/sql-hash-tests.ts'
import { testOutages } from '../script-templates/sql-outage-tests.ts'
import { testPeople } from '../script-templates/sql-people-tests.ts'

const store: SqlStore = {
  name: 'MariaDB',
  template_id: 'mysql',
  start: startMariadb,
  quote: (name) => `\`${name}\``,
  parameter: () => '?',
  binary_type: 'varbinary(300)',
  slow_view: 'select users.* from users where sleep((select seconds from slowness)) = 0',
  async openConnections(server) {
    const [row] = await server.query<{ count: number }>(
      'select count(*) as count from information_schema.processlist where user = ?',
      [server.user],
    )
    return Number(row?.count ?? 0)
  },
}

const fixture = sqlFixture(store)
testPeople(store, fixture)
testHashes(store, fixture)
testOutages(store, fixture)

test('MariaDB: an identifier with characters that a latin1 column cannot hold is unknown, not an error', async () => {
  const server = await startMariadb()
  await server.query('create table users (id int, email varchar(100), password_hash varchar(100)) character set latin1')
  await server.query('insert into users values (1, ?, ?)', ['zoë@example.org', '900150983cd24fb0d6963f7d28e17f72'])
  const sandbox = startScriptSandbox()
  const scripts = await sandbox.connect('mysql', { DATABASE_URL: server.url, PASSWORD_HASH: 'md5' })
  try {
    assert.equal((await scripts.login('ZOË@example.org', 'abc')).profile?.['user_id'], '1')
    assert.equal((await scripts.login('zo\u{1F600}@example.org', 'abc')).error?.subject, null)
    assert.deepEqual(await scripts.getUser('\u5bc6\u7801@example.org'), { profile: null })
  } finally {
    await sandbox.close()
    await server.stop()
  }
})
