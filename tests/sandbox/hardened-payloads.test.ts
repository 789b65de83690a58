/** The sharpest payloads in bubblewrap; `npm run test:long -- sandbox-payloads` runs all. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { denoFile } from '../../src/sandbox/deno-file.ts'
import { probeIsolation } from '../../src/sandbox/isolation.ts'
import { ensureBubblewrap } from '../support/bubblewrap.ts'
import { abuse_payloads, hasty } from './abuse-payloads.ts'
import { expected_stops, stopOf } from './payload-outcomes.ts'
import { openPayloadTargets } from './payload-targets.ts'
import { other_node_modules, single_shot_payloads } from './single-shot-payloads.ts'
import { openTestRuntime } from './test-runtime.ts'

before(ensureBubblewrap)

const sharpest = [
  'read a file',
  'read its parent’s environment',
  'write a file',
  'start a shell',
  'connect to loopback',
  'connect to another unix socket',
  'look a name up',
  'signal the server',
  'use debug hooks of the server',
  'write a database file by vacuum',
  other_node_modules,
]

test('with every permission of Deno, as if its checks had failed, a script reaches nothing of the machine [guard: hardened-contains]', async () => {
  const targets = await openPayloadTargets()
  const { wrappers } = await probeIsolation('required', denoFile())
  for (const name of sharpest) {
    const answer = await targets.attempt(single_shot_payloads[name]?.body ?? '', wrappers, 'trusting')
    assert.equal(stopOf(answer, undefined), expected_stops[name]?.[2], `${name}: ${answer}`)
  }
  assert.deepEqual(targets.reached(), [])
  targets.close()
})

test('the limits of memory and threads hold in bubblewrap', async () => {
  const runtime = openTestRuntime({ hardened: 'required' })
  for (const name of ['allocates buffers without end', 'starts threads without end']) {
    const { source, kinds, limits = hasty } = abuse_payloads[name]!
    const result = await runtime.run(source, { unit: name, limits })
    assert.ok(kinds.includes(result.kind), JSON.stringify(result))
  }
  await runtime.close()
})
