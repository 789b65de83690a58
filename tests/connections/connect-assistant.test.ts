// The connect assistant on a real database: what it proposes and counts, and that it only reads.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { inspectionDialect, type Engine } from '../../src/connections/assistant/dialects.ts'
import { hashSettings } from '../../src/connections/assistant/hash-findings.ts'
import type { Inspection } from '../../src/contract/assistant.ts'
import { emailProblem } from '../../src/migration/legacy-profile.ts'
import { columnsOf, countsOf } from '../support/inspect.ts'
import { member, type TestClient } from '../support/requests.ts'
import { startMariadb, startPostgres, type DatabaseServer } from '../support/servers.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { inTier } from '../support/tier.ts'
import { bcrypt, counts, rows, tableOfRows } from './assistant-rows.ts'

type Store = { name: string; engine: Engine; start(): Promise<DatabaseServer>; parameter(place: number): string }

const { name, engine, start, parameter } = inTier<Store>(
  { name: 'PostgreSQL', engine: 'postgresql', start: startPostgres, parameter: (place) => `$${place}` },
  { name: 'MariaDB', engine: 'mysql', start: startMariadb, parameter: () => '?' },
)

// Every rule for addresses, right and wrong.
const addresses = [
  'ada@example.com',
  "o'hara+tag@sub.example.co.uk",
  'a@b',
  '!#$%&*/=?^_`{|}~-@example.com',
  `${'l'.repeat(64)}@example.com`,
  `${'l'.repeat(65)}@example.com`,
  `a@${'d'.repeat(63)}.com`,
  `a@${'d'.repeat(64)}.com`,
  `a@${Array.from({ length: 5 }, () => 'd'.repeat(60)).join('.')}.com`,
  'no address',
  '@example.com',
  'ada@',
  'ada',
  'ada@@example.com',
  'a@b@example.com',
  'ada lovelace@example.com',
  'ada@exa mple.com',
  'ada@.example.com',
  'ada@example..com',
  'ada@example.com.',
  'ada@-example.com',
  'ada@example-.com',
  'ada@exam_ple.com',
  '"ada"@example.com',
  'ada(home)@example.com',
  'ada,eve@example.com',
  'ada;@example.com',
  'ada:@example.com',
  'ada<@example.com',
  'ada>@example.com',
  'ada[@example.com',
  'ada]@example.com',
  'ada\\@example.com',
  'ada@[127.0.0.1]',
  'ada\u0001@example.com',
]

type Counts = Partial<Record<'argon2id' | 'bcrypt' | 'scrypt' | 'unnamed', number>>

/** The settings for stored hashes of these forms; those without a name are MD5. */
function settingsFor({ unnamed = 0, ...named }: Counts, keys = ['PASSWORD_HASH', 'NEW_PASSWORD_HASH']) {
  const forms = Object.entries(named).map(([form, count]) => ({ form, count, verifiable: true }))
  const of_md5 = { form: 'no form of its own, 32 characters', count: unnamed, verifiable: false }
  const hashes = { sampled: 0, forms: unnamed === 0 ? forms : [...forms, of_md5], may_be: [] }
  return hashSettings({ hashes, counts: [], unknown: unnamed, length: 32, recipe: undefined }, new Set(keys))
}

test('new hashes have the form of most, or a stronger one of about as many', () => {
  const expected: [Counts, Record<string, string>][] = [
    [
      { bcrypt: 41, unnamed: 1 },
      { PASSWORD_HASH: 'md5', NEW_PASSWORD_HASH: 'bcrypt' },
    ],
    [
      { argon2id: 5, bcrypt: 2, unnamed: 1 },
      { PASSWORD_HASH: 'md5', NEW_PASSWORD_HASH: 'argon2id' },
    ],
    [
      { bcrypt: 5, unnamed: 9 },
      { PASSWORD_HASH: 'md5', NEW_PASSWORD_HASH: 'bcrypt' },
    ],
    [{ bcrypt: 1, unnamed: 9 }, { PASSWORD_HASH: 'md5' }],
    [{ unnamed: 9 }, { PASSWORD_HASH: 'md5' }],
    [{ argon2id: 5, bcrypt: 9 }, { PASSWORD_HASH: 'argon2id' }],
    [{ argon2id: 1, bcrypt: 9 }, {}],
    [{ scrypt: 9, bcrypt: 1 }, { PASSWORD_HASH: 'argon2id' }],
    [{}, {}],
  ]
  for (const [found, settings] of expected) assert.deepEqual(settingsFor(found).settings, settings)
  const without = settingsFor({ argon2id: 5, unnamed: 1 }, ['PASSWORD_HASH'])
  assert.deepEqual(without.settings, { PASSWORD_HASH: 'argon2id' })
  assert.match(without.warnings.join(), /\(argon2id: 5; .*characters: 1\).* their 1 users must reset the password/)
})

