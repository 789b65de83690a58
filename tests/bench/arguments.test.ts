import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ArgumentError, readArguments, usage } from '../../bench/arguments.ts'

const names = { all: ['login', 'tokens', 'start', 'neighbours'], comparable: ['login', 'tokens'] }

test('without arguments every scenario runs on this checkout', () => {
  const expected = { scenarios: names.all, long: false, attacks: [], against: undefined, help: false }
  assert.deepEqual(readArguments([], names), expected)
})

test('a comparison runs the scenarios that can be compared, each once', () => {
  assert.deepEqual(readArguments(['--against', 'HEAD~1'], names).scenarios, names.comparable)
  const { scenarios, against } = readArguments(['login', 'login', '--against', 'HEAD~1'], names)
  assert.deepEqual({ scenarios, against }, { scenarios: ['login'], against: 'HEAD~1' })
})

test('attacks are chosen for the scenario neighbours', () => {
  const args = ['neighbours', '--attack', 'flood', '--attack', 'sockets']
  assert.deepEqual(readArguments(args, names).attacks, ['flood', 'sockets'])
})

const refused: [string[], RegExp][] = [
  [['logins'], /no scenario "logins"\. Choose from: login, tokens, start, neighbours\./],
  [['start', '--against', 'HEAD'], /"start" cannot be compared with another commit\. Choose from: login, tokens\./],
  [['--against'], /argument missing/],
  [['--against', ''], /needs a commit/],
  [['--against', 'HEAD', '--long'], /--long does not apply/],
  [['login', '--attack', 'x'], /--attack applies to the scenario neighbours only/],
  [['--commit', 'HEAD'], /Unknown option '--commit'/],
]

for (const [args, message] of refused)
  test(`"${args.join(' ')}" is refused with a clear message`, () => {
    assert.throws(
      () => readArguments(args, names),
      (error) => error instanceof ArgumentError && message.test(error.message),
    )
  })

test('the usage text names every option and scenario', () => {
  for (const word of [...names.all, '--long', '--attack', '--against']) assert.ok(usage(names).includes(word), word)
})
