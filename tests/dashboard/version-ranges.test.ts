import assert from 'node:assert/strict'
import { test } from 'node:test'
import { versionRanges } from '../../dashboard/src/migration/version-ranges.ts'

test('the versions of a day are one range for each script, in the order in which the scripts were first saved', () => {
  const saved = [
    { script: 'login', version: 8 },
    { script: 'get_user', version: 3 },
    { script: 'login', version: 9 },
    { script: 'login', version: 10 },
  ]
  assert.deepEqual(versionRanges(saved), [
    { script: 'login', first: 8, last: 10 },
    { script: 'get_user', first: 3, last: 3 },
  ])
  assert.deepEqual(versionRanges([]), [])
})
