import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject, JsonValue } from '../../src/base/json.ts'
import type { ConnectionOptions } from '../../src/contract/connection-options.ts'
import { readLegacyProfile, type LegacyProfile } from '../../src/migration/legacy-profile.ts'
import { describeChanges } from '../../src/migration/profile-changes.ts'

const buffer = (...data: number[]): JsonValue => ({ type: 'Buffer', data })
const text = (written: string): JsonValue => buffer(...Buffer.from(written))

function read(fields: JsonObject, typed?: string, options: ConnectionOptions = {}): LegacyProfile {
  const result = readLegacyProfile({ user_id: '7', email: 'ada@legacy.example', ...fields }, options, typed)
  if ('problem' in result) throw new Error(`${result.problem.field} ${result.problem.message}`)
  return result.profile
}

function problem(fields: JsonObject, options: ConnectionOptions = {}): string {
  const result = readLegacyProfile({ user_id: '7', email: 'ada@legacy.example', ...fields }, options)
  assert.ok('problem' in result, JSON.stringify(fields))
  return `${result.problem.field} ${result.problem.message}`
}

const set: [string, JsonValue][] = [
  ['true', true],
  ['1', 1],
  ['2', 2],
  ['-1, as Access and Visual Basic store it', -1],
  ["'1'", '1'],
  ["'2'", '2'],
  ["'Y'", 'Y'],
  ["'yes'", 'yes'],
  ["'TRUE'", 'TRUE'],
  ["'t'", 't'],
  ['a CHAR(5) with yes', 'yes  '],
  ['the buffer of BIT(1)', buffer(1)],
  ['the buffer of BIT(16)', buffer(1, 0)],
  ['the bit as a text', '\u0001'],
  ['a BINARY(1) with Y', text('Y')],
  ['a BINARY(1) with 1', text('1')],
  ['a time', '2021-03-04T05:06:07.000Z'],
  ['a time as MySQL writes it', '2021-03-04 05:06:07'],
  ['a time as PostgreSQL writes it', '2021-03-04 05:06:07.123+02'],
  ['a day', '2021-03-04'],
  ['epoch seconds', 1_600_000_000],
]
const unset: [string, JsonValue | undefined][] = [
  ['false', false],
  ['0', 0],
  ["'0'", '0'],
  ["'false'", 'false'],
  ["'FALSE'", 'FALSE'],
  ["'no'", 'no'],
  ["'N'", 'N'],
  ["'f'", 'f'],
  ["''", ''],
  ['blanks', '   '],
  ['null', null],
  ['absent', undefined],
  ['a zero buffer', buffer(0)],
  ['a longer zero buffer', buffer(0, 0, 0)],
  ['an empty buffer', buffer()],
  ['the zero bit as a text', '\u0000'],
  ['a BINARY(1) with N', text('N')],
  ['a bit string of PostgreSQL', '00000000'],
  ['the zero date of MySQL', '0000-00-00 00:00:00'],
]
const unknown: [string, JsonValue][] = [
  ["'maybe'", 'maybe'],
  ["'active'", 'active'],
  ["'off'", 'off'],
  ["'2021'-like words", '2021-99-99'],
  ['an object', { since: 1 }],
  ['an array', [true]],
  ['an empty array', []],
  ['a buffer of another text', text('maybe')],
  ['a buffer of no text', buffer(255)],
]

describe('a flag is read as people store it', () => {
  for (const [name, value] of set) {
    test(`${name} is true`, () => {
      const profile = read({ blocked: value, email_verified: value, phone_number: '+4930', phone_verified: value })
      assert.deepEqual([profile.blocked, profile.email_verified, profile.phone_verified], [true, true, true])
    })
  }
  for (const [name, value] of unset) {
    test(`${name} is false`, () => {
      const given = value === undefined ? {} : { blocked: value, email_verified: value, phone_verified: value }
      const profile = read({ phone_number: '+4930', ...given })
      assert.deepEqual([profile.blocked, profile.email_verified, profile.phone_verified], [false, false, false])
    })
  }
  for (const [name, value] of unknown) {
    test(`${name} refuses the profile, and the message names the field [guard: unknown-flag-refused]`, () => {
      for (const field of ['blocked', 'email_verified', 'phone_verified']) {
        assert.match(problem({ [field]: value }), new RegExp(`^${field} is neither true nor false`))
      }
    })
  }
  test('what was no boolean is named as converted', () => {
    const { changes } = read({ blocked: buffer(0), email_verified: 'Y', phone_verified: 1 })
    assert.deepEqual(describeChanges(changes), { converted: ['email_verified', 'blocked'] })
  })
})

