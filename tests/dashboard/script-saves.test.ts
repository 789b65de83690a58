import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scriptSaves } from '../../dashboard/src/migration/script-saves.ts'

test('the versions of a day are counted by script, in the order in which the scripts were first saved', () => {
  const saved = [{ script: 'login' }, { script: 'get_user' }, { script: 'login' }, { script: 'login' }]
  assert.deepEqual(scriptSaves(saved), [
    { script: 'login', times: 3 },
    { script: 'get_user', times: 1 },
  ])
  assert.deepEqual(scriptSaves([]), [])
})
