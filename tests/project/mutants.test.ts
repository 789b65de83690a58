// Attack and race tests name the guard that they test; `npm run test:long -- mutants` removes each guard and sees its tests fail.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allMutants, registryErrors } from '../mutants/registry.ts'

test('each guard that a test names can be removed by a mutant, and each mutant has a test', async () => {
  assert.deepEqual(registryErrors(await allMutants()), [])
})
