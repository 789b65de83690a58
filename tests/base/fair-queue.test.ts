import assert from 'node:assert/strict'
import { test } from 'node:test'
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
  const failing = queue.add('a', async () => {
    await first.promise
    throw new Error('failed')
  })
  const second = open()
  const running = [queue.add('a', () => second.promise), queue.add('a', () => second.promise)]
  let other = false
  const another = queue.add('b', async () => {
    other = true
  })
  await settled()
  assert.deepEqual([queue.running('a'), queue.waiting('a'), other], [2, 1, true])
  first.end()
  await assert.rejects(failing, /failed/)
  await settled()
  assert.deepEqual([queue.running('a'), queue.waiting('a')], [2, 0])
  second.end()
  await Promise.all([...running, another])
})
