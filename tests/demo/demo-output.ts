import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

/** A pattern for one step of the output. */
function step(subject: string, action: string, result: string, queries?: number): RegExp {
  const counted = queries === undefined ? '' : `.* ${queries} legacy quer(?:y|ies)`
  return new RegExp(`^ ✓ ${subject}\\S*\\s+${action}\\s+${result}${counted}$`, 'm')
}

/** The parts of the output that are the same in each run: headings, subjects and actions of steps, the number of checks. */
function outlineOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => /^(?:\d+\. \S| [✓✗] )|checks passed/.test(line))
    .map((line) => line.replace(/^( [✓✗] .{46}).*/, '$1').replace(/in [\d.]+ s/, ''))
}

/** Asserts that the output of a demo without a terminal shows every step, as the README does, and that all checks passed. */
export function assertAllSteps(output: string): void {
  for (const [who, format] of [
    ['ada', 'bcrypt'],
    ['alan', 'pbkdf2'],
    ['annie', 'sha256'],
  ] as const) {
    assert.match(output, step(who, format, '200 moved', 1))
    assert.match(output, step(who, 'again', '200 success', 0))
  }
  assert.match(output, /ID token +sub: auth0\|customers\|1$/m)
  assert.match(output, step('POST /u/reset-password', 'the form', '200, ledger: migrated', 2))
  assert.match(output, step('barbara', 'new password', '200 success', 0))
  assert.match(output, step('barbara', 'old password', '403 wrong_password', 0))
  assert.match(output, step('carl', 'wrong', '403 wrong_password', 1))
  assert.match(output, step('carl', 'wrong again', '403 wrong_password', 0))
  assert.match(output, step('claude', 'twice', '200 and 200, 1 user', 1))
  assert.match(output, step('ada', 'moved', '200 success', 0))
  assert.match(output, step('dana', 'not moved', '503 legacy_unreachable', 0))
  assert.match(output, /Retry-After +[1-9]\d* s$/m)
  assert.match(output, step('dennis', 'not moved', '403 unknown_user', 0))
  assert.match(output, step('dennis', 'retry', '200 moved', 1))
  assert.match(output, /barbara\S+ +[\d:.]+ +reset_confirm +seen → reset_pending → moved$/m)
  assert.equal(output.match(/legacy\.example +[\d:.]+ +(?:login|reset_confirm) /g)?.length, 8)
  assert.match(output, step('the legacy table', 'unchanged', '10 queries'))
  assert.match(output, /^Finished in [\d.]+ s; all 78 checks passed\.$/m)

  assert.deepEqual(outlineOf(output), outlineOf(readme), 'the README shows the output of the demo')
  assert.deepEqual(
    output.split('\n').filter((line) => line.length > 100),
    [],
    'lines wider than 100 columns',
  )
  assert.ok(!output.includes('\u001b'), 'no colour without a terminal')
}
