import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sortableNumber } from '../../src/store/sortable-number.ts'

test('the sortable form of numbers has their order, and one form for 0', () => {
  const numbers = [
    -Number.MAX_VALUE,
    -1e10,
    -2,
    -1.5,
    -1,
    -Number.MIN_VALUE,
    0,
    Number.MIN_VALUE,
    0.1,
    1,
    1.5,
    2,
    10,
    2 ** 53,
    Number.MAX_VALUE,
  ]
  const forms = numbers.map(sortableNumber)
  assert.deepEqual(forms.toSorted(), forms)
  assert.equal(new Set(forms).size, numbers.length)
  assert.ok(forms.every((form) => /^[0-9a-f]{16}$/.test(form)))
  assert.equal(sortableNumber(-0), sortableNumber(0))
})