describe('ids', () => {
  test('an id with blanks around it, as CHAR(n) has, is trimmed', () => {
    assert.equal(read({ user_id: '42        ' }).legacy_id, '42')
    assert.equal(read({ user_id: ' auth0|42 ' }, undefined, { id_namespace: 'shop' }).legacy_id, 'shop|42')
  })
  test('blanks within, only blanks, and binary ids are refused with the reason', () => {
    assert.match(problem({ user_id: '4 2' }), /^user_id holds white space/)
    assert.match(problem({ user_id: '   ' }), /^user_id is empty/)
    assert.match(problem({ user_id: buffer(1, 2) }), /^user_id .* binary: the script must return it as text/)
  })
})

describe('identifiers', () => {
  test('an empty username is none', () => {
    for (const username of ['', '   ', '\t', '\u00a0', '\u0000\u0000', text('  ')]) {
      assert.equal(read({ username }).username, null, JSON.stringify(username))
    }
    assert.match(problem({ email: '  ', username: '   ' }), /^email is missing/)
    assert.match(problem({ username: '   ' }, { requires_username: true }), /^username is missing/)
  })
  test('a padded username and an address in odd case are in the stored form, which is no change to name', () => {
    const profile = read({ username: 'Ada       ', email: ' ADA@Legacy.Example ' })
    assert.deepEqual([profile.username, profile.email], ['ada', 'ada@legacy.example'])
    assert.equal(describeChanges(profile.changes), undefined)
  })
  test('the bytes of a VARBINARY column are read as UTF-8', () => {
    const profile = read({ username: text('Zoë'), email: text('zoe@legacy.example'), name: buffer(0xff, 0xfe) })
    assert.deepEqual([profile.username, profile.email, profile.name], ['zoë', 'zoe@legacy.example', null])
    assert.deepEqual(describeChanges(profile.changes), { dropped: ['name'], converted: ['email', 'username'] })
  })
})

describe('sizes', () => {
  test('a member over the limit is dropped alone', () => {
    const profile = read({ avatar: buffer(...Buffer.alloc(40 * 1024, 200)), plan: 'gold', seats: 5 })
    assert.deepEqual(profile.extra, { plan: 'gold', seats: 5 })
    assert.deepEqual(describeChanges(profile.changes), { dropped: ['avatar'] })
  })
  test('a long picture or phone number is dropped whole', () => {
    const picture = `data:image/png;base64,${'iVBORw0KGgo'.repeat(4000)}`
    const profile = read({ picture, phone_number: '+1'.padEnd(3000, '0'), phone_verified: true, nickname: 'ada' })
    assert.deepEqual(
      [profile.picture, profile.phone_number, profile.phone_verified, profile.nickname],
      [null, null, false, 'ada'],
    )
    assert.deepEqual(describeChanges(profile.changes)?.dropped?.toSorted(), ['phone_number', 'picture'])
  })
  test('a long name is cut between characters and named as cut', () => {
    const profile = read({ name: `a${'🛶'.repeat(2000)}` })
    assert.equal(profile.name, `a${'🛶'.repeat(1023)}`)
    assert.deepEqual(describeChanges(profile.changes), { cut: ['name'] })
  })
  test('at most 50 names of each kind are kept, each with at most 100 characters', () => {
    const many = Object.fromEntries(Array.from({ length: 80 }, (_, at) => [`${'x'.repeat(200)}${at}_token`, 'x']))
    const { dropped } = describeChanges(read(many).changes) ?? {}
    assert.deepEqual(dropped, ['x'.repeat(100)])
    const odd = Object.fromEntries(Array.from({ length: 80 }, (_, at) => [`k${at}_token`, 'x']))
    assert.equal(describeChanges(read(odd).changes)?.dropped?.at(-1), 'and 30 more')
  })
})

describe('metadata as JSON text', () => {
  test('is read like an object and named as converted', () => {
    const profile = read({
      user_metadata: '{"theme": "dark"}',
      metadata: text('{"plan": "gold", "seats": 1}'),
      app_metadata: { seats: 2 },
    })
    assert.deepEqual(profile.user_metadata, { theme: 'dark' })
    assert.deepEqual(profile.app_metadata, { plan: 'gold', seats: 2 })
    assert.deepEqual(describeChanges(profile.changes), { converted: ['user_metadata', 'metadata'] })
  })
  test('that holds no object is dropped and named, an empty one is nothing', () => {
    const profile = read({ user_metadata: '[1]', app_metadata: '{broken', metadata: '' })
    assert.deepEqual([profile.user_metadata, profile.app_metadata], [{}, {}])
    assert.deepEqual(describeChanges(profile.changes), { dropped: ['user_metadata', 'app_metadata'] })
  })
  test('that grows beyond 256 KiB when it is written again is dropped', () => {
    const profile = read({ user_metadata: `{"numbers":[${'1e20,'.repeat(40_000)}0]}` })
    assert.deepEqual(profile.user_metadata, {})
    assert.deepEqual(describeChanges(profile.changes)?.dropped, ['user_metadata'])
  })
})

