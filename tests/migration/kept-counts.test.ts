// Counts that visit all records: short ones are made at each call, long ones are kept, counted again in the background, and forgotten with what they counted.
import assert from 'node:assert/strict'
import { after, afterEach, beforeEach, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKeptCounts, type KeptCounts } from '../../src/migration/kept-counts.ts'
import { no_counts } from '../../src/migration/directory/directory-load.ts'
import { addToCounter } from '../../src/store/connection-counters.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Snapshots } from '../../src/store/searches.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { waitUntil } from '../support/wait-until.ts'

const of = { tenant_id: 'ten_a', connection_id: 'con_a' }
const db = await openStore({ engine: 'sqlite', folder: ':memory:' })
after(() => db.destroy())

const much_later_ms = 3_600_000

// Calls wait for a short count as long as it takes, and a long one takes longer than they wait.
const wait_ms = 50
const long_ms = 120

let now: number
let begun: number
let ended: number
let duration_ms: number
let failure: Error | undefined
let counts: KeptCounts<number>

const run = <T>(_tenant_id: string, read: (reader: typeof db) => Promise<T>) => read(db)
const searches: Snapshots = { atOneMoment: (_tenant_id, read) => read({ run }) }

function createCounts(longest_wait_ms: number): KeptCounts<number> {
  const clock = { now: () => now }
  const count: Parameters<typeof createKeptCounts<number>>[1] = async (reader) => {
    begun += 1
    const value = begun
    try {
      for (let part = 0; part < 3; part += 1) await reader.run(of.tenant_id, () => sleep(duration_ms / 3))
      if (failure) throw failure
      return value
    } finally {
      ended += 1
    }
  }
  return createKeptCounts({ db, searches, clock }, count, longest_wait_ms)
}

/** Waits until so many counts have ended. */
async function untilEnded(number: number): Promise<void> {
  await waitUntil(async () => ended === number)
  await sleep(1)
}

beforeEach(async () => {
  await db.deleteFrom('directory_loads').execute()
  await db.deleteFrom('finishes').execute()
  await db.deleteFrom('connection_counters').execute()
  now = 1000
  begun = 0
  ended = 0
  duration_ms = long_ms
  failure = undefined
  counts = createCounts(wait_ms)
})
afterEach(() => counts.close())

async function applyLoad(load_id: string): Promise<void> {
  await db
    .insertInto('directory_loads')
    .values({
      ...of,
      load_id,
      job_id: 'job_a',
      source: 'file',
      format: 'csv',
      state: 'applied',
      options_sealed: null,
      counts: JSON.stringify(no_counts),
      confirmed: null,
      message: null,
      created_at: 1,
      applied_at: 1,
    })
    .execute()
}

async function startFinish(step: string, state: string): Promise<void> {
  const row = {
    ...of,
    step,
    state,
    job_id: 'job_b',
    original: null,
    accepted: '{}',
    facts: '{}',
    started_at: 1,
    step_started_at: 1,
    step_ended_at: null,
  }
  await db
    .insertInto('finishes')
    .values(row)
    .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id']).doUpdateSet({ step, state }))
    .execute()
}

/** So many people come into a state, or leave it. */
async function addPeople(state: 'unseen' | 'migrated', people: number): Promise<void> {
  await inTransaction(db, (trx) => addToCounter(trx, of.tenant_id, of.connection_id, `state:${state}`, people))
}

/** So many people move. */
async function move(people: number): Promise<void> {
  await addPeople('unseen', -people)
  await addPeople('migrated', people)
}

/** A count that took long: the first call does not wait for its end. */
async function countLong(): Promise<void> {
  assert.deepEqual(await counts.read(of), { is_counting: true })
  await untilEnded(1)
}

