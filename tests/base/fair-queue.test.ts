import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createFairQueue } from '../../src/base/fair-queue.ts'

/** Work that ends when the test says so. */
function open() {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { promise, end: () => resolve() }
}
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

test('keys take turns: a key with much work delays another key by one turn', async () => {
  const queue = createFairQueue({ at_once: 1 })
  const done: string[] = []
  const work = (name: string) => async () => {
    await settled()
    done.push(name)
  }
  const all = ['a1', 'a2', 'a3'].map((name) => queue.add('a', work(name)))
  all.push(queue.add('b', work('b1')), queue.add('b', work('b2')))
  assert.deepEqual([queue.waiting('a'), queue.waiting('b'), queue.keysWaiting()], [2, 2, 2])
  await Promise.all(all)
  assert.deepEqual(done, ['a1', 'a2', 'b1', 'a3', 'b2'])
  assert.equal(queue.keysWaiting(), 0)
})

test('a key has at most its part at once, and failed work gives its place back', async () => {
  const queue = createFairQueue({ at_once: 3, at_once_per_key: 2 })
  const first = open()
  let running_now = 0
  const until = async (promise: Promise<void>): Promise<void> => {
    running_now += 1
    await promise
    running_now -= 1
  }
  const failing = queue.add('a', async () => {
    await until(first.promise)
    throw new Error('failed')
  })
  const second = open()
  const running = [queue.add('a', () => until(second.promise)), queue.add('a', () => until(second.promise))]
  let other = false
  const another = queue.add('b', async () => {
    other = true
  })
  await settled()
  assert.deepEqual([running_now, queue.waiting('a'), other], [2, 1, true])
  first.end()
  await assert.rejects(failing, /failed/)
  await settled()
  assert.deepEqual([running_now, queue.waiting('a')], [2, 0])
  second.end()
  await Promise.all([...running, another])
})

const refused = new Error('refused')
const wait = { per_key: 3, longest_ms: 60_000, refuse: () => refused }
const limits = { at_once: 2, at_once_per_key: 1, wait }

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
    await settled()
  }
  return { started, work, end }
}

test('keys take turns, also when one of them added much work before [guard: turns-per-key]', async () => {
  const { started, work, end } = namedWork()
  const queue = createFairQueue(limits)
  const results = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].map((name) => queue.add(name.charAt(0), work(name)))
  await settled()
  assert.deepEqual(started, ['a1', 'b1'], 'at most two at once, one per key')
  for (const name of ['a1', 'b1', 'a2', 'b2', 'c1', 'a3']) await end(name)
  assert.deepEqual(
    started,
    ['a1', 'b1', 'a2', 'b2', 'c1', 'a3'],
    'the third of one key is after the first of each other',
  )
  assert.deepEqual(await Promise.all(results), ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'])
})

test('work beyond the waiting of its key is refused at once, and other keys wait [guard: waiting-per-key]', async () => {
  const { work, end } = namedWork()
  const queue = createFairQueue({ ...limits, at_once: 1 })
  const running = queue.add('a', work('a1'))
  const waiting = ['a2', 'a3', 'a4'].map((name) => queue.add('a', work(name)))
  await assert.rejects(queue.add('a', work('a5')), refused)
  const other = queue.add('b', work('b1'))
  for (const name of ['a1', 'a2', 'b1', 'a3', 'a4']) {
    await settled()
    await end(name)
  }
  await Promise.all([running, other, ...waiting])
})

test('work whose turn does not come in time is refused, and never runs [guard: longest-wait]', async () => {
  const { started, work, end } = namedWork()
  const queue = createFairQueue({ ...limits, wait: { ...wait, longest_ms: 20 } })
  const running = queue.add('a', work('a1'))
  const late = assert.rejects(
    queue.add('a', async () => started.push('a2')),
    refused,
  )
  await sleep(200)
  await end('a1')
  await Promise.all([running, late])
  const next = queue.add('a', work('a3'))
  await settled()
  await end('a3')
  await next
  assert.deepEqual(started, ['a1', 'a3'])
})

test('a busy key leaves a place free for a key that had work a moment ago [guard: place-kept]', async () => {
  const { started, work, end } = namedWork()
  const queue = createFairQueue({ at_once: 2, keep_place_ms: 60_000 })
  const results = [queue.add('quiet', work('q1'))]
  await settled()
  await end('q1')
  results.push(...['b1', 'b2', 'b3'].map((name) => queue.add('busy', work(name))))
  await settled()
  assert.deepEqual([started, queue.places('busy')], [['q1', 'b1'], 1])
  results.push(queue.add('quiet', work('q2')))
  await settled()
  assert.deepEqual(started, ['q1', 'b1', 'q2'], 'the free place is taken at once')
  await end('q2')
  assert.deepEqual(started, ['q1', 'b1', 'q2', 'b2'], 'the quiet key has now started more work')
  for (const name of ['b1', 'b2']) await end(name)
  assert.deepEqual([started.at(-1), queue.waiting('busy')], ['b3', 0])
  await end('b3')
  await Promise.all(results)
})

test('a key may have all places when no other key had work in time, and of one place its turns', async () => {
  const { started, work, end } = namedWork()
  const queue = createFairQueue({ at_once: 2, keep_place_ms: 20 })
  const results = [queue.add('quiet', work('q1'))]
  await settled()
  await end('q1')
  await sleep(40)
  results.push(...['b1', 'b2', 'b3'].map((name) => queue.add('busy', work(name))))
  await settled()
  assert.deepEqual(started, ['q1', 'b1', 'b2'])
  for (const name of ['b1', 'b2', 'b3']) await end(name)
  await Promise.all(results)
  const single = createFairQueue({ at_once: 1, keep_place_ms: 60_000 })
  await Promise.all(['a', 'b', 'b', 'a'].map((key) => single.add(key, settled)))
  assert.deepEqual([single.places('a'), single.keysWaiting()], [1, 0])
})

test('slow work of all keys leaves one place to other work [guard: slow-work-leaves-place]', async () => {
  const queue = createFairQueue({ at_once: 2 })
  const gate = open()
  const done: string[] = []
  const slow = ['a', 'b', 'a'].map((key) => queue.add(key, () => gate.promise, 'slow').then(() => done.push(key)))
  const usual = queue.add('a', async () => void done.push('usual'))
  await Promise.race([usual, sleep(1000)])
  assert.deepEqual(done, ['usual'])
  gate.end()
  await Promise.all(slow)
  assert.deepEqual(done, ['usual', 'a', 'b', 'a'])
})
