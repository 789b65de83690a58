import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pair_count, ratioInterval } from '../../bench/measure/ratio-interval.ts'

const rounded = (ratios: number[]): number[] =>
  Object.values(ratioInterval(ratios)).map((value) => Math.round(value * 1e4) / 1e4)

test('equal ratios give an interval without width', () => {
  assert.deepEqual(rounded(Array.from({ length: pair_count }, () => 1.1)), [1.1, 1.1, 1.1])
})

test('the interval is that of a t-test on the logarithms', () => {
  // Logarithms of +0.1 and -0.1 in turn: deviation 0.1 √(20 / 19), half width 2.093 × 0.1 / √19 = 0.0480.
  const ratios = Array.from({ length: pair_count }, (_, round) => Math.exp(round % 2 === 0 ? 0.1 : -0.1))
  assert.deepEqual(rounded(ratios), [1, 0.9531, 1.0492])
})

test('another number of ratios is refused', () => {
  assert.throws(() => ratioInterval([1, 1]), /needs 20 ratios/)
})
