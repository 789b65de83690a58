/**
 * The flags of the process confine a script without help. The program here runs with exactly the permissions of a script,
 * but without the runner, so that no JavaScript of ours restricts it.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { probeWrappers } from '../../src/sandbox/spawn-command.ts'
import { openPayloadTargets, type PayloadTargets } from './payload-targets.ts'
import { single_shot_payloads } from './single-shot-payloads.ts'

let targets: PayloadTargets
before(async () => {
  targets = await openPayloadTargets()
})
after(() => targets.close())

test('the program used here runs, and reaches the one socket it may reach', async () => {
  const wrappers = await probeWrappers()
  assert.equal(await targets.attempt('return "alive"', wrappers), 'GOT alive')
  const source = `const c = await Deno.connect({ transport: 'unix', path: socket_path }); const b = new Uint8Array(64); return new TextDecoder().decode(b.subarray(0, await c.read(b)))`
  assert.equal(await targets.attempt(source, wrappers), 'GOT broker')
})

for (const [name, { body, or, unwrapped }] of Object.entries(single_shot_payloads)) {
  test(`a script cannot ${name}`, async () => {
    const wrappers = unwrapped ? { shell: false, setpriv: [], taskset: false } : await probeWrappers()
    const answer = await targets.attempt(body, wrappers)
    assert.ok(
      answer.startsWith('ERR ') || (or?.test(answer) ?? false),
      answer.slice(0, 300) || 'it exited without output',
    )
  })
}

test('none of it reached the server, its sockets or its disk', () => {
  assert.deepEqual(targets.reached(), [])
})
