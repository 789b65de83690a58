import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReport } from '../../demo/report.ts'
import { assertAllSteps } from './demo-output.ts'
import { runDemo } from './demo-run.ts'

const limit = { timeout: 200_000 }

/** The first command line of curl in a text, as a request. */
function readCurl(text: string): { url: string; form: URLSearchParams } {
  const [, url = '', rest = ''] = /curl -i (\S+)(.*?)\n *\n/s.exec(text) ?? []
  const form = new URLSearchParams()
  for (const [, name = '', value = ''] of rest.matchAll(/-d ([^=\s]+)=(\S+)/g)) form.set(name, value)
  assert.ok(form.has('password'), 'a command line of curl is printed')
  return { url, form }
}

test(
  'with --stay the demo runs all steps, and the printed commands work until a signal ends it',
  limit,
  async (context) => {
    const demo = runDemo(context, '--stay')
    await demo.printed("Wherry's own log:")
    const [steps = '', commands] = demo.output().split(/^\d+\. Commands to try$/m)
    assert.ok(commands, `${demo.output()}\n${demo.errors()}`)
    assertAllSteps(steps)
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
    assert.equal(demo.errors(), '')
    assert.deepEqual(await demo.leftovers(), [])
  },
)

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
