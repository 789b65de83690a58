// The export files of products, made by their tools or as their documentation describes them: users, states and hashes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DirectoryEntry } from '../../src/migration/directory/directory-entry.ts'
import { entriesOf, fileOf, malformed, readFile, requirePassword, seen_at } from './directory-reading.ts'

test('of Auth0: users of its database with their ids, users of other providers, and the hashes that its support sends', async () => {
  const [ada, eve, lin] = await readFile('auth0-users.ndjson', 'auth0')
  assert.deepEqual(ada, {
    line: 1,
    legacy_id: '60425dc43519d90068f82973',
    email: 'ada@example.org',
    username: 'ada',
    email_verified: true,
    last_activity_at: seen_at + 456,
    disabled: false,
    profile: {
      given_name: 'Ada',
      family_name: 'Lovelace',
      name: 'Ada Lovelace',
      user_metadata: { theme: 'dark' },
      app_metadata: { roles: ['admin'] },
    },
    problems: [],
  })
  assert.deepEqual(eve?.problems, ['other_provider'])
  assert.deepEqual([lin?.legacy_id, lin?.disabled, lin?.problems], ['60425dc43519d90068f82999', true, []])
  const hashes = await readFile('auth0-hashes.ndjson', 'auth0')
  assert.equal(hashes[0]?.legacy_id, 'auth0|60425dc43519d90068f82973')
  await requirePassword(hashes[0], 'password')
  const as_array = `[${fileOf('auth0-hashes.ndjson').toString().trim().replace('\n', ',\n')}]`
  assert.deepEqual(await entriesOf(as_array, { format: 'auth0' }), hashes)
})

test('of Firebase: the same users as JSON and as CSV, with hashes where the parameters of the project are given', async () => {
  const firebase = {
    signer_key: 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
    salt_separator: 'Bw==',
    rounds: 8,
    mem_cost: 14,
  }
  const users = await readFile('firebase-users.json', 'firebase', { firebase })
  const [one, two] = users
  await requirePassword(one, 'user1password')
  assert.deepEqual(
    [one?.legacy_id, one?.phone_number, one?.last_activity_at, one?.profile],
    [
      'pDwUZ8TkqvTTTnyBlmUZtqyu0tB3',
      '+4915112345678',
      seen_at + 456,
      { name: 'User, One', picture: 'https://example.org/1.png', app_metadata: { role: 'admin' } },
    ],
  )
  assert.deepEqual([two?.disabled, two?.email_verified, two?.hash], [true, false, undefined])
  const of_csv = await readFile('firebase-users.csv', 'firebase', { firebase })
  const withoutLine = ({ line: _line, ...entry }: DirectoryEntry) => entry
  assert.deepEqual(of_csv.map(withoutLine), users.map(withoutLine))
  assert.equal((await readFile('firebase-users.json', 'firebase'))[0]?.hash, undefined)
})

test('of Cognito: the attributes of list-users, and the columns of CSV', async () => {
  const [ada, eve] = await readFile('cognito-users.json', 'cognito')
  assert.deepEqual(ada, {
    line: 3,
    legacy_id: '1f6b2d3c-6e1a-4d5b-9c77-2b6c1a9f0d11',
    email: 'ada@example.org',
    username: 'ada',
    phone_number: '+4915112345678',
    email_verified: true,
    disabled: false,
    profile: { given_name: 'Ada', app_metadata: { plan: 'gold' } },
    problems: [],
  })
  assert.deepEqual([eve?.disabled, eve?.problems], [true, ['other_provider']])
  const [of_csv] = await readFile('cognito-users.csv', 'cognito')
  assert.deepEqual(
    [of_csv?.legacy_id, of_csv?.email, of_csv?.email_verified, of_csv?.profile?.['app_metadata']],
    ['ada', 'ada@example.org', true, { plan: 'gold' }],
  )
})

test('of Okta: the pages of its API one after the other', async () => {
  const [ada, bo, eve] = await readFile('okta-users.json', 'okta')
  assert.deepEqual(
    [ada?.legacy_id, ada?.username, ada?.email_verified, ada?.last_activity_at, ada?.disabled],
    ['00u1ero7vZFVEIYLWPBN', 'ada', true, seen_at, false],
  )
  assert.deepEqual([bo?.username, bo?.disabled], [undefined, true])
  assert.deepEqual([eve?.line, eve?.problems], [2, ['other_provider']])
  const locked =
    'id,status,login,email\n1,LOCKED_OUT,cy@example.org,cy@example.org\n2,STAGED,dee@example.org,dee@example.org\n'
  const [cy, dee] = await entriesOf(locked, { format: 'okta' })
  // A lock after failed logins ends by itself.
  assert.deepEqual([cy?.disabled, cy?.email_verified, dee?.email_verified], [false, true, false])
})

