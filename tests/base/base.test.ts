import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createBackground } from '../../src/base/background.ts'
import { canonicalIdentifier } from '../../src/base/canonical-identifier.ts'
import { systemClock } from '../../src/base/clock.ts'
import { digestBytes, hasDigest, digestText } from '../../src/base/digest.ts'
import {
  newClientId,
  newHexId,
  newLogId,
  newPrefixedId,
  newSecret,
  newTicketSecret,
  randomAlphanumeric,
} from '../../src/base/ids.ts'
import { isJsonObject } from '../../src/base/json.ts'
import { readCheckpoint, writeCheckpoint } from '../../src/base/page.ts'
import { suggestName } from '../../src/base/suggest-name.ts'

test('the canonical form of an identifier is trimmed, NFKC and lower case', () => {
  const forms: [string, string][] = [
    ['  Ana@Example.COM \t', 'ana@example.com'],
    ['cafe\u0301@x.test', 'caf\u00e9@x.test'],
    ['ﬁsh@x.test', 'fish@x.test'],
    ['ＡＮＡ@x.test', 'ana@x.test'],
    ['\u212aate', 'kate'], // the Kelvin sign
  ]
  for (const [typed, canonical] of forms) assert.equal(canonicalIdentifier(typed), canonical)
})

test('look-alikes that a legacy collation treats as equal stay different', () => {
  for (const [one, other] of [
    ['mıke@x.test', 'mike@x.test'], // dotless i
    ['straße@x.test', 'strasse@x.test'],
    ['ana@x.test', 'аna@x.test'], // Cyrillic a
    ['jose@x.test', 'josé@x.test'],
  ] as const) {
    assert.notEqual(canonicalIdentifier(one), canonicalIdentifier(other))
  }
})

test('the canonical form of a canonical form is itself, for every character', () => {
  const unstable: string[] = []
  for (let point = 0; point <= 0x10_ffff; point += 1) {
    if (point >= 0xd800 && point <= 0xdfff) continue
    const canonical = canonicalIdentifier(`a${String.fromCodePoint(point)}b`)
    if (canonicalIdentifier(canonical) !== canonical) unstable.push(point.toString(16))
  }
  assert.deepEqual(unstable, [])
})

test('ids have their documented form and do not repeat', () => {
  const forms: [() => string, RegExp][] = [
    [newHexId, /^[0-9a-f]{24}$/],
    [() => newPrefixedId('con'), /^con_[A-Za-z0-9]{16}$/],
    [newClientId, /^[A-Za-z0-9]{32}$/],
    [newSecret, /^[A-Za-z0-9_-]{64}$/],
    [newTicketSecret, /^[A-Za-z0-9]{32}$/],
    [() => newLogId(Date.now()), /^900\d{17}\d{36}$/],
  ]
  for (const [make, form] of forms) {
    const made = Array.from({ length: 500 }, make)
    for (const id of made) assert.match(id, form)
    assert.equal(new Set(made).size, 500)
  }
})

test('random letters and digits are evenly distributed', () => {
  const counts = new Map<string, number>()
  for (const character of randomAlphanumeric(62_000)) counts.set(character, (counts.get(character) ?? 0) + 1)
  assert.equal(counts.size, 62)
  // 1,000 of each are expected, with a standard deviation of 31.
  for (const [character, count] of counts) assert.ok(count > 790 && count < 1210, `${character} came ${count} times`)
})

test('ids of log events sort by time', () => {
  const moments = [0, 1, 999, 1000, 1_700_000_000_000, 1_700_000_000_001, 4_102_444_800_000]
  const ids = moments.map((at) => newLogId(at))
  assert.deepEqual([...ids].sort(), ids)
})

test('a digest is SHA-256 in the form of addresses', () => {
  assert.equal(digestText('abc'), 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
})

test('a secret has one digest', () => {
  const digest = digestBytes('abc')
  assert.equal(hasDigest('abc', digest), true)
  for (const other of ['', 'ab', 'abcd', 'abd', 'ABC']) assert.equal(hasDigest(other, digest), false)
})

test('a checkpoint is read back, and anything else is refused', () => {
  assert.deepEqual(readCheckpoint(writeCheckpoint(1_700_000_000_000, 'id "ü🛶')), {
    at: 1_700_000_000_000,
    id: 'id "ü🛶',
  })
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  for (const text of [
    '',
    'x',
    '{}',
    encode(null),
    encode({}),
    encode([]),
    encode([1]),
    encode([1, 2]),
    encode(['1', 'a']),
    encode([1.5, 'a']),
    encode([2 ** 60, 'a']),
  ]) {
    assert.equal(readCheckpoint(text), undefined, text)
  }
})

test('a JSON object is neither null nor an array', () => {
  assert.equal(isJsonObject({}), true)
  for (const value of [null, undefined, [], 'text', 1, true]) assert.equal(isJsonObject(value), false)
})

test('background work logs failures, and is drained when none is running, later work included', async () => {
  const lines: object[] = []
  const log = { debug() {}, info() {}, warn() {}, error: (fields: object) => void lines.push(fields) }
  const background = createBackground(log)
  const done: string[] = []
  background.run('first', async () => {
    await sleep(20)
    background.run('second', async () => {
      await sleep(20)
      done.push('second')
    })
    done.push('first')
  })
  const broken = new Error('broken')
  background.run('failing', async () => {
    throw broken
  })
  background.run('failing at once', () => {
    throw broken
  })
  await background.drained()
  assert.deepEqual(done, ['first', 'second'])
  assert.deepEqual(lines, [
    { work: 'failing at once', err: broken },
    { work: 'failing', err: broken },
  ])
  await background.drained()
})

test('the system clock gives epoch milliseconds', () => {
  const before = Date.now()
  const now = systemClock.now()
  assert.ok(now >= before && now <= Date.now())
})

test('a mistyped name suggests the closest known one, and none where a third of its characters or more than four differ', () => {
  const known = ['serve', 'tenants list', 'tenants create']
  const cases: [string, string | undefined][] = [
    ['sevre', 'serve'],
    ['tenants lsit', 'tenants list'],
    ['tenant craete', 'tenants create'],
    ['tenants destroy', undefined],
    ['sxxxe', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ]
  for (const [mistyped, meant] of cases) assert.equal(suggestName(mistyped, known), meant, mistyped.slice(0, 20))
  assert.equal(suggestName('serve', []), undefined)
})
