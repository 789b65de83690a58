import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createTeller } from '../../demo/teller.ts'
import { send } from '../support/requests.ts'
import { runDemo } from './demo-run.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const limit = { timeout: 200_000 }

/** One line of the story, as a pattern: who, what, answer and, if told, legacy queries. */
function step(who: string, what: string, answer: string, queries?: number): RegExp {
  const counted = queries === undefined ? '' : `.* ${queries} legacy quer(?:y|ies)`
  return new RegExp(`^ ✓ ${who}\\S*\\s+${what}\\s+${answer}${counted}$`, 'm')
}

/** Chapters, who does what in them, and how many checks there were: what does not differ from run to run. */
function outlineOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => /^(?:\d+\. \S| [✓✗] )|checks held/.test(line))
    .map((line) => line.replace(/^( [✓✗] .{46}).*/, '$1').replace(/in [\d.]+ s/, ''))
}

test('without a terminal the demo tells the whole story, ends with 0 and leaves nothing', limit, async (context) => {
  const demo = runDemo(context)
  const status = await demo.ended
  const story = demo.output()
  assert.equal(status, 0, `${story}\n${demo.errors()}`)

  for (const [who, format] of [
    ['ada', 'bcrypt'],
    ['alan', 'pbkdf2'],
    ['annie', 'sha256'],
  ] as const) {
    assert.match(story, step(who, format, '200 moved', 1))
    assert.match(story, step(who, 'again', '200 success', 0))
  }
  assert.match(story, /ID token +sub: auth0\|customers\|1$/m)
  assert.match(story, step('POST /u/reset-password', 'the form', '200, ledger: migrated', 2))
  assert.match(story, step('barbara', 'new password', '200 success', 0))
  assert.match(story, step('barbara', 'old password', '403 wrong_password', 0))
  assert.match(story, step('carl', 'wrong', '403 wrong_password', 1))
  assert.match(story, step('carl', 'wrong again', '403 wrong_password', 0))
  assert.match(story, step('claude', 'twice', '200 and 200, 1 user', 1))
  assert.match(story, step('ada', 'has moved', '200 success', 0))
  assert.match(story, step('dana', 'has not moved', '503 legacy_unreachable', 0))
  assert.match(story, /Retry-After +[1-9]\d* s$/m)
  assert.match(story, step('dennis', 'has not moved', '403 unknown_user', 0))
  assert.match(story, step('dennis', 'moves', '200 moved', 1))
  assert.match(story, /barbara\S+ +[\d:.]+ +reset_confirm +seen → reset_pending → moved$/m)
  assert.equal(story.match(/legacy\.example +[\d:.]+ +(?:login|reset_confirm) /g)?.length, 8)
  assert.match(story, step('the legacy table', 'unchanged', 'asked 10 times'))
  assert.match(story, /^Told in [\d.]+ s; all \d+ checks held\.$/m)

  assert.deepEqual(outlineOf(story), outlineOf(readme), 'the README shows what the demo tells')
  assert.deepEqual(
    story.split('\n').filter((line) => line.length > 100),
    [],
    'lines wider than 100 columns',
  )
  assert.ok(!story.includes('\u001b'), 'no colour without a terminal')
  assert.equal(demo.errors(), '')
  assert.deepEqual(await demo.leftovers(), [])
})

/** The first command line of curl in a text, as a request. */
function readCurl(text: string): { url: string; form: URLSearchParams } {
  const [, url = '', rest = ''] = /curl -i (\S+)(.*?)\n *\n/s.exec(text) ?? []
  const form = new URLSearchParams()
  for (const [, name = '', value = ''] of rest.matchAll(/-d ([^=\s]+)=(\S+)/g)) form.set(name, value)
  assert.ok(form.has('password'), 'a command line of curl is printed')
  return { url, form }
}

test('a demo that stays up can be tried by hand as it says, until it is told to stop', limit, async (context) => {
  const demo = runDemo(context, '--stay')
  await demo.printed("Wherry's own log:")
  const { url, form } = readCurl(demo.output())
  const logIn = async (): Promise<number> => (await send(url, { body: form })).status
  assert.equal(await logIn(), 200, demo.output())
  await demo.printed('[legacy store] 1 query arrived')

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

test('a demo that is interrupted while it starts leaves nothing', limit, async (context) => {
  const demo = runDemo(context)
  await demo.printed('Both servers')
  demo.interrupt('SIGINT')
  assert.equal(await demo.ended, 130, demo.errors())
  assert.deepEqual(await demo.leftovers(), [])
})

test('an expectation that does not hold is told where it broke, and counted', () => {
  let told = ''
  const tell = createTeller((text) => (told += text), false)
  tell.chapter('One')
  tell.step({ who: 'ada', answer: '200', expected: { status: { got: 200, wanted: 200 } } })
  tell.step({
    who: 'alan',
    answer: '500',
    expected: { status: { got: 500, wanted: 200 }, queries: { got: 1, wanted: 1 } },
  })
  assert.equal(tell.held(), 2)
  assert.deepEqual(tell.broken(), ['1. One: alan: status should be 200 and is 500'])
  assert.match(told, /^ ✗ alan/m)
  assert.match(told, /status should be 200 and is 500/)
})
