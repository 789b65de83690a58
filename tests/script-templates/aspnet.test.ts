// What is special to the templates of ASP.NET; every script of each is in tests/long/templates.test.ts.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createVerify, formatOf } from '../../src/passwords/formats/index.ts'
import { native_primitives } from '../../src/passwords/native-primitives.ts'
import type { SqlServer } from '../support/sql-server/server.ts'
import { type ScriptCaller, type ScriptSandbox, startScriptSandbox } from './script-caller.ts'
import { coreTables, membershipTables, published } from './sql-server-tables.ts'
import { openSqlServer } from './sql-server-template-cases.ts'

const verify = createVerify(native_primitives)
const { password } = published.identity
let sandbox: ScriptSandbox

before(() => {
  sandbox = startScriptSandbox()
})
after(() => sandbox?.close())

const row = (server: SqlServer, table: string, place = 0): Record<string, unknown> => server.rows(table)[place] ?? {}

describe('ASP.NET Core Identity', () => {
  let server: SqlServer
  let scripts: ScriptCaller
  before(async () => {
    server = await openSqlServer(coreTables(published.identity.sha256))
    scripts = await sandbox.connect('aspnet-identity-core', { DATABASE_URL: `${server.url}?encrypt=false` })
  })
  after(() => server.stop())
  const ada = () => row(server, 'dbo.AspNetUsers')

  test('a new password is kept in version 3 of the format, and the stamps change', async () => {
    const before_change = ada()
    assert.deepEqual(await scripts.call('change_password', 'ada@example.org', 'next'), { value: true })
    const stored = String(ada()['PasswordHash'])
    assert.equal(formatOf(stored), 'aspnet-identity-v3')
    // The marker, HMAC-SHA-512 and 100,000 iterations.
    assert.equal(Buffer.from(stored, 'base64').subarray(0, 9).toString('hex'), '0100000002000186a0')
    assert.equal(await verify('next', stored), true)
    assert.match(String(ada()['SecurityStamp']), /^[A-Z2-7]{32}$/)
    for (const column of ['SecurityStamp', 'ConcurrencyStamp']) assert.notEqual(ada()[column], before_change[column])
  })

  test('an address changes the user name where both are one, and a created user can be found', async () => {
    await scripts.call('create', { email: 'müller@example.org', password })
    const { UserName, NormalizedUserName, NormalizedEmail } = row(server, 'dbo.AspNetUsers', 2)
    assert.deepEqual([UserName, NormalizedUserName], ['müller@example.org', 'MÜLLER@EXAMPLE.ORG'])
    assert.equal(NormalizedEmail, 'MÜLLER@EXAMPLE.ORG')
    await scripts.call('change_email', 'müller@example.org', 'groß@example.org', true)
    assert.deepEqual(row(server, 'dbo.AspNetUsers', 2)['NormalizedUserName'], 'GROß@EXAMPLE.ORG')
    assert.equal((await scripts.login('groß@example.org', password)).profile?.['email_verified'], true)
    assert.deepEqual(await scripts.getUser('müller@example.org'), { profile: null })
    assert.equal(ada()['UserName'], 'Ada')
  })

  test('a user with a second factor is refused, unless the settings say otherwise', async () => {
    const { columns, rows = [] } = coreTables(published.identity.sha256)['dbo.AspNetUsers'] ?? { columns: {} }
    server.createTable('dbo.AspNetUsers', { columns, rows: rows.map((each) => ({ ...each, TwoFactorEnabled: true })) })
    assert.equal((await scripts.login('ada', password)).profile?.['blocked'], true)
    const settings = { DATABASE_URL: `${server.url}?encrypt=false`, SECOND_FACTOR: 'ignore' }
    const ignoring = await sandbox.connect('aspnet-identity-core', settings)
    assert.equal((await ignoring.login('ada', password)).profile?.['user_id'], 'a1')
  })

  test('a hash that came from ASP.NET Membership verifies, and a user without one has no password', async () => {
    const { hash, salt } = published.sha1
    const table = coreTables('')['dbo.AspNetUsers']
    const rows = [`${hash}|1|${salt}`, null].map((PasswordHash, place) => {
      const [UserName, NormalizedUserName] = [`user${place}`, `USER${place}`]
      return { ...table?.rows?.[0], Id: UserName, UserName, NormalizedUserName, PasswordHash }
    })
    server.createTable('dbo.AspNetUsers', { columns: table?.columns ?? {}, rows })
    assert.equal((await scripts.login('user0', published.sha1.password)).profile?.['user_id'], 'user0')
    assert.equal((await scripts.login('user0', 'wrong')).error?.subject, 'user0')
    assert.equal((await scripts.login('user1', 'wrong')).error?.subject, 'user1')
  })

  test('no statement contains a value that a person typed', () => {
    const texts = server.statements.map(({ sql }) => sql).join('\n')
    assert.ok(server.statements.length >= 10)
    assert.doesNotMatch(texts, /example|ada|müller|user0|'next'|my password/i)
  })
})

