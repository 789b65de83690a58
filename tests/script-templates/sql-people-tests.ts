import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import type { ScriptCaller } from './script-caller.ts'
import { bcrypt_of_password, type SqlFixture, type SqlStore } from './sql-fixture.ts'

const full_settings = {
  USERNAME_COLUMN: 'username',
  EMAIL_VERIFIED_COLUMN: 'verified_at',
  NAME_COLUMN: 'name',
  GIVEN_NAME_COLUMN: 'given_name',
  BLOCKED_COLUMN: 'is_blocked',
  ACTIVE_COLUMN: 'is_active',
}
const ada = {
  user_id: '7',
  email: 'Ada@Example.org',
  email_verified: true,
  username: 'Countess',
  name: 'Ada Lovelace',
  given_name: 'Ada',
}

/** Which users are found, with which profile, and which are denied. */
export function testPeople(store: SqlStore, fixture: SqlFixture): void {
  test(`${store.name}: both scripts return the same profile and never the hash`, async () => {
    const scripts = await fixture.caller(full_settings)
    assert.deepEqual(await scripts.login('ada@example.org', 'password'), { profile: ada })
    assert.deepEqual(await scripts.getUser('ada@example.org'), { profile: ada })
    assert.deepEqual(await scripts.login(' countess ', 'password'), { profile: ada })
    assert.deepEqual(await scripts.getUser('COUNTESS'), { profile: ada })
  })

  test(`${store.name}: without optional columns the profile holds id and address, not verified`, async () => {
    const scripts = await fixture.caller()
    const profile = { user_id: '7', email: 'Ada@Example.org', email_verified: false }
    assert.deepEqual(await scripts.login('ada@example.org', 'password'), { profile })
    assert.deepEqual(await scripts.getUser('ada@example.org'), { profile })
  })

  test(`${store.name}: a wrong password reports the user's id, an unknown identifier none`, async () => {
    const scripts = await fixture.caller(full_settings)
    const wrong = await scripts.login('ada@example.org', 'Password')
    assert.equal(wrong.error?.name, 'WrongUsernameOrPasswordError')
    assert.equal(wrong.error.subject, '7')
    for (const identifier of ['nobody@example.org', 'nobody', 'ada@example.org\0', '', 'Countess@example.org']) {
      const unknown = await scripts.login(identifier, 'password')
      assert.equal(unknown.error?.name, 'WrongUsernameOrPasswordError', identifier)
      assert.equal(unknown.error.subject, null)
      assert.deepEqual(await scripts.getUser(identifier), { profile: null })
    }
  })

  test(`${store.name}: SQL in an identifier or a password is not executed, and the server runs one kind of statement`, async () => {
    const scripts = await fixture.caller(full_settings)
    for (const text of [
      `' or 1=1 -- `,
      `ada@example.org' --`,
      `x'; drop table users; --`,
      `" or ""="`,
      "\\' or 1=1 #",
      `ada@example.org%`,
      `' union select 1,2,3,4,5,6,7,8,9 -- `,
    ]) {
      assert.deepEqual(await scripts.getUser(text), { profile: null }, text)
      assert.equal((await scripts.login(text, text)).error?.subject, null)
      assert.equal((await scripts.login('ada@example.org', text)).error?.subject, '7')
    }
    assert.equal((await fixture.server().query('select id from users where id = 7')).length, 1)
    const statements = await fixture.server().statements()
    assert.deepEqual(
      statements.filter((statement) => !/^SELECT\s.*\sFROM\s.*\sWHERE\s.*\sLIMIT 20$/s.test(statement)),
      [],
    )
  })

  test(`${store.name}: addresses and passwords keep every character`, async () => {
    const password = `pä ß 密码 \u{1F6A3} e\u0301 '"\\`
    const email = `jürgen.\u{1F600}@exämple.org`
    await fixture.insert('users', { id: 8, email, password_hash: createHash('sha256').update(password).digest('hex') })
    const scripts = await fixture.caller({ PASSWORD_HASH: 'sha256' })
    assert.deepEqual((await scripts.login(email, password)).profile, { user_id: '8', email, email_verified: false })
    assert.equal((await scripts.login(email, password.normalize('NFC'))).error?.subject, '8')
    assert.deepEqual((await scripts.getUser(email)).profile, { user_id: '8', email, email_verified: false })
  })

  test(`${store.name}: a look-alike address is unknown`, async () => {
    await fixture.insert('users', { id: 9, email: 'mike@example.org', password_hash: bcrypt_of_password })
    const scripts = await fixture.caller()
    for (const alike of ['mıke@example.org', 'míke@example.org', 'mike@example.org\u200b']) {
      assert.deepEqual(await scripts.getUser(alike), { profile: null })
      assert.equal((await scripts.login(alike, 'password')).error?.subject, null)
    }
  })

  test(`${store.name}: of two rows with one address the login is that of the right password, and get_user returns both`, async () => {
    const of_other = createHash('sha256').update('other').digest('hex')
    const scripts = await fixture.caller({ PASSWORD_HASH: 'sha256', IDENTIFIER_MATCH: 'ignore_case' })
    await fixture.insert('users', { id: 10, email: 'twin@example.org', password_hash: bcrypt_of_password })
    await fixture.insert('users', { id: 11, email: 'Twin@example.org', password_hash: of_other })
    const profileOf = (user_id: string, email: string) => ({ user_id, email, email_verified: false })
    const first = profileOf('10', 'twin@example.org')
    const second = profileOf('11', 'Twin@example.org')
    assert.deepEqual(await scripts.login('twin@example.org', 'password'), { profile: first })
    assert.deepEqual(await scripts.login('twin@example.org', 'other'), { profile: second })
    const wrong = await scripts.login('twin@example.org', 'of neither')
    assert.deepEqual([wrong.error?.name, wrong.error?.outcome], ['WrongUsernameOrPasswordError', 'wrong_password'])
    const both = (await scripts.getUser('TWIN@example.org')).value as JsonObject[]
    assert.deepEqual(new Set(both.map(({ user_id }) => user_id)), new Set(['10', '11']))
    await fixture.insert('users', { id: 14, email: 'tWin@example.org', password_hash: of_other })
    const same = (await scripts.login('twin@example.org', 'other')).value as JsonObject[]
    assert.deepEqual(new Set(same.map(({ user_id }) => user_id)), new Set(['11', '14']))
  })

  test(`${store.name}: a blocked or inactive user is reported as blocked, at a login after the right password only`, async () => {
    const row = { password_hash: bcrypt_of_password, is_active: true, is_blocked: false }
    await fixture.insert('users', { ...row, id: 12, email: 'blocked@example.org', is_blocked: true })
    await fixture.insert('users', { ...row, id: 13, email: 'inactive@example.org', is_active: false })
    const scripts = await fixture.caller(full_settings)
    for (const email of ['blocked@example.org', 'inactive@example.org']) {
      assert.equal((await scripts.login(email, 'password')).profile?.['blocked'], true)
      assert.equal((await scripts.login(email, 'wrong')).error?.name, 'WrongUsernameOrPasswordError')
      assert.equal((await scripts.getUser(email)).profile?.['blocked'], true)
    }
  })

  test(`${store.name}: words for the state of a user are read, and an unknown one denies the user`, async () => {
    const row = { password_hash: bcrypt_of_password }
    for (const [id, name] of ['active', 'inactive', 'banned', 'until May'].entries()) {
      await fixture.insert('users', { ...row, id: 40 + id, email: `state-${id}@example.org`, name })
    }
    const scripts = await fixture.caller({ ACTIVE_COLUMN: 'name' })
    const answers = []
    for (const id of [0, 1, 2, 3]) {
      const login = await scripts.login(`state-${id}@example.org`, 'password')
      const lookup = await scripts.getUser(`state-${id}@example.org`)
      assert.deepEqual(lookup, login)
      answers.push(login.error?.name ?? login.profile?.['blocked'])
    }
    assert.deepEqual(answers, [undefined, true, true, 'Error'])
    const wrong = await scripts.login('state-3@example.org', 'wrong')
    assert.equal(wrong.error?.name, 'WrongUsernameOrPasswordError')
  })

  test(`${store.name}: tables and columns with spaces, capitals and other letters work`, async () => {
    const { quote } = store
    await fixture
      .server()
      .query(
        `create table ${quote('Ünser Kunden-Stamm')} (${quote('Kunden Nr')} bigint, ${quote('E-Mail')} varchar(100), ${quote('Order')} varchar(100))`,
      )
    await fixture.insert('Ünser Kunden-Stamm', {
      'Kunden Nr': '9007199254740993',
      'E-Mail': 'a@b.org',
      Order: bcrypt_of_password,
    })
    const scripts = await fixture.caller({
      TABLE: 'Ünser Kunden-Stamm',
      ID_COLUMN: 'Kunden Nr',
      EMAIL_COLUMN: 'E-Mail',
      PASSWORD_COLUMN: 'Order',
    })
    const profile = { user_id: '9007199254740993', email: 'a@b.org', email_verified: false }
    assert.deepEqual(await scripts.login('a@b.org', 'password'), { profile })
    assert.deepEqual(await scripts.getUser('A@B.org'), { profile })
  })

  test(`${store.name}: letter case can be ignored where the collation does not`, async () => {
    const scripts = await fixture.caller({ IDENTIFIER_MATCH: 'ignore_case' })
    assert.equal((await scripts.getUser('ADA@EXAMPLE.ORG')).profile?.['user_id'], '7')
  })

  test(`${store.name}: pages of the list follow the order of ids, also of those above 2 ** 53`, async () => {
    await fixture
      .server()
      .query('create table many (id bigint primary key, email varchar(200), password_hash varchar(300), seen bigint)')
    const first = 9_007_199_254_740_993n
    for (let part = 0; part < 3; part += 1) {
      const rows = Array.from({ length: 350 }, (_, index) => first + BigInt(part * 350 + index))
      await fixture
        .server()
        .query(
          `insert into many values ${rows.map((id) => `(${id}, 'u${id}@example.org', 'x', 1772360430)`).join(', ')}`,
        )
    }
    const scripts = await fixture.caller({ TABLE: 'many', LAST_LOGIN_COLUMN: 'seen' })
    const ids: string[] = []
    for (let cursor: string | null = null, pages = 0; pages === 0 || cursor !== null; pages += 1) {
      const { value } = await scripts.call('list_users', cursor)
      const page = value as { users: { user_id: string; last_login: unknown }[]; next: string | null }
      assert.equal(page.users[0]?.last_login, 1_772_360_430_000)
      ids.push(...page.users.map(({ user_id }) => user_id))
      cursor = page.next
      assert.ok(pages < 4)
    }
    assert.deepEqual(
      ids,
      Array.from({ length: 1050 }, (_, index) => String(first + BigInt(index))),
    )
  })

  test(`${store.name}: rows without an id are listed without one, and refused at a login`, async () => {
    const server = fixture.server()
    await server.query('create table without_ids (id varchar(20), email varchar(200), password_hash varchar(300))')
    await server.query(
      "insert into without_ids values ('1', 'one@example.org', 'x'), (null, 'null@example.org', 'x'), ('', 'empty@example.org', 'x'), (' ', 'blank@example.org', 'x')",
    )
    const scripts = await fixture.caller({ TABLE: 'without_ids' })
    const { value, error } = await scripts.call('list_users', null)
    assert.equal(error, undefined)
    const { users } = value as { users: { user_id: string; email: string }[] }
    assert.deepEqual(users.map(({ user_id, email }) => `${user_id} ${email}`).toSorted(), [
      ' blank@example.org',
      ' empty@example.org',
      ' null@example.org',
      '1 one@example.org',
    ])
    for (const name of ['null', 'empty', 'blank']) {
      assert.equal((await scripts.getUser(`${name}@example.org`)).error?.message, 'the user has no id')
    }
  })

  test(`${store.name}: rows with one id, without an id and with white space before it are each listed once, on whatever page`, async () => {
    const rows = Array.from({ length: 1100 }, (_, place) => [String(place).padStart(8), `row${place}@example.org`])
    // The 500th row is the last of a page, and the 501st has its id.
    rows[500]![0] = rows[499]![0]!
    const values = [...rows.map(([id, email]) => `('${id}', '${email}', 'x')`), `(null, 'null1@example.org', 'x')`]
    values.push(`(null, 'null2@example.org', 'x')`)
    await createListed('any_ids', values)
    const scripts = await fixture.caller({ TABLE: 'any_ids' })
    const listed = await listAll(scripts)
    const emails = [...rows.map(([, email]) => email!), 'null1@example.org', 'null2@example.org']
    assert.deepEqual(listed.map(({ email }) => email).toSorted(), emails.toSorted())
    assert.deepEqual(
      listed.filter(({ user_id }) => user_id === '').map(({ email }) => email),
      ['null1@example.org', 'null2@example.org'],
    )
  })

  test(`${store.name}: rows without an id have a page of their own where the last one is full of others`, async () => {
    const ids = Array.from({ length: 499 }, (_, place) => `('${1000 + place}', 'row${place}@example.org', 'x')`)
    await createListed('full_page', [...ids, `(null, 'null1@example.org', 'x')`, `(null, 'null2@example.org', 'x')`])
    const listed = await listAll(await fixture.caller({ TABLE: 'full_page' }))
    assert.equal(new Set(listed.map(({ email }) => email)).size, 501)
    assert.equal(listed.length, 501)
  })

  test(`${store.name}: a column that 500 rows have one value of, or none, is no id`, async () => {
    const same = Array.from({ length: 500 }, (_, place) => `('7', 'row${place}@example.org', 'x')`)
    await createListed('one_id', same)
    const none = Array.from({ length: 500 }, (_, place) => `(null, 'row${place}@example.org', 'x')`)
    await createListed('no_ids', [...none, `('1', 'one@example.org', 'x')`])
    for (const [table, reason] of [
      ['one_id', '500 or more rows have one value of the column id: it is no id, choose another one as ID_COLUMN'],
      ['no_ids', '500 or more rows have no value in the column id: it is no id, choose another one as ID_COLUMN'],
    ] as const) {
      const { error } = await (await fixture.caller({ TABLE: table })).call('list_users', null)
      assert.equal(error?.message, reason)
    }
  })

  test(`${store.name}: a flag that is not understood names the row of the list`, async () => {
    await fixture.insert('users', { id: 70, email: 'flag@example.org', password_hash: 'x', name: 'until May' })
    const scripts = await fixture.caller({ BLOCKED_COLUMN: 'name' })
    const { error } = await scripts.call('list_users', null)
    assert.match(error?.message ?? '', /^the user with the id \d+: blocked is neither true nor false/)
  })

  async function createListed(table: string, values: string[]): Promise<void> {
    const server = fixture.server()
    await server.query(`create table ${table} (id varchar(20), email varchar(200), password_hash varchar(300))`)
    await server.query(`insert into ${table} values ${values.join(', ')}`)
  }
}

type ListedUser = { user_id: string; email: string }

/** The users of all pages. */
async function listAll(scripts: ScriptCaller): Promise<ListedUser[]> {
  const listed: ListedUser[] = []
  for (let cursor: string | null = null, pages = 0; pages === 0 || cursor !== null; pages += 1) {
    const { value, error } = await scripts.call('list_users', cursor)
    assert.equal(error, undefined)
    const page = value as { users: ListedUser[]; next: string | null }
    assert.ok(page.users.length <= 500)
    listed.push(...page.users)
    cursor = page.next
    assert.ok(pages < 5)
  }
  return listed
}
