import assert from 'node:assert/strict'
import { test } from 'node:test'
import { valueUses } from '../../dashboard/src/scripting/value-uses.ts'

const found = (source: string) => {
  const { uses, is_complete } = valueUses('configuration', [{ script: 'login', source }])
  return [uses.map(({ name, line }) => `${name}:${line}`), is_complete]
}

test('the values that a script reads are found with their lines', () => {
  assert.deepEqual(found("function login() {\n  a(configuration.HOST)\n  b(configuration['MAIL KEY'])\n}"), [
    ['HOST:2', 'MAIL KEY:3'],
    true,
  ])
  assert.deepEqual(found('\nconst { URL, KEY: key = 1 } = configuration'), [['URL:2', 'KEY:2'], true])
  assert.deepEqual(found('configuration?.URL // configuration.OLD\n/* configuration.OLDER */'), [['URL:1'], true])
})

test('the secrets that an action reads are found likewise', () => {
  const source = "run(event.secrets.KEY, event . secrets['B'])\nconst { C } = event.secrets\nevent.secretsOf.D"
  const { uses, is_complete } = valueUses('event.secrets', [{ script: 'action', source }])
  assert.deepEqual([uses.map(({ name, line }) => `${name}:${line}`), is_complete], [['KEY:1', 'B:1', 'C:2'], true])
})

test('a script that computes a name, or passes all values on, may read any', () => {
  assert.deepEqual(found('open(configuration[name], configuration.URL)'), [['URL:1'], false])
  assert.deepEqual(found('connect(configuration)'), [[], false])
})

test('the search of the longest script takes no longer than a moment, whatever it says', () => {
  for (const part of ['/*', '{', 'configuration', 'configuration   ', '} = ', 'configuration.A\n', '//']) {
    const started = performance.now()
    valueUses('configuration', [{ script: 'login', source: part.repeat(100_000 / part.length) }])
    assert.ok(performance.now() - started < 2000, part)
  }
})