describe('a count of the people of a connection', () => {
  it('is made for each call where it is short', async () => {
    counts = createCounts(10_000)
    for (const value of [1, 2]) {
      assert.deepEqual(await counts.read(of), { is_counting: false, last: { counted_at: now, value } })
      now += 1
    }
  })

  it('is kept where it is long, and not made again while it is young', async () => {
    await countLong()
    now += 1
    for (let call = 0; call < 3; call += 1) {
      assert.deepEqual(await counts.read(of), { is_counting: false, last: { counted_at: 1000, value: 1 } })
    }
    assert.equal(begun, 1)
  })

  it('is made again in the background once it is old, by one of several calls', async () => {
    await countLong()
    now += much_later_ms
    const old = { is_counting: true, last: { counted_at: 1000, value: 1 } }
    assert.deepEqual(await Promise.all([counts.read(of), counts.read(of)]), [old, old])
    await untilEnded(2)
    assert.deepEqual(await counts.read(of), { is_counting: false, last: { counted_at: now, value: 2 } })
    assert.equal(begun, 2)
  })

  it('is made again where the clock was set back', async () => {
    await countLong()
    now -= 500
    assert.equal((await counts.read(of)).is_counting, true)
  })

  it('does not delay a call that comes while a long one runs', async () => {
    const longest_wait_ms = 2000
    counts = createCounts(longest_wait_ms)
    duration_ms = 6000
    await counts.read(of)
    const began = performance.now()
    assert.deepEqual(await counts.read(of), { is_counting: true })
    assert.ok(performance.now() - began < longest_wait_ms, 'the second call has waited')
  })

  const changes: Record<string, () => Promise<void>> = {
    'a load of the directory': () => applyLoad('dld_a'),
    'the first step of the finish': () => startFinish('no_op', 'running'),
  }
  for (const [what, change] of Object.entries(changes)) {
    it(`is not answered after ${what}`, async () => {
      await countLong()
      await change()
      assert.deepEqual(await counts.read(of), { is_counting: true })
      await untilEnded(2)
      assert.equal((await counts.read(of)).last?.value, 2)
    })
  }

  it('is not answered after the end of a step, nor after a rollback', async () => {
    await startFinish('disconnect', 'running')
    await countLong()
    await startFinish('disconnect', 'done')
    assert.deepEqual(await counts.read(of), { is_counting: true })
    await untilEnded(2)
    await db.deleteFrom('finishes').execute()
    assert.deepEqual(await counts.read(of), { is_counting: true })
  })

  it('is not answered once more than one person of a hundred has moved since it began, and is made again when it is old', async () => {
    await addPeople('unseen', 1000)
    await countLong()
    await move(10)
    assert.equal((await counts.read(of)).last?.value, 1, 'a few may have moved')
    await move(1)
    for (let call = 0; call < 3; call += 1) assert.deepEqual(await counts.read(of), { is_counting: true })
    assert.equal(begun, 1, 'an import changes people all the time: they are not counted all the time')
    now += much_later_ms
    assert.deepEqual(await counts.read(of), { is_counting: true })
    await untilEnded(2)
    assert.deepEqual(await counts.read(of), { is_counting: false, last: { counted_at: now, value: 2 } })
  })

  it('is not answered either where so many have moved while it ran', async () => {
    await addPeople('unseen', 1000)
    await counts.read(of)
    await move(500)
    await untilEnded(1)
    assert.deepEqual(await counts.read(of), { is_counting: true })
    now += much_later_ms
    await counts.read(of)
    await untilEnded(2)
    assert.equal((await counts.read(of)).last?.value, 2)
  })

  it('of before a load is not answered either where it ends after it', async () => {
    assert.deepEqual(await counts.read(of), { is_counting: true })
    await applyLoad('dld_b')
    // The count that runs is of before: no other one runs beside it.
    assert.deepEqual(await counts.read(of), { is_counting: true })
    assert.equal(begun, 1)
    await untilEnded(1)
    assert.deepEqual(await counts.read(of), { is_counting: true })
    await untilEnded(2)
    assert.equal((await counts.read(of)).last?.value, 2)
  })

  it('of one connection is not that of another', async () => {
    await countLong()
    const other = { ...of, connection_id: 'con_b' }
    assert.deepEqual(await counts.read(other), { is_counting: true })
    await untilEnded(2)
    assert.equal((await counts.read(other)).last?.value, 2)
    assert.equal((await counts.read(of)).last?.value, 1)
  })

  it('that fails is reported, beside the last one, and made again', async () => {
    await countLong()
    now += much_later_ms
    failure = new Error('too slow')
    await counts.read(of)
    await untilEnded(2)
    assert.deepEqual(await counts.read(of), {
      is_counting: false,
      last: { counted_at: 1000, value: 1 },
      error: 'too slow',
    })
    now += much_later_ms
    failure = undefined
    await counts.read(of)
    await untilEnded(3)
    assert.deepEqual(await counts.read(of), { is_counting: false, last: { counted_at: now, value: 3 } })
  })

  it('ends with the server, after the part that runs', async () => {
    duration_ms = 3000
    await counts.read(of)
    await counts.close()
    assert.match((await counts.read(of)).error ?? '', /stops/)
  })
})
