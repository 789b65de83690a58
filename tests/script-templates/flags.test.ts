// Flags of users: the reader of the module `legacy-store`, and what the templates make of them.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { openDirectory } from './ldap-template-cases.ts'
import { startScriptSandbox } from './script-caller.ts'

const { isTrue } = createRequire(import.meta.url)('../../sandbox-runtime/legacy-store/flags.cjs') as {
  isTrue: (value: unknown, name?: string) => boolean
}
const bytes = (text: string): Buffer => Buffer.from(text)

const no = [
  false,
  0,
  0n,
  '0',
  '0.0',
  ' ',
  null,
  undefined,
  'FALSE',
  'f',
  'N ',
  'no',
  'nein',
  'Off',
  '0000-00-00 00:00:00',
]
const yes = [true, 1, 1n, -1, '1', '1.0', 'TRUE', 't', ' Y', 'yes', 'J', 'on', '2024-05-01', '2024-05-01T10:00:00.000Z']
const flags: [name: string | undefined, no: unknown[], yes: unknown[]][] = [
  [undefined, [...no, bytes('\0'), bytes('0'), bytes('N'), bytes('')], [...yes, bytes('\x01'), bytes('1'), bytes('Y')]],
  [undefined, [new Date(Number.NaN)], [new Date(0), 2, 1714550400, bytes('20240501100000')]],
  ['active', [...no, 'inactive', 'Disabled', 'banned', 'blocked', bytes('suspended')], [...yes, 'active', 'ENABLED']],
  ['blocked', no, [...yes, 'blocked', 'Banned', 'locked', 'suspended']],
  ['email_verified', [...no, 'unverified'], [...yes, 'verified', 'confirmed']],
]

test('a flag is read in each form in which a store keeps it', () => {
  for (const [name, is_false, is_true] of flags) {
    for (const value of is_false) assert.equal(isTrue(value, name), false, `${name} ${String(value)}`)
    for (const value of is_true) assert.equal(isTrue(value, name), true, `${name} ${String(value)}`)
  }
})

test('a flag of an unknown form is an error that does not quote it [guard: unknown-flags-refused]', () => {
  const unknown: [name: string, value: unknown, form: string][] = [
    ['active', 'S3cret', 'a text of 6 characters'],
    ['active', 2, 'a number'],
    ['active', bytes('ab'), '2 bytes'],
    // Who is "active" or "disabled" here, the user or the block?
    ['blocked', 'active', 'a text of 6 characters'],
    ['blocked', 'disabled', 'a text of 8 characters'],
    ['blocked', {}, 'an object'],
    ['blocked', [], 'a list'],
    ['email_verified', 'pending', 'a text of 7 characters'],
    ['email_verified', Number.NaN, 'a number'],
    ['constructor', 'active', 'a text of 6 characters'],
  ]
  for (const [name, value, form] of unknown) {
    const message = `${name} is neither true nor false in a form that is known, but ${form}: store a boolean, or 0 or 1`
    assert.throws(() => isTrue(value, name), { name: 'Error', message })
  }
})

test('each attribute with which a directory locks users blocks them [guard: directory-locks-read]', async () => {
  const person = 'objectClass: lockablePerson'
  const directory = await openDirectory({
    ada: [
      person,
      'nsAccountLock: false',
      'loginDisabled: FALSE',
      'lockedByIntruder: FALSE',
      'accountUnlockTime: 20200101000000Z',
    ],
    ben: [person, 'nsAccountLock: true'],
    cem: [person, 'loginDisabled: TRUE'],
    dan: [person, 'nsAccountLock: for a while'],
    eve: [person, 'lockedByIntruder: TRUE'],
    fay: [person, 'accountUnlockTime: 21000101000000Z'],
    gus: [person, 'accountUnlockTime: 19700101000000Z'],
  })
  const sandbox = startScriptSandbox()
  try {
    const scripts = await sandbox.connect('ldap', directory.settings)
    const results = []
    for (const name of ['ada', 'ben', 'cem', 'dan', 'eve', 'fay', 'gus']) {
      const both = [await scripts.login(name, 'test123'), await scripts.getUser(name)]
      results.push(both.map(({ profile, error }) => error?.name ?? profile?.['blocked'] ?? profile?.['username']))
      const wrong = await scripts.login(name, 'wrong')
      assert.equal(wrong.error?.name, 'WrongUsernameOrPasswordError')
    }
    const blocked = [true, true]
    assert.deepEqual(results, [['ada', 'ada'], blocked, blocked, ['Error', 'Error'], blocked, blocked, blocked])
  } finally {
    await sandbox.close()
    await directory.stop()
  }
})
