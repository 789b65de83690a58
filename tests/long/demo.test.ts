import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertAllSteps } from '../demo/demo-output.ts'
import { runDemo } from '../demo/demo-run.ts'

test('without a terminal the demo runs all steps, ends with 0 and leaves no process and no file', async (context) => {
  const demo = runDemo(context)
  const status = await demo.ended
  assert.equal(status, 0, `${demo.output()}\n${demo.errors()}`)
  assertAllSteps(demo.output())
  assert.equal(demo.errors(), '')
  assert.deepEqual(await demo.leftovers(), [])
})