describe('ASP.NET Membership', () => {
  let server: SqlServer
  let scripts: ScriptCaller
  const settings = { APPLICATION: '/SHOP', IS_APPROVED: 'verified', PASSWORD_HASH: 'membership-hmac-sha256' }
  before(async () => {
    server = await openSqlServer(membershipTables(published.sha1))
    scripts = await sandbox.connect('aspnet-membership', { DATABASE_URL: `${server.url}?encrypt=false`, ...settings })
  })
  after(() => server.stop())
  const change = (values: Record<string, string | number | boolean>): void => {
    const { columns, rows: [first, ...others] = [] } = membershipTables(published.sha1)['dbo.aspnet_Membership'] ?? {
      columns: {},
    }
    server.createTable('dbo.aspnet_Membership', { columns, rows: [{ ...first, ...values }, ...others] })
  }

  test('a password that is kept as it is verifies, one that is encrypted is refused and can be set anew', async () => {
    change({ PasswordFormat: 0, Password: ' clear ', PasswordSalt: '' })
    assert.equal((await scripts.login('ada', ' clear ')).profile?.['username'], 'Ada')
    assert.equal((await scripts.login('ada', 'clear')).error?.name, 'WrongUsernameOrPasswordError')
    change({ PasswordFormat: 2 })
    const { error } = await scripts.login('ada', published.sha1.password)
    assert.deepEqual(
      [error?.outcome, error?.message],
      ['script_error', 'the password is encrypted (PasswordFormat 2) and cannot be verified'],
    )
    assert.equal((await scripts.getUser('ada')).profile?.['username'], 'Ada')
    await scripts.call('change_password', 'ada', 'next')
    assert.equal(row(server, 'dbo.aspnet_Membership')['PasswordFormat'], 1)
    const { Password, PasswordSalt } = row(server, 'dbo.aspnet_Membership') as {
      Password: string
      PasswordSalt: string
    }
    const stored = { hash: Password, salt: PasswordSalt }
    assert.equal(await verify('next', stored, { format: 'membership-hmac-sha256' }), true)
    assert.equal((await scripts.login('ada@example.org', 'next')).profile?.['email_verified'], true)
  })

  test('a user who is not approved is refused until the address is verified', async () => {
    change({ IsApproved: false })
    assert.equal((await scripts.login('ada', published.sha1.password)).profile?.['blocked'], true)
    assert.equal((await scripts.getUser('ada')).profile?.['blocked'], true)
    assert.deepEqual(await scripts.call('verify', 'ada'), { value: true })
    assert.equal((await scripts.login('ada', published.sha1.password)).profile?.['email_verified'], true)
  })

  test('a name belongs to one application, and an application that does not exist is an error', async () => {
    const other = await sandbox.connect('aspnet-membership', { DATABASE_URL: `${server.url}?encrypt=false` })
    const [here, there] = [await scripts.getUser('ada'), await other.getUser('ada')]
    assert.notEqual(here.profile?.['user_id'], there.profile?.['user_id'])
    const missing = { DATABASE_URL: `${server.url}?encrypt=false`, APPLICATION: '/nothing' }
    const nowhere = await sandbox.connect('aspnet-membership', missing)
    assert.deepEqual(await nowhere.getUser('ada'), { profile: null })
    const { error } = await nowhere.call('create', { email: 'new@example.org', password: 'x' })
    assert.match(error?.message ?? '', /NULL into column 'ApplicationId'/)
  })
})
