// The formats of legacy directories: dialects, encodings, and what is refused with its line.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DirectoryFormat, DirectoryFormatOptions } from '../../src/contract/directory-format.ts'
import type { DirectoryEntry } from '../../src/migration/directory/directory-entry.ts'
import { checkFormatOptions } from '../../src/migration/directory/directory-formats.ts'
import { readPage } from '../../src/migration/directory/read-page.ts'
import { entriesOf, fileOf, malformed, refusalOf, requirePassword, seen_at } from './directory-reading.ts'

describe('a CSV file', () => {
  const header = ['id', 'email', 'first name', 'last_login', 'blocked']
  const people = Array.from({ length: 100 }, (_, nth) => [
    `${nth + 1}`,
    `jörg${nth}@example.org`,
    nth % 3 === 0 ? `Jörg, "der"\nzweite; ${nth}` : `Jörg ${nth}`,
    '2026-03-01 10:20:30',
    nth % 2 === 0 ? 'true' : 'false',
  ])
  const write = (delimiter: string, newline: string): string =>
    [header, ...people]
      .map((row) =>
        row.map((field) => (/[^\w@. ]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(delimiter),
      )
      .join(newline) + newline
  const latin = (text: string): Buffer => Buffer.from(text, 'latin1')

  test('of 100 users is read equally in six dialects', async () => {
    const plain = await entriesOf(write(',', '\n'), { format: 'csv' })
    assert.equal(plain.length, 100)
    assert.deepEqual(plain[3], {
      line: 6,
      legacy_id: '4',
      email: 'jörg3@example.org',
      last_activity_at: seen_at,
      disabled: false,
      profile: { given_name: 'Jörg, "der"\nzweite; 3' },
      problems: [],
    })
    const dialects: [title: string, bytes: Buffer, options: DirectoryFormatOptions][] = [
      ['a byte-order mark, ; and CRLF', Buffer.from(`\ufeff${write(';', '\r\n')}`), {}],
      ['tabs', Buffer.from(write('\t', '\n')), {}],
      ['sep=', Buffer.from(`sep=|\r\n${write('|', '\r\n')}`), {}],
      ['UTF-16 with tabs, as Excel writes it', Buffer.from(`\ufeff${write('\t', '\r\n')}`, 'utf16le'), {}],
      ['Windows-1252', latin(write(';', '\r\n')), { charset: 'windows-1252' }],
      ['CR', Buffer.from(write(',', '\r')), {}],
    ]
    for (const [title, bytes, options] of dialects) {
      for (const size of [1, 1000]) {
        const entries = await entriesOf(bytes, { format: 'csv', options, size })
        const withoutLines = (each: DirectoryEntry[]) => each.map((entry) => ({ ...entry, line: 0 }))
        assert.deepEqual(withoutLines(entries), withoutLines(plain), title)
      }
    }
  })

  test('that is not UTF-8 is refused with its line and the option charset, and nothing is replaced', async () => {
    const text = ['id,email,name', '1,ada@example.org,Ada', '2,joerg@example.org,Jörg', '3,eve@example.org,Eve'].join(
      '\n',
    )
    for (const size of [1, 5, 1000]) {
      const message = await malformed(latin(text), { format: 'csv', size })
      assert.match(message, /^Line 3: its bytes are not UTF-8: .*options\.charset/)
    }
    const [, joerg] = await entriesOf(latin(text), { format: 'csv', options: { charset: 'windows-1252' } })
    assert.equal(joerg?.profile?.['name'], 'Jörg')
    const json = latin('{"id":1,"email":"a@example.org"}\n{"id":2,"name":"Jörg"}\n')
    assert.match(await malformed(json, { format: 'ndjson' }), /^Line 2: its bytes are not UTF-8/)
  })

  test('takes columns by name, and says which are missing or in doubt', async () => {
    const text =
      'Kunde;E-Mail Adresse;Hash;Salt;Status\n7;ada@example.org;b78f863f2c67410c41e617f724e22f34;89384528665349271307465505333378;1\n'
    const columns = { legacy_id: 'Kunde', email: 'E-Mail Adresse', enabled: 'Status' }
    const salted = {
      columns: { ...columns, password_hash: 'Hash', password_salt: 'Salt' },
      salted_hash: { algorithm: 'md5', salt_position: 'suffix' } as const,
    }
    const [ada] = await entriesOf(text, { format: 'csv', options: salted })
    await requirePassword(ada, 'hashcat')
    assert.equal(ada?.disabled, false)
    const other = { columns: { ...columns, email: 'E-Mail Adressen' } }
    assert.match(await malformed(text, { format: 'csv', options: other }), /options\.columns\.email.*"E-Mail Adresse"/)
    assert.match(await malformed(text, { format: 'csv' }), /^Line 1: no column has the legacy id.*"Kunde"/)
    const flag = { columns: { ...columns, enabled: 'Hash' } }
    assert.match(await malformed(text, { format: 'csv', options: flag }), /^Line 2: the flag of enabled users/)
  })

  test('names what a user lacks', async () => {
    const text = 'id,email,username\n,ada@example.org,\n2,no-address,\n3,,\n4 4,eve@example.org,\n'
    const entries = await entriesOf(text, { format: 'csv' })
    assert.deepEqual(
      entries.map(({ problems }) => problems),
      [['missing_id'], ['invalid_address'], ['missing_identifier'], ['invalid_id']],
    )
  })

  test('with two columns of one name, a time in another form, or an id that a spreadsheet has shortened, is refused', async () => {
    const day = await malformed('id,email,last_login\n1,a@example.org,31/12/2023\n', { format: 'csv' })
    assert.match(day, /^Line 2: the time of the last activity, the column "last_login", is neither .*options\.columns/)
    const twice = await malformed('id,email,Email\n1,a@example.org,b@example.org\n', { format: 'csv' })
    assert.match(twice, /^Line 1: the columns "email", "Email" have one name .* options\.columns\.email/)
    const row = '{"id":1}\n{"id":2,"first_name":"Ada","firstName":"Bea"}\n'
    assert.match(await malformed(row, { format: 'ndjson' }), /^Line 2: the columns "first_name", "firstName"/)
    for (const id of ['9.00719925474099E+15', '9,00719925474099e+15', '1E+12']) {
      const text = `id;email\n1;a@example.org\n${id};b@example.org\n`
      assert.match(await malformed(text, { format: 'csv' }), /^Line 3: .*spreadsheet program has shortened.*as text/)
    }
    const plain = await entriesOf('id;email\n12E5;a@example.org\n1.5;b@example.org\n', { format: 'csv' })
    assert.deepEqual(
      plain.map(({ legacy_id }) => legacy_id),
      ['12E5', '1.5'],
    )
  })

  test('that was cut off is refused with its line', async () => {
    const whole = 'id,email,name\n1,ada@example.org,Ada\n2,bo@example.org,"Bo\nthe second"\n'
    assert.equal((await entriesOf(whole, { format: 'csv' })).length, 2)
    assert.match(await malformed(whole.slice(0, -5), { format: 'csv' }), /^Line 3: the file ends inside a quoted field/)
    assert.match(await malformed(whole.slice(0, 42), { format: 'csv' }), /^Line 3: the row has \d fields/)
    assert.match(await malformed('id,email\n1,"a"b\n', { format: 'csv' }), /^Line 2: a character follows/)
    const long = `id,email\n1,"${'x'.repeat(1024 * 1024)}`
    assert.match(await malformed(long, { format: 'csv' }), /^Line 2: the row is longer than 1048576 characters/)
    assert.deepEqual(await entriesOf('', { format: 'csv' }), [])
    assert.deepEqual(await entriesOf('\n \n', { format: 'ndjson' }), [])
  })
})

describe('a JSON file', () => {
  test('of MongoDB is read by paths of its members', async () => {
    const text = JSON.stringify({
      _id: { $oid: '65f0a1b2c3d4e5f607182930' },
      emails: [{ address: 'ada@example.org', verified: true }],
      seen: { $date: '2026-03-01T10:20:30Z' },
    })
    const columns = {
      legacy_id: '_id',
      email: 'emails.0.address',
      email_verified: 'emails.0.verified',
      last_activity_at: 'seen',
    }
    assert.deepEqual(await entriesOf(`${text}\n`, { format: 'ndjson', options: { columns } }), [
      {
        line: 1,
        legacy_id: '65f0a1b2c3d4e5f607182930',
        email: 'ada@example.org',
        email_verified: true,
        last_activity_at: seen_at,
        disabled: false,
        problems: [],
      },
    ])
  })

  test('with numbers of more than 53 bits is read digit by digit in all formats [guard: exact-numeric-ids]', async () => {
    const id = '9007199254740993'
    const users: [DirectoryFormat, string][] = [
      ['ndjson', `{"id":${id}}`],
      ['ndjson', `[{ "id" :\n${id} , "email": "ada@example.org"}]`],
      ['auth0', `{"user_id":${id}}`],
      ['auth0', `{"identities":[{"provider":"auth0","user_id":${id}}]}`],
      ['firebase', `{"users":[{"localId":${id}}]}`],
      ['cognito', `{"Users":[{"Username":"ada","Attributes":[{"Name":"sub","Value":${id}}]}]}`],
      ['okta', `[{"profile":{"login":"ada"},"id":${id}}]`],
      ['keycloak', `{"users":[{"id":${id}}]}`],
      ['supabase', `[{"id":${id}}]`],
      ['wordpress', `[{"ID":${id}}]`],
    ]
    for (const [format, text] of users) {
      const [entry] = await entriesOf(text, { format })
      assert.equal(entry?.legacy_id, id, text)
    }
    const text = `{"id":-${id}0,"user_metadata":{"card":${id},"points":12,"share":0.30000000000000004}}`
    const [entry] = await entriesOf(text, { format: 'ndjson' })
    assert.equal(entry?.legacy_id, `-${id}0`)
    assert.deepEqual(entry.profile, { user_metadata: { card: id, points: 12, share: 0.1 + 0.2 } })
  })

  test('that was cut off, or is in another form, is refused with its line', async () => {
    const realm = fileOf('keycloak-realm.json').toString()
    assert.match(await malformed(realm.slice(0, -4), { format: 'keycloak' }), /the file ends before its last bracket/)
    assert.match(
      await malformed(realm.slice(0, 700), { format: 'keycloak' }),
      /^Line \d+: the file ends inside this row/,
    )
    assert.match(await malformed('{"realm":"shop"}', { format: 'keycloak' }), /the object has no array users/)
    assert.match(await malformed('{"id":1}\nid,email\n', { format: 'ndjson' }), /^Line 2: the file must be/)
    assert.match(await malformed('{"id":1}\n{"id":}\n', { format: 'ndjson' }), /^Line 2: the row is not valid JSON/)
    const unclosed = '{"id":1}\n{"id":2,"email":"b@example.org}\n{"id":3}\n'
    assert.match(
      await malformed(unclosed, { format: 'ndjson' }),
      /^Line 2: the row is not valid JSON: a quotation mark/,
    )
    const open = '{"id":1}\n{"id":2,"email":"b@example.org"\n{"id":3}\n'
    assert.match(await malformed(open, { format: 'ndjson' }), /^Line 2: .*cut off, or a bracket or a quotation mark/)
    assert.match(await malformed('[{"id":1} {"id":2}]', { format: 'ndjson' }), /^Line 1: the file must be/)
  })
})

test('an LDIF file with changes, URLs, no ids, or from a search that was limited, is refused with its line', async () => {
  const entry = 'dn: uid=ada,dc=example\nobjectClass: person\nuid: ada\n'
  const refusals: [string, RegExp][] = [
    [`${entry}\n`, /^Line 1: the entry has no entryUUID.*options\.columns\.legacy_id/],
    ['dn: uid=ada,dc=example\nchangetype: delete\n', /^Line 1: it is a change/],
    [`${entry}jpegPhoto:< file:///etc/passwd\n`, /^Line 4: the value of jpegPhoto is a URL/],
    [`${entry}entryUUID: 1\n\nsearch: 2\nresult: 4 Size limit exceeded\n`, /^Line 6: the search ended with "4 Size/],
    [
      `${entry}userPassword:: e1NTSEF9SkZ\n`,
      /^Line 4: the value of userPassword is not base64, or the file was cut off/,
    ],
    [`${entry}entryUUI`, /^Line 4: it is not of the form/],
  ]
  for (const [text, expected] of refusals) assert.match(await malformed(text, { format: 'ldif' }), expected)
})

test('options that a format does not take, and encodings that are unknown, are refused before the file is read', async () => {
  const refused: [DirectoryFormat, DirectoryFormatOptions, RegExp][] = [
    ['okta', { columns: { legacy_id: 'id' } }, /okta does not take columns/],
    ['csv', { charset: 'klingon' }, /klingon is not the WHATWG label/],
    ['csv', { columns: { email: 'mail' } }, /must name the column of the legacy id/],
    ['csv', { columns: { legacy_id: 'id', password_salt: 'salt' } }, /needs salted_hash/],
  ]
  for (const [format, options, message] of refused) {
    const refusal = await refusalOf(async () => checkFormatOptions(format, options))
    assert.equal(refusal.code, 'invalid_body')
    assert.match(refusal.message, message)
  }
  checkFormatOptions('csv', { charset: 'windows-1252', delimiter: ';' })
  checkFormatOptions('auth0', { auth0: { connection: 'shop' } })
})

test('a dump with the users of two sites is refused, since their ids are the same', async () => {
  const insert = (table: string) => `INSERT INTO ${table} (ID, user_login) VALUES (1, 'ada');\n`
  assert.equal((await entriesOf(insert('wp_users').repeat(2), { format: 'wordpress' })).length, 2)
  const message = await malformed(insert('wp_users') + insert('shop_users'), { format: 'wordpress' })
  assert.match(message, /two tables of users, wp_users and shop_users/)
})

test('an export of Auth0 with users of several connections needs the name of one', async () => {
  const user = (id: string, ...connections: string[]) =>
    JSON.stringify({
      user_id: `auth0|${id}`,
      email: `${id}@example.org`,
      identities: connections.map((connection) => ({ provider: 'auth0', user_id: id, connection })),
    })
  const file = [user('1', 'shop'), user('2', 'other'), user('3', 'shop')].join('\n')
  assert.match(await malformed(file, { format: 'auth0' }), /Line 2: .*options\.auth0\.connection/)
  const entries = await entriesOf(file, { format: 'auth0', options: { auth0: { connection: 'shop' } } })
  assert.deepEqual(
    entries.map(({ problems }) => problems),
    [[], ['other_provider'], []],
  )
})

test('the last login of a listed user is read in the forms of files', () => {
  const at = (last_login: string | number) => {
    const read = readPage({ users: [{ user_id: '1', last_login }], next: null })
    return 'entries' in read ? read.entries[0]?.last_activity_at : undefined
  }
  const time = Date.UTC(2024, 0, 1, 10)
  for (const form of [time, time / 1000, String(time / 1000), '2024-01-01 10:00:00', '2024-01-01T11:00:00+01:00']) {
    assert.equal(at(form), time, String(form))
  }
  for (const never of [0, '0000-00-00 00:00:00', 'soon']) assert.equal(at(never), undefined, String(never))
})

describe('a hostile file', () => {
  const wordpress = (text: string) => malformed(text, { format: 'wordpress' })

  test('with an LDIF entry that never ends is refused [guard: ldif-entry-bounded]', async () => {
    const values = Array.from({ length: 60 }, (_, nth) => `a${nth}: ${'x'.repeat(60_000)}`)
    assert.match(await malformed(`dn: cn=x\n${values.join('\n')}\n\n`, { format: 'ldif' }), /Line 1: the row is longer/)
  })

  test('with an SQL row that has more values than its table columns is refused at the first of them [guard: sql-row-bounded]', async () => {
    const insert = 'INSERT INTO wp_users (ID, user_login) VALUES ('
    assert.match(await wordpress(insert + ','.repeat(100_000)), /Line 1: the row has more than 2 values/)
  })

  test('with statements of blanks, parentheses and line ends is read in linear time [guard: sql-statement-in-one-pass]', async () => {
    const began = process.cpuUsage().user
    const blanks = `INSERT INTO t${' '.repeat(30_000)}${'('.repeat(30_000)};`
    const lines = `CREATE TABLE t (${'\n'.repeat(60_000)});`
    await wordpress(`${blanks}${lines.repeat(5)}INSERT INTO`)
    // Some 0.05 s; a pattern that begins anew at each parenthesis takes minutes.
    assert.ok(process.cpuUsage().user - began < 5e6)
  })
})
