import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { freePort } from '../support/free-port.ts'
import type { SqlFixture, SqlStore } from './sql-fixture.ts'

/** The connection pool, and the outcomes of slow, silent and absent servers and of wrong settings. */
export function testOutages(store: SqlStore, fixture: SqlFixture): void {
  test(`${store.name}: 100 concurrent logins and look-ups share a pool of the set size`, async () => {
    const before_calls = await store.openConnections(fixture.server())
    const statements_before = await fixture.server().statementCount(/select/i)
    const scripts = await fixture.caller({ POOL_MAX: '3', PASSWORD_HASH: 'md5' }, 'pool')
    await fixture.insert('users', {
      id: 300,
      email: 'pool@example.org',
      password_hash: createHash('md5').update('x').digest('hex'),
    })
    // The process starts, loads the driver and opens the pool before calls wait for a connection, which they do for 3 s.
    for (let calls = 1; calls <= 3; calls += 1) {
      await Promise.all(Array.from({ length: calls }, () => scripts.getUser('pool@example.org')))
    }
    let most = 0
    let done = false
    const watching = (async () => {
      while (!done) most = Math.max(most, (await store.openConnections(fixture.server())) - before_calls)
    })()
    for (let round = 0; round < 10; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, place) =>
          place % 2 ? scripts.login('pool@example.org', 'x') : scripts.getUser('pool@example.org'),
        ),
      )
      for (const { profile, error } of answers) assert.equal(profile?.['user_id'], '300', error?.message)
    }
    done = true
    await watching
    assert.ok(most >= 1 && most <= 3, `${most} connections`)
    assert.equal((await fixture.server().statementCount(/select/i)) - statements_before, 106)
  })

  test(`${store.name}: a slow answer is a time-out before the deadline, and the next call works`, async () => {
    await fixture.server().query('create table slowness as select 20 as seconds')
    await fixture.server().query(`create view slow_users as ${store.slow_view}`)
    const slow = await fixture.caller({ TABLE: 'slow_users', POOL_MAX: '1' }, 'slow')
    const [login, lookup] = await Promise.all([
      slow.login('ada@example.org', 'password'),
      (await fixture.caller({ TABLE: 'slow_users' })).getUser('ada@example.org'),
    ])
    assert.equal(login.error?.outcome, 'legacy_timeout')
    assert.equal(lookup.error?.outcome, 'legacy_timeout')
    await fixture.server().query('update slowness set seconds = 0')
    assert.equal((await slow.login('ada@example.org', 'password')).profile?.['user_id'], '7')
  })

  test(`${store.name}: a server that accepts and does not answer is a time-out, one that is down is unreachable`, async () => {
    const silent = createServer((socket) => socket.on('error', () => {}))
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const url = new URL(fixture.server().url)
    url.port = String(port)
    const scripts = await fixture.caller({ DATABASE_URL: url.href })
    assert.equal((await scripts.login('ada@example.org', 'password')).error?.outcome, 'legacy_timeout')
    silent.close()
    url.port = String(await freePort())
    const down = await fixture.caller({ DATABASE_URL: url.href })
    assert.equal((await down.login('ada@example.org', 'password')).error?.outcome, 'legacy_unreachable')
    assert.equal((await down.getUser('ada@example.org')).error?.outcome, 'legacy_unreachable')
  })

  test(`${store.name}: a changed address applies to the next call, in the same process`, async () => {
    const other = await fixture.server().createDatabase('other')
    await other.query('create table users (id integer, email varchar(100), password_hash varchar(100))')
    await other.query(`insert into users values (5000, 'ada@example.org', null)`)
    const of_first = await fixture.caller()
    const of_other = await fixture.caller({ DATABASE_URL: other.url })
    for (let round = 0; round < 3; round += 1) {
      assert.equal((await of_first.getUser('ada@example.org')).profile?.['user_id'], '7')
      assert.equal((await of_other.getUser('ada@example.org')).profile?.['user_id'], '5000')
    }
  })
}