describe('secrets', () => {
  const typed = 'what was typed'
  const hash = '$2b$10$C6UzMDM.H6dfI/f/IKcEeOuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu'

  test('are removed at every depth, and named by their path [guard: nested-secrets]', () => {
    const profile = read(
      {
        legacy: { password_hash: 'x', pwd: typed, city: 'Berlin', older: [{ Salt: 'y', at: 1 }, hash] },
        app_metadata: { old: { password: 'z', plan: 'gold' }, roles: ['a', null] },
        user_metadata: '{"prefs": {"apiKey": "k", "theme": "dark"}}',
      },
      typed,
    )
    assert.deepEqual(profile.extra, { legacy: { city: 'Berlin', older: [{ at: 1 }] } })
    assert.deepEqual(profile.app_metadata, { old: { plan: 'gold' }, roles: ['a', null] })
    assert.deepEqual(profile.user_metadata, { prefs: { theme: 'dark' } })
    assert.deepEqual(describeChanges(profile.changes), {
      dropped: [
        'user_metadata.prefs.apiKey',
        'app_metadata.old.password',
        'legacy.password_hash',
        'legacy.pwd',
        'legacy.older.[0].Salt',
        'legacy.older.[1]',
      ],
      converted: ['user_metadata'],
    })
  })

  test('what was typed is removed under any name, in any form [guard: typed-password-in-profile]', () => {
    const kept = { a: 'what was', b: 'WHAT WAS TYPED' }
    const forms = { c: typed, d: `${typed}   `, e: [typed], f: { g: text(typed) }, h: `{"i":"${typed}"}` }
    const profile = read({ ...kept, ...forms, j: { [typed]: 1 } }, typed)
    assert.equal(JSON.stringify(profile.extra).includes(typed), false)
    assert.deepEqual(profile.extra, { ...kept, e: [], f: {}, h: '{}', j: {} })
    assert.equal(JSON.stringify(profile.changes).includes(typed), false)
    assert.equal(read({ pin: 123_456 }, '123456').extra['pin'], undefined)
    assert.equal(read({ word: 'cafe\u0301' }, 'caf\u00e9').extra['word'], undefined)
  })

  test('within JSON texts are removed, other texts stay as they were', () => {
    const kept = '{ "city" : "Berlin" }'
    const profile = read({ address: kept, raw: '{"password":"x","city":"Berlin"}', motto: '[not json', css: '{a} b' })
    assert.deepEqual(profile.extra, { address: kept, raw: '{"city":"Berlin"}', motto: '[not json', css: '{a} b' })
    assert.deepEqual(describeChanges(profile.changes), { dropped: ['raw.password'] })
  })

  test('a JSON text that is deep, or names a prototype, does no harm', () => {
    const profile = read({
      deep: `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      proto: '{"__proto__": {"admin": true}, "token": "x", "kept": 1}',
    })
    assert.equal(profile.extra['proto'], '{"kept":1}')
    assert.equal(JSON.stringify(profile.extra).length < 1000, true)
  })

  test('a hash in the place of a name is dropped', () => {
    const profile = read({ nickname: hash, name: '{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=' })
    assert.deepEqual([profile.nickname, profile.name], [null, null])
    assert.deepEqual(describeChanges(profile.changes), { dropped: ['name', 'nickname'] })
  })

  const secret_names =
    'password passwd pwd pass user_pass user-pass PassWord password_hash passwordHash hashed_password encryptedPassword crypted_password hash pwhash Hash2 salt SALT passwordsalt salt_hex secret client_secret clientSecret secretData totp_secret token rememberToken remember_token accesstoken reset-token pepper private_key apiKey api_key loginkey _two_factor_totp_key two_factor_recovery_codes backupCodes SecurityStamp security_answer mfa_factors kennwort motDePasse'
  test('are known by the words of a name', () => {
    for (const name of secret_names.split(' ')) {
      assert.deepEqual(read({ outer: { [name]: 'x' } }).extra, { outer: {} }, name)
    }
  })
  test('words that only begin like one are kept, and so are flags', () => {
    const kept = {
      hashtag: '#wherry',
      hashtags: ['#a'],
      secretary: 'Bob',
      secretariat: 'x',
      salted_fish: 'y',
      tokenizer: 'z',
      hash_rate: 5,
      passenger: 'p',
      passport: 'q',
      compass: 'r',
      keyboard: 's',
      monkey: 't',
      bypass: 'u',
      has_password: true,
      password: null,
    }
    assert.deepEqual(read({ outer: kept }).extra, { outer: kept })
  })
})