test('of Keycloak: the users of a realm, in one file or several, with credentials of all its versions', async () => {
  const users = await readFile('keycloak-realm.json', 'keycloak')
  assert.deepEqual(
    users.map(({ username, disabled }) => [username, disabled]),
    [
      ['ada', false],
      ['user1', true],
    ],
  )
  await requirePassword(users[0], 'alice-password')
  await requirePassword(users[1], 'user1')
  const parts = Buffer.concat([fileOf('keycloak-users-0.json'), fileOf('keycloak-users-1.json')])
  const ids = (await entriesOf(parts, { format: 'keycloak' })).map(({ legacy_id }) => legacy_id)
  assert.deepEqual(
    ids,
    users.map(({ legacy_id }) => legacy_id),
  )
})

test('of Supabase: the table auth.users as CSV and as JSON, without anonymous users', async () => {
  const [ada, bo, ...more] = await readFile('supabase-users.csv', 'supabase')
  assert.deepEqual(more, [])
  await requirePassword(ada, 'password')
  assert.deepEqual(
    [ada?.phone_number, ada?.email_verified, ada?.last_activity_at, ada?.profile?.['name']],
    ['+4915112345678', true, seen_at + 456, 'Ada Lovelace'],
  )
  assert.deepEqual([bo?.disabled, bo?.email_verified, bo?.problems], [true, false, ['other_provider']])
  const [of_json] = await readFile('supabase-users.json', 'supabase')
  await requirePassword(of_json, 'password')
  assert.equal(of_json?.last_activity_at, seen_at + 456)
})

test('of WordPress: users of WP-CLI, and the table of users in a dump that mariadb-dump wrote', async () => {
  const users = await readFile('wordpress-users.csv', 'wordpress')
  await requirePassword(users[0], 'test12345')
  await requirePassword(users[1], 'admin')
  assert.deepEqual(
    [users[0]?.legacy_id, users[0]?.username, users[0]?.profile],
    ['1', 'ada', { name: 'Ada "Countess" Lovelace' }],
  )
  const dumped = await readFile('wordpress-dump.sql', 'wordpress')
  assert.deepEqual(
    dumped.map(({ username, disabled, profile }) => [username, disabled, profile?.['name']]),
    [
      ['ada', false, 'Ada "Countess" Lovelace; O\'Hara\\'],
      ['bo', false, 'Bo'],
      ['spammer', true, 'Jörg (spam),'],
    ],
  )
  await requirePassword(dumped[0], 'test12345')
  const cut = fileOf('wordpress-dump.sql').toString().split('spammer')[0] ?? ''
  assert.match(await malformed(cut, { format: 'wordpress' }), /the file ends inside a statement: it was cut off/)
})

test('of OpenLDAP and Active Directory: people by the id of the templates, with locks, times and hashes', async () => {
  const [ada, joerg, ...more] = await readFile('openldap.ldif', 'ldif')
  assert.deepEqual(more, [])
  await requirePassword(ada, 'test123')
  assert.deepEqual(
    [ada?.legacy_id, ada?.email, ada?.phone_number, ada?.last_activity_at, ada?.disabled],
    ['1f6b2d3c-6e1a-103f-9c77-2b6c1a9f0d11', 'ada@example.org', '+4915112345678', seen_at, false],
  )
  // A plain password is never kept.
  assert.deepEqual([joerg?.profile?.['name'], joerg?.disabled, joerg?.hash], ['Jörg', true, undefined])
  const [of_ad, bo, ...computers] = await readFile('active-directory.ldif', 'ldif')
  assert.deepEqual(computers, [])
  assert.deepEqual(
    [of_ad?.legacy_id, of_ad?.username, of_ad?.last_activity_at, of_ad?.disabled],
    ['cedb2233-f282-4156-8cec-9f33492d1dcc', 'ada', seen_at, false],
  )
  assert.equal(bo?.disabled, true)
  const by_uid = { columns: { legacy_id: 'uid' } }
  assert.equal((await readFile('openldap.ldif', 'ldif', by_uid))[0]?.legacy_id, 'ada')
})
