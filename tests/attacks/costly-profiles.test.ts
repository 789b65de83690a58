// Profiles of a legacy store that cost its script little to return, and the server much to compare or to show.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { removeSecrets } from '../../src/migration/remove-secrets.ts'
import { withPicture } from '../../src/users/default-picture.ts'
import { callsOf } from '../support/calls-of.ts'

describe('a profile of many members, and a password that takes time to normalize', () => {
  const members = Object.fromEntries(Array.from({ length: 8000 }, (_, nth) => [`member ${nth}`, [`value ${nth}`, nth]]))
  const typed = 'e\u0301'.repeat(250)
  const marks = `aA1-${'\u0307\u0323'.repeat(250)}`
  const dropped = (object: JsonObject, typed_password: string): string[] => {
    const changes = { path: '', typed_password, dropped: [] as { path: string; why: string }[] }
    removeSecrets(object, changes)
    return changes.dropped.map(({ path }) => path)
  }

  test('have it normalized once, and few of them [guard: typed-normalized-once]', (t) => {
    const given = { ...members, same: ['\u00e9'.repeat(250)] }
    const normalized = callsOf(t, 'normalize')
    const found = dropped(given, typed)
    t.mock.restoreAll()
    assert.deepEqual(found, ['same.[0]'])
    assert.equal(normalized.filter((text) => text === typed).length, 1)
    assert.ok(normalized.length <= 2, String(normalized.length))
  })

  test('have no text with many combining marks normalized [guard: many-marks]', (t) => {
    const others = Array.from({ length: 100 }, () => `aA1-${'\u0323\u0307'.repeat(250)}`)
    const given = { ...members, others, short: 'e\u0301', other: 'a'.repeat(500) }
    const normalized = callsOf(t, 'normalize')
    const found = [dropped(given, marks), dropped(given, 'e\u0301')]
    t.mock.restoreAll()
    assert.deepEqual(found, [others.map((_, nth) => `others.[${nth}]`), ['short']])
    assert.deepEqual(
      normalized.filter((text) => text.length > 200 && /\p{M}/u.test(text)),
      [],
    )
  })
})

test('the picture of a user is made of the beginning of a long name [guard: picture-of-long-name]', (t) => {
  const normalized = callsOf(t, 'normalize')
  const { picture } = withPicture({
    email: 'ada@x.example',
    name: `Ada Lovelace${'\u0307\u0323'.repeat(1000)}`,
    picture: null,
  })
  t.mock.restoreAll()
  assert.match(picture ?? '', /avatars%2Fal\.png$/)
  assert.ok(normalized.length > 0 && normalized.every((text) => text.length <= 100))
})
