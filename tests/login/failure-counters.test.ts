// The counters of the brute-force protection under concurrent attempts.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  clearAttempts,
  countFailedAttempt,
  failures_per_address,
  failures_per_identifier,
  releaseAttempt,
  releaseOthers,
  reserveAttempt,
  reserveAttempts,
  reserveLegacyUser,
  protectedAttempt,
  settleRefused,
} from '../../src/login/brute-force-protection.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/tables.ts'
import { startPostgres, type PostgresServer } from '../support/servers.ts'

const clock = { now: () => Date.now() }
const attemptOf = (identifier: string, ip = '203.0.113.9') =>
  protectedAttempt({ tenant_id: 'ten', connection_id: 'con', connection: 'people', identifier, ip, enabled: true })

let postgres: PostgresServer
const stores: { name: string; db: Db }[] = []

before(async () => {
  postgres = await startPostgres()
  const { url } = await postgres.createStore('counters')
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

test('of concurrent attempts in two connections, in either order, ten are reserved in both, and each counts once for the address [guard: attempts-in-every-store]', async () => {
  for (const { name, db } of stores) {
    const ip = '203.0.113.12'
    const attemptIn = (connection_id: string) => ({ ...attemptOf('two@example.com', ip), connection_id })
    const inBoth = () =>
      ['one', 'other'].map((id) => protectedAttempt({ ...attemptIn(id), connection: id })) as [
        ReturnType<typeof attemptOf>,
        ReturnType<typeof attemptOf>,
      ]
    const failuresOf = async (): Promise<number[]> => {
      const rows = await db
        .selectFrom('brute_force_counters')
        .selectAll()
        .where('description', 'like', `%${ip}%`)
        .execute()
      assert.ok(
        rows.every((row) => row.reserved + row.reserved_earlier === 0),
        `${name}: a reservation was left`,
      )
      return rows.map((row) => row.failures).toSorted((one, another) => one - another)
    }
    const asked = Array.from({ length: 24 }, inBoth)
    const answers = await Promise.all(
      asked.map(([one, other], nth) => reserveAttempts({ db, clock }, nth % 2 === 0 ? [one, other] : [other, one])),
    )
    const through = asked.filter((_, nth) => answers[nth]?.kind === 'reserved')
    assert.equal(through.length, failures_per_identifier, name)
    const [accepted, ...refused] = through
    assert.ok(accepted)
    for (const both of refused) await settleRefused({ db, clock }, both, both)
    await releaseOthers(db, accepted, accepted[1])
    await clearAttempts(db, accepted[1])
    assert.deepEqual(await failuresOf(), [0, 9, 9], `${name}: a success clears the failures of its connection only`)
    const flood = Array.from({ length: failures_per_address }, (_, nth) =>
      reserveAttempt(db, clock, attemptOf(`r${nth}@example.com`, ip)),
    )
    await Promise.all(flood)
    assert.deepEqual(await reserveAttempts({ db, clock }, inBoth()), { kind: 'locked', by: 'address' }, name)
    const held = await db
      .selectFrom('brute_force_counters')
      .selectAll()
      .where('description', 'like', '%"one"%')
      .execute()
    assert.ok(
      held.every(({ reserved }) => reserved === 0),
      `${name}: a locked address left a reservation`,
    )
  }
})

test('of concurrent attempts from one address, as many are reserved as its limit allows', async () => {
  for (const { name, db } of stores) {
    const subject = (nth: number) => attemptOf(`q${nth}@example.com`, '203.0.113.10')
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

const lasts_ms = 60_000

test('reservations that are not settled lock for at most a minute [guard: reservations-end]', async () => {
  for (const { name, db } of stores) {
    let now = 1_700_000_000_000
    const test_clock = { now: () => now }
    const ip = '203.0.113.11'
    const identifiers = failures_per_address / failures_per_identifier
    const reserveAll = async (): Promise<string[]> => {
      const kinds: string[] = []
      for (let nth = 0; nth < failures_per_address; nth += 1) {
        const attempt = attemptOf(`killed${nth % identifiers}@example.com`, ip)
        kinds.push((await reserveAttempt(db, test_clock, attempt)).kind)
      }
      return kinds
    }
    // Wherever in a slot of time they begin.
    for (const begins_ms of [0, 1, 14_999, 29_999]) {
      now = Math.ceil(now / lasts_ms) * lasts_ms + begins_ms
      assert.deepEqual(new Set(await reserveAll()), new Set(['reserved']), name)
      const next = attemptOf('next@example.com', ip)
      now += 29_000
      assert.deepEqual(await reserveAttempt(db, test_clock, next), { kind: 'locked', by: 'address' }, name)
      now += lasts_ms - 29_000
      assert.deepEqual(await reserveAttempt(db, test_clock, next), { kind: 'reserved' }, name)
      await releaseAttempt(db, next)
    }
  }
})

test('settled attempts count as they ended, also where the reservation had ended', async () => {
  for (const { name, db } of stores) {
    let now = 1_700_000_000_000
    const test_clock = { now: () => now }
    const attempt = () => attemptOf('slow@example.com', '203.0.113.12')
    const slow = Array.from({ length: 9 }, attempt)
    for (const each of slow) assert.equal((await reserveAttempt(db, test_clock, each)).kind, 'reserved')
    now += 2 * lasts_ms
    const [newer, last] = [attempt(), attempt()]
    assert.equal((await reserveAttempt(db, test_clock, newer)).kind, 'reserved')
    for (const each of slow) await countFailedAttempt({ db, clock: test_clock }, each)
    assert.equal((await reserveAttempt(db, test_clock, last)).kind, 'locked', `${name}: nine failed, one runs`)
    await releaseAttempt(db, newer)
    assert.equal((await reserveAttempt(db, test_clock, last)).kind, 'reserved', name)
    await clearAttempts(db, last)
    for (let nth = 0; nth < failures_per_identifier; nth += 1) {
      const again = attempt()
      assert.equal((await reserveAttempt(db, test_clock, again)).kind, 'reserved', `${name}: a success clears`)
      await countFailedAttempt({ db, clock: test_clock }, again)
    }
    assert.equal((await reserveAttempt(db, test_clock, attempt())).kind, 'locked', name)
    now += 23 * 3_600_000
    assert.equal((await reserveAttempt(db, test_clock, attempt())).kind, 'locked', name)
    now += 3_600_000
    assert.equal(
      (await reserveAttempt(db, test_clock, attempt())).kind,
      'reserved',
      `${name}: the lock ends after a day`,
    )
  }
})

test('reservations also end after the clock of the store was set back', async () => {
  for (const { name, db } of stores) {
    let now = 1_700_000_000_000
    const test_clock = { now: () => now }
    const attempt = () => attemptOf('clock@example.com', '203.0.113.13')
    const reserve = async () => (await reserveAttempt(db, test_clock, attempt())).kind
    for (let nth = 0; nth < failures_per_identifier; nth += 1) assert.equal(await reserve(), 'reserved')
    assert.equal(await reserve(), 'locked', name)
    now -= 3_600_000
    assert.equal(await reserve(), 'reserved', name)
  }
})

test('attempts under many identifiers count together under the legacy user that a script named [guard: legacy-user-attempts]', async () => {
  for (const { name, db } of stores) {
    const ip = '203.0.113.14'
    const deps = { db, clock }
    for (let nth = 0; nth < failures_per_identifier; nth += 1) {
      const attempt = attemptOf(`spelling${nth}@example.com`, ip)
      assert.equal((await reserveAttempt(db, clock, attempt)).kind, 'reserved')
      assert.deepEqual(await reserveLegacyUser(deps, attempt, 'shop|7'), { kind: 'reserved' }, name)
      await countFailedAttempt(deps, attempt)
    }
    const another = attemptOf('another-spelling@example.com', ip)
    assert.equal((await reserveAttempt(db, clock, another)).kind, 'reserved')
    assert.deepEqual(await reserveLegacyUser(deps, another, 'shop|7'), { kind: 'locked', by: 'identifier' }, name)
    assert.deepEqual(await reserveLegacyUser(deps, another, 'shop|8'), { kind: 'reserved' }, name)
    await releaseAttempt(db, another)
    const elsewhere = async () => {
      const attempt = attemptOf('another-spelling@example.com', '203.0.113.15')
      assert.equal((await reserveAttempt(db, clock, attempt)).kind, 'reserved')
      return { attempt, kind: (await reserveLegacyUser(deps, attempt, 'shop|7')).kind }
    }
    for (let nth = 1; nth < failures_per_identifier; nth += 1) {
      const { attempt, kind } = await elsewhere()
      assert.equal(kind, 'reserved', `${name}: another address`)
      await countFailedAttempt(deps, attempt)
    }
    const right = await elsewhere()
    await clearAttempts(db, right.attempt)
    for (let nth = 0; nth < 2; nth += 1) {
      const { attempt, kind } = await elsewhere()
      assert.equal(kind, 'reserved', `${name}: a success clears`)
      await countFailedAttempt(deps, attempt)
    }
  }
})