describe(`the connect assistant on ${name}`, () => {
  let server: TestServer
  let database: DatabaseServer
  let client: TestClient
  const { quote } = inspectionDialect(engine)
  before(async () => {
    ;[server, database] = await Promise.all([startTestServer(), start()])
    client = await server.createClient()
  })
  after(async () => {
    await server.close()
    await database.stop()
  })

  let names = 0
  async function connect(url: string): Promise<{ id: string; name: string }> {
    names += 1
    const options = {
      configuration: { DATABASE_URL: url },
      egress: { mode: 'allow_list', allow: [new URL(url).host] },
    }
    return { id: await server.createConnection(`store${names}`, options, [client]), name: `store${names}` }
  }
  const inspect = async (id: string, body: JsonObject = {}): Promise<Inspection> =>
    (await server.must('POST', `connections/${id}/inspect`, body)) as Inspection

  test('counts each property that is a problem when users move, in a table with German names', async () => {
    const { url, query, statements } = await database.createDatabase('counts')
    await query(tableOfRows('kunden', quote))
    const values = [1, 2, 3, 4, 5, 6].map(parameter).join(', ')
    const columns = ['KundenNr', 'E-Mail', 'Anmeldename', 'Kennwort', 'Gesperrt', 'TOTP_Geheimnis'].map(quote)
    for (const row of rows) await query(`insert into kunden (${columns.join(', ')}) values (${values})`, row)
    const { id } = await connect(url)
    const found = await inspect(id)
    assert.deepEqual(countsOf(found), counts)
    assert.deepEqual(columnsOf(found), {
      id: 'KundenNr',
      email: 'E-Mail',
      username: 'Anmeldename',
      password: 'Kennwort',
      blocked: 'Gesperrt',
      given_name: 'Vorname',
      family_name: 'Name',
    })
    assert.deepEqual(
      found.hashes.forms.map(({ form, count }) => [form, count]),
      [
        ['bcrypt', 6],
        ['bcrypt (too_costly)', 1],
        ['no form of its own, 32 characters', 1],
      ],
    )
    assert.ok(found.hashes.may_be.includes('md5'))
    const { PASSWORD_HASH, NEW_PASSWORD_HASH } = found.proposal?.settings ?? {}
    assert.deepEqual([PASSWORD_HASH, NEW_PASSWORD_HASH], ['md5', 'bcrypt'])
    assert.match(found.warnings.join(), /\(bcrypt: 6; .*: 1\)\. New hashes are written as bcrypt/)
    assert.equal(
      found.tried.reduce((sum, { times }) => sum + times, 0),
      3,
    )
    const allowed = /^(select|set|begin|start|rollback|commit|show|quit|prepare|execute|close|reset)\b/i
    const others = (await statements()).filter((text) => !allowed.test(text.trim()))
    assert.deepEqual(others, [])
  })

  test('finds the recipe of a known user, and proposes scripts that move this user', async () => {
    const { url, query } = await database.createDatabase('recipe')
    await query(
      `create table members (id int primary key, email varchar(100), pass varchar(64), salt varchar(20), active smallint)`,
    )
    // SHA-1 of the password `Secret-4711` and the salt `pepper`.
    const { createHash } = await import('node:crypto')
    const sha1 = createHash('sha1').update('Secret-4711pepper').digest('hex')
    await query(`insert into members values (1, 'ada@example.org', '${sha1}', 'pepper', 1)`)
    await query(`insert into members values (2, 'eve@example.org', '${sha1}', 'cumin', 0)`)
    const connection = await connect(url)
    const unknown = await inspect(connection.id)
    assert.equal(unknown.proposal?.settings['PASSWORD_HASH'], 'sha1')
    assert.match(unknown.warnings.join(), /give a user whose password you know/)
    const known_user = { identifier: 'Ada@example.org', password: 'Secret-4711' }
    const found = await inspect(connection.id, { known_user })
    assert.deepEqual([found.proposal?.template, found.warnings, found.hashes.sampled], [engine, [], 2])
    assert.deepEqual(found.proposal?.settings, {
      TABLE: 'members',
      PASSWORD_COLUMN: 'pass',
      ACTIVE_COLUMN: 'active',
      PASSWORD_HASH: 'sha1',
      SALT_POSITION: 'after',
      SALT_COLUMN: 'salt',
    })
    assert.deepEqual(found.tried, [
      { script: 'get_user', outcome: 'found', times: 2, fields: [] },
      { script: 'login', outcome: 'moved', times: 1, fields: [] },
    ])
    await server.must('PATCH', `connections/${connection.id}`, {
      options: {
        configuration: { DATABASE_URL: url },
        egress: { mode: 'allow_list', allow: [new URL(url).host] },
        enabledDatabaseCustomization: true,
        import_mode: true,
        customScripts: found.proposal.scripts,
      },
    })
    const answer = await server.login(client, connection.name, 'ada@example.org', 'Secret-4711')
    assert.equal(answer.status, 200, answer.text)
  })

  test('recognises Laravel, and takes a table and columns that are given', async () => {
    const { url, query } = await database.createDatabase('given')
    await query(
      'create table users (id int primary key, name varchar(50), email varchar(100), password varchar(100), remember_token varchar(100))',
    )
    await query('create table staff (id int primary key, mail varchar(100), mail2 varchar(100), pw varchar(100))')
    await query(`insert into users values (1, 'Ada', 'ada@example.org', '${bcrypt}', null)`)
    await query(`insert into staff values (1, 'x@example.org', 'ada@example.org', '${bcrypt}')`)
    const { id } = await connect(url)
    const found = await inspect(id)
    assert.deepEqual([found.proposal?.template, found.users_table?.table], ['laravel', 'users'])
    assert.deepEqual(
      found.other_tables.map(({ table }) => table),
      ['staff'],
    )
    const given = await inspect(id, { settings: { TABLE: 'staff', EMAIL_COLUMN: 'mail2', NO_SETTING: 'x' } })
    assert.deepEqual(given.proposal?.settings, { TABLE: 'staff', EMAIL_COLUMN: 'mail2', PASSWORD_COLUMN: 'pw' })
    assert.match(given.warnings.join(), /has no setting NO_SETTING/)
  })

  test('reads addresses of ASCII as the profile of a login is read', async () => {
    const { query } = await database.createDatabase('addresses')
    await query('create table a (place int, email varchar(400))')
    for (const [place, email] of addresses.entries()) {
      await query(`insert into a values (${place}, ${parameter(1)})`, [email])
    }
    const { text, trim, ascii } = inspectionDialect(engine)
    const is_invalid = ascii?.isNoAddress(trim(text('email')))
    const found = await query<{ invalid: number }>(
      `select case when ${is_invalid} then 1 else 0 end as invalid from a order by place`,
    )
    const expected = addresses.map((email) => [email, emailProblem(email.trim()) === undefined ? 0 : 1])
    assert.deepEqual(
      found.map(({ invalid }, at) => [addresses[at], Number(invalid)]),
      expected,
    )
  })

  test('says why a run failed and what is not used, and connects to a destination that is not saved', async () => {
    const { url, query } = await database.createDatabase('plain')
    await query('create table people (id int primary key, email varchar(100), pass varchar(64), active varchar(20))')
    await query(
      `insert into people values (1, 'lovelace@example.org', '${bcrypt}', 'odd'), (2, '', '${bcrypt}', 'odd')`,
    )
    const id = await server.createConnection(`unsaved-${engine}`, { configuration: { DATABASE_URL: url } }, [client])
    const [, , refusal] = await server.refused('POST', `connections/${id}/inspect`, {})
    assert.match(refusal, /cannot be inspected: .*egress/s)
    const found = await inspect(id, { allow: [new URL(url).host], settings: { ACTIVE_COLUMN: 'active' } })
    const missing = found.counts.find(({ count }) => count === 'email_missing')
    assert.deepEqual(
      [missing?.value, /no column of usernames: they cannot log in/.test(missing?.meaning ?? '')],
      [1, true],
    )
    const [run] = found.tried
    assert.equal(run?.outcome, 'script_error')
    assert.match(run?.message ?? '', /active/)
    assert.doesNotMatch(JSON.stringify(found), /lovelace/)
    const kept = await inspect(id, { allow: [new URL(url).host], settings: { ACTIVE_COLUMN: '' } })
    assert.deepEqual(
      kept.unused_columns.map(({ column }) => column),
      ['active'],
    )
    assert.equal(member(member(await server.must('GET', `connections/${id}`), 'options'), 'egress'), undefined)
  })

  test('says why a legacy store cannot be inspected', async () => {
    const { url } = await database.createDatabase('refused')
    const { id } = await connect(url)
    const refused = async (body: JsonObject) => await server.refused('POST', `connections/${id}/inspect`, body)
    const [status, code, message] = await refused({ configuration: { DATABASE_URL: 'oracle://u:p@h/s' } })
    assert.deepEqual([status, code], [400, 'invalid_body'])
    assert.match(message, /begins with postgres:\/\/.* on property configuration\.DATABASE_URL/)
    assert.match((await refused({ settings: { TABLE: 'nothing' } }))[2], /no table nothing .* settings\.TABLE/)
    assert.match((await refused({ settings: { PEPPER: 'x' } }))[2], /It is a secret: .* settings\.PEPPER/)
    const elsewhere = url.replace(new URL(url).host, '127.0.0.1:9')
    assert.match((await refused({ configuration: { DATABASE_URL: elsewhere } }))[2], /cannot be inspected: .*egress/s)
    const wrong = url.replace(/:[^:@/]+@/, ':Wrong-4711@')
    const [, , denied] = await refused({ configuration: { DATABASE_URL: wrong } })
    assert.match(denied, /The legacy store cannot be inspected: /)
    assert.ok(!denied.includes('Wrong-4711'))
  })
})
