import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { createTurns } from '../../src/base/turns.ts'

const refused = new Error('refused')
const limits = {
  at_once: 2,
  at_once_per_owner: 1,
  waiting_per_owner: 3,
  longest_wait_ms: 60_000,
  refuse: () => refused,
}

/** Work that runs until it is ended by its name; `started` lists the names in order. */
function namedWork() {
  const started: string[] = []
  const ends = new Map<string, () => void>()
  const work = (name: string) => async () => {
    started.push(name)
    await new Promise<void>((resolve) => ends.set(name, resolve))
    return name
  }
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.()
    await setImmediate()
  }
  return { started, work, end }
}

test('[guard: turns-per-owner] owners take turns, also when one has asked for many before', async () => {
  const { started, work, end } = namedWork()
  const turns = createTurns(limits)
  const results = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].map((name) => turns.run(name.charAt(0), work(name)))
  await setImmediate()
  assert.deepEqual(started, ['a1', 'b1'], 'at most two at once, one per owner')
  for (const name of ['a1', 'b1', 'a2', 'b2', 'c1', 'a3']) await end(name)
  assert.deepEqual(
    started,
    ['a1', 'b1', 'a2', 'b2', 'c1', 'a3'],
    'the third of one owner is after the first of each other',
  )
  assert.deepEqual(await Promise.all(results), ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'])
})

test('[guard: waiting-per-owner] work beyond the waiting of its owner is refused at once, and other owners wait', async () => {
  const { work, end } = namedWork()
  const turns = createTurns({ ...limits, at_once: 1 })
  const running = turns.run('a', work('a1'))
  const waiting = ['a2', 'a3', 'a4'].map((name) => turns.run('a', work(name)))
  await assert.rejects(turns.run('a', work('a5')), refused)
  const other = turns.run('b', work('b1'))
  for (const name of ['a1', 'a2', 'b1', 'a3', 'a4']) {
    await setImmediate()
    await end(name)
  }
  await Promise.all([running, other, ...waiting])
})

test('[guard: longest-wait] work whose turn does not come in time is refused, and never runs', async () => {
  const { started, work, end } = namedWork()
  const turns = createTurns({ ...limits, longest_wait_ms: 20 })
  const running = turns.run('a', work('a1'))
  const late = assert.rejects(
    turns.run('a', async () => started.push('a2')),
    refused,
  )
  await setTimeout(200)
  await end('a1')
  await Promise.all([running, late])
  const next = turns.run('a', work('a3'))
  await setImmediate()
  await end('a3')
  await next
  assert.deepEqual(started, ['a1', 'a3'])
})

test('work that fails gives its turn back', async () => {
  const turns = createTurns({ ...limits, at_once: 1 })
  await assert.rejects(
    turns.run('a', () => Promise.reject(new Error('failed'))),
    /failed/,
  )
  assert.equal(await turns.run('b', () => Promise.resolve('done')), 'done')
})
