import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createReport } from '../../demo/report.ts'
import { runDemo } from './demo-run.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const limit = { timeout: 200_000 }

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

test(
  'without a terminal the demo runs all steps, ends with 0 and leaves no process and no file',
  limit,
  async (context) => {
    const demo = runDemo(context)
    const status = await demo.ended
    const output = demo.output()
    assert.equal(status, 0, `${output}\n${demo.errors()}`)

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
    assert.equal(demo.errors(), '')
    assert.deepEqual(await demo.leftovers(), [])
  },
)

/** The first command line of curl in a text, as a request. */
function readCurl(text: string): { url: string; form: URLSearchParams } {
  const [, url = '', rest = ''] = /curl -i (\S+)(.*?)\n *\n/s.exec(text) ?? []
  const form = new URLSearchParams()
  for (const [, name = '', value = ''] of rest.matchAll(/-d ([^=\s]+)=(\S+)/g)) form.set(name, value)
  assert.ok(form.has('password'), 'a command line of curl is printed')
  return { url, form }
}

test('with --stay the printed commands work until a signal ends the demo', limit, async (context) => {
  const demo = runDemo(context, '--stay')
  await demo.printed("Wherry's own log:")
  const { url, form } = readCurl(demo.output())
  const logIn = async (): Promise<number> => (await fetch(url, { method: 'POST', body: form })).status
  assert.equal(await logIn(), 200, demo.output())
  await demo.printed('[legacy store] received 1 query')

  demo.type('off')
  await demo.printed('[legacy store] switched off')
  assert.equal(await logIn(), 200)
  const [, email, password] = /^ +(\S+@legacy\.example) {2}(\S+)$/m.exec(demo.output()) ?? []
  form.set('username', email ?? '')
  form.set('password', password ?? '')
  assert.equal(await logIn(), 503)
  demo.type('on')
  await demo.printed('[legacy store] switched on')
  assert.equal(await logIn(), 200)

  demo.interrupt('SIGTERM')
  assert.equal(await demo.ended, 0, demo.errors())
  assert.deepEqual(await demo.leftovers(), [])
})

test('a demo that is interrupted while it starts leaves no process and no file', limit, async (context) => {
  const demo = runDemo(context)
  await demo.printed('Both servers')
  demo.interrupt('SIGINT')
  assert.equal(await demo.ended, 130, demo.errors())
  assert.deepEqual(await demo.leftovers(), [])
})

test('a check that fails is reported with its section and counted', () => {
  let output = ''
  const report = createReport((text) => (output += text), false)
  report.section('One')
  report.step({ subject: 'ada', result: '200', checks: { status: { actual: 200, expected: 200 } } })
  report.step({
    subject: 'alan',
    result: '500',
    checks: { status: { actual: 500, expected: 200 }, queries: { actual: 1, expected: 1 } },
  })
  assert.equal(report.passed(), 2)
  assert.deepEqual(report.failures(), ['1. One: alan: status should be 200 and is 500'])
  assert.match(output, /^ ✗ alan/m)
  assert.match(output, /status should be 200 and is 500/)
})
