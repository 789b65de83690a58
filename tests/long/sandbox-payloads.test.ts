// All payloads in both modes, and in the namespaces alone: each is stopped by what docs/reference/sandbox.md says.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { denoFile } from '../../src/sandbox/deno-file.ts'
import { probeIsolation } from '../../src/sandbox/isolation.ts'
import { default_limits } from '../../src/sandbox/limits.ts'
import type { ScriptResult } from '../../src/sandbox/script-types.ts'
import type { Wrappers } from '../../src/sandbox/spawn-command.ts'
import { abuse_payloads, hasty } from '../sandbox/abuse-payloads.ts'
import { expected_stops, stopOf, type Stop } from '../sandbox/payload-outcomes.ts'
import { openPayloadTargets, scriptOf, type PayloadTargets } from '../sandbox/payload-targets.ts'
import { single_shot_payloads } from '../sandbox/single-shot-payloads.ts'
import { openTestRuntime } from '../sandbox/test-runtime.ts'
import { ensureBubblewrap } from '../support/bubblewrap.ts'

let targets: PayloadTargets
let wrappers: Wrappers
before(async () => {
  await ensureBubblewrap()
  wrappers = (await probeIsolation('required', denoFile())).wrappers
  targets = await openPayloadTargets()
})
after(() => targets.close())

const modes = { default: openTestRuntime({ hardened: 'off' }), hardened: openTestRuntime({ hardened: 'auto' }) }
const no_egress = { mode: 'allow_list', allow: [], private_networks: false } as const
const harmless: readonly Stop[] = ['nothing gained', 'stays inside']

function answerOf(result: ScriptResult): string {
  if (result.kind === 'returned') return `GOT ${String(result.values[0])}`
  if (result.kind === 'failed') return `ERR ${result.error.name} ${result.error.code ?? ''} ${result.error.message}`
  return result.kind === 'crashed' ? 'ERR crashed' : result.kind
}

/** Asserts that an answer is what is expected; `harmless` answers may also be failures, as for accounts with fewer privileges. */
function check(
  where: string,
  expected: Stop,
  answer: string,
  failed_connections: number | undefined,
  or?: RegExp,
): void {
  const stopped = stopOf(answer, failed_connections)
  const got = answer.startsWith('GOT ')
  if (harmless.includes(expected))
    return assert.ok(!got || expected === 'stays inside' || or?.test(answer), `${where}: ${answer}`)
  if (expected === 'not stopped') return assert.match(answer, or ?? /^$/, where)
  return assert.equal(stopped, expected, `${where}: ${answer}`)
}

test('each payload has an expected result', () => {
  assert.deepEqual(Object.keys(expected_stops), Object.keys(single_shot_payloads))
})

for (const [name, { body, or }] of Object.entries(single_shot_payloads)) {
  test(`a script that tries to ${name} is stopped as documented`, async () => {
    const [by_default, hardened, alone] = expected_stops[name]!
    const unit = { tenant_id: name, unit_id: name, version: 1 }
    const given = {
      unit,
      args: [{ ...targets.values }],
      egress: { ...no_egress, allow: [] },
      limits: { ...default_limits, deadline_ms: 15_000 },
    }
    for (const [mode, expected] of [
      ['default', by_default],
      ['hardened', hardened],
    ] as const) {
      const result = await modes[mode].run(scriptOf(body), given)
      check(mode, expected, answerOf(result), result.egress_failures.length, or)
    }
    check('namespaces alone', alone, await targets.attempt(body, wrappers, 'trusting'), undefined, or)
  })
}

test('none of it reached the server, its sockets or its disk', () => {
  assert.deepEqual(targets.reached(), [])
})

const good = '(cb) => setTimeout(() => cb(null, "fine"), 60)'
for (const [name, { source, kinds, reason, limits = hasty }] of Object.entries(abuse_payloads)) {
  test(`a script that ${name} fails its own call only, in both modes`, async () => {
    for (const [mode, runtime] of Object.entries(modes)) {
      const unit = { tenant_id: `abuse ${name}`, unit_id: mode, version: 1 }
      assert.equal(await runtime.value(good, { unit, limits }), 'fine')
      const bad = runtime.run(source, { unit, limits })
      const beside = runtime.run(good, { unit, limits, retry: true })
      const result = await bad
      assert.ok(kinds.includes(result.kind), `${mode}: ${JSON.stringify(result)}`)
      if (reason) assert.match(result.kind === 'crashed' ? result.reason : '', reason, mode)
      assert.equal((await beside).kind, 'returned', mode)
      assert.equal(await runtime.value(good, { unit, limits }), 'fine', mode)
    }
  })
}
