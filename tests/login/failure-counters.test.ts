// The counters of the brute-force protection under concurrent attempts.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  failures_per_address,
  failures_per_identifier,
  releaseAttempt,
  reserveAttempt,
  protectedAttempt,
} from '../../src/login/brute-force-protection.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/tables.ts'
import { startPostgres, type DatabaseServer } from '../support/servers.ts'

const clock = { now: () => Date.now() }
const attemptOf = (identifier: string) =>
  protectedAttempt({ tenant_id: 'ten', connection_id: 'con', connection: 'people', identifier, ip: '203.0.113.9' })

let postgres: DatabaseServer
const stores: { name: string; db: Db }[] = []

before(async () => {
  postgres = await startPostgres()
  const { url } = await postgres.createDatabase('counters')
  stores.push({ name: 'SQLite', db: await openStore({ engine: 'sqlite', folder: ':memory:' }) })
  stores.push({
    name: 'PostgreSQL',
    db: await openStore({ engine: 'postgres', url, connections: 10, onConnectionError: () => undefined }),
  })
})
after(async () => {
  for (const { db } of stores) await db.destroy()
  await postgres?.stop()
})

test('a flood on one locked identifier locks no other identifier at the same address, also while it lasts', async () => {
  for (const { name, db } of stores) {
    const locked = attemptOf('locked@example.com')
    for (let nth = 0; nth < failures_per_identifier; nth += 1) {
      assert.deepEqual(await reserveAttempt(db, clock, locked), { kind: 'reserved' })
    }
    const flood = Array.from({ length: failures_per_address * 2 }, () => reserveAttempt(db, clock, locked))
    const others = Array.from({ length: 5 }, (_, nth) => reserveAttempt(db, clock, attemptOf(`p${nth}@example.com`)))
    for (const other of await Promise.all(others)) assert.deepEqual(other, { kind: 'reserved' }, name)
    for (const one of await Promise.all(flood)) assert.deepEqual(one, { kind: 'locked', by: 'identifier' }, name)
  }
})

test('of concurrent attempts from one address, as many are reserved as its limit allows', async () => {
  for (const { name, db } of stores) {
    const subject = (nth: number) => protectedAttempt({ ...attemptOf(`q${nth}@example.com`), ip: '203.0.113.10' })
    const asked = Array.from({ length: failures_per_address + 50 }, (_, nth) => subject(nth))
    const answers = await Promise.all(asked.map((each) => reserveAttempt(db, clock, each)))
    const through = asked.filter((_, nth) => answers[nth]?.kind === 'reserved')
    assert.equal(through.length, failures_per_address, name)
    const [first] = through
    assert.ok(first)
    await releaseAttempt(db, first)
    assert.equal((await reserveAttempt(db, clock, subject(1000))).kind, 'reserved', name)
    assert.equal((await reserveAttempt(db, clock, subject(1001))).kind, 'locked', name)
  }
})
