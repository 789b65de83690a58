// What is special to the templates of SQL Server; every script of each is in tests/long/templates.test.ts.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { checkTemplate } from '../../src/connections/check-template.ts'
import { generateTemplate, readScriptTemplate } from '../../src/connections/script-templates.ts'
import { createVerify, formatOf } from '../../src/passwords/formats/index.ts'
import { native_primitives } from '../../src/passwords/native-primitives.ts'
import { default_limits } from '../../src/sandbox/limits.ts'
import { startScriptRuntime } from '../../src/sandbox/script-runtime.ts'
import { makeDevCert } from '../../src/server/dev-cert.ts'
import { freePort } from '../support/free-port.ts'
import { type SqlServer, startSqlServer } from '../support/sql-server/server.ts'
import { SqlServerError } from '../support/sql-server/values.ts'
import { removeTempFolder, tempFolder } from '../support/temp-folder.ts'
import { type ScriptCaller, type ScriptSandbox, startScriptSandbox } from './script-caller.ts'
import { coreTables, membershipTables, published } from './sql-server-tables.ts'
import { openSqlServer } from './sql-server-template-cases.ts'

const verify = createVerify(native_primitives)
const folder = tempFolder('sql-server')
const { password } = published.identity
let sandbox: ScriptSandbox
let tls: { key: string; cert: string }
let ca: string

before(async () => {
  sandbox = startScriptSandbox()
  const made = await makeDevCert({ folder })
  tls = { key: readFileSync(made.key_file, 'utf8'), cert: readFileSync(made.cert_file, 'utf8') }
  ca = readFileSync(made.ca_file, 'utf8')
})
after(async () => {
  await sandbox?.close()
  removeTempFolder(folder)
})

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
    assert.equal((await scripts.login('ada', published.sha1.password)).error?.name, 'UnauthorizedError')
    assert.equal((await scripts.getUser('ada')).error?.name, 'UnauthorizedError')
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

describe('the connection', () => {
  let server: SqlServer
  const settings = { TABLE: 'users', ID_COLUMN: 'Id', EMAIL_COLUMN: 'Email', PASSWORD_COLUMN: 'Hash' }
  const users = {
    'dbo.users': {
      columns: { Id: 'bigint primary key', Email: 'nvarchar(200)', Hash: 'nvarchar(100)' },
      rows: [{ Id: 7, Email: 'ada@example.org', Hash: published.identity.v2 }],
    },
  }
  before(async () => {
    server = await openSqlServer(users)
  })
  after(() => server.stop())
  const connect = (url: string, more: Record<string, string> = {}, template = 'sql-server') =>
    sandbox.connect(template, { DATABASE_URL: url, ...settings, ...more })

  test('60 logins and look-ups share a pool of the set size', async () => {
    const scripts = await connect(`${server.url}?encrypt=false`, { POOL_MAX: '3' })
    let most = 0
    for (let round = 0; round < 6; round += 1) {
      const answers = Array.from({ length: 10 }, (_, place) =>
        place % 2 ? scripts.login('ada@example.org', password) : scripts.getUser('ada@example.org'),
      )
      for (const answer of await Promise.all(answers)) assert.equal(answer.profile?.['user_id'], '7')
      most = Math.max(most, server.openConnections())
    }
    assert.ok(most >= 1 && most <= 3, `${most} connections`)
    assert.equal(server.statements.length, 60)
    // One login finds out whether the server answers.
    assert.ok(server.logins() <= 4, `${server.logins()} logins`)
  })

  test('a slow answer is a time-out, an error of an overloaded server an outage, and the next call works', async () => {
    const scripts = await connect(`${server.url}?encrypt=false`, { POOL_MAX: '1' })
    server.delay(20_000, '[users]')
    const started = Date.now()
    assert.equal((await scripts.login('ada@example.org', password)).error?.outcome, 'legacy_timeout')
    assert.ok(Date.now() - started < 9_000)
    server.delay(0)
    for (const [number, outcome] of [
      [40_613, 'legacy_unreachable'],
      [10_928, 'legacy_unreachable'],
      [229, 'script_error'],
    ] as const) {
      server.fail(new SqlServerError(number, 'a message'))
      assert.equal((await scripts.getUser('ada@example.org')).error?.outcome, outcome)
    }
    server.fail(undefined)
    assert.equal((await scripts.getUser('ada@example.org')).profile?.['user_id'], '7')
  })

  test('a server that accepts and does not answer is a time-out, one that is down unreachable', async () => {
    const silent = createServer((socket) => socket.on('error', () => {}))
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const url = (port: number): string => `sqlserver://u:p@127.0.0.1:${port}/shop?encrypt=false`
    const { port } = silent.address() as AddressInfo
    assert.equal((await (await connect(url(port))).getUser('ada@example.org')).error?.outcome, 'legacy_timeout')
    silent.close()
    const down = await connect(url(await freePort()))
    assert.equal((await down.getUser('ada@example.org')).error?.outcome, 'legacy_unreachable')
  })

  test('a wrong password of the database user is an error, not an unknown user', async () => {
    const { error } = await (await connect(`${server.url.replace('legacy', 'other')}?encrypt=false`)).getUser('ada')
    assert.equal(error?.outcome, 'script_error')
    assert.match(error.message, /Login failed/)
  })

  test('the check of settings names tables, columns, types and forms, and changes nothing', async () => {
    const template = await readScriptTemplate('sql-server')
    assert.ok(template)
    const runtime = startScriptRuntime({ onLog: () => {}, reserved: () => [], hardened: 'off' })
    const deps = {
      scripts: runtime,
      script_limits: default_limits,
      mayReachPrivateNetworks: () => Promise.resolve(true),
    }
    const check = (answers: Record<string, string>) =>
      checkTemplate(
        deps,
        'tenant',
        template,
        generateTemplate(template, 'shop', { DATABASE_URL: `${server.url}?encrypt=false`, ...settings, ...answers }),
      )
    try {
      assert.deepEqual(await check({}), {
        findings: [
          'Rows: 1',
          'Columns: Id (bigint), Email (nvarchar), Hash (nvarchar)',
          'EMAIL_COLUMN, in 1 rows: address: 1',
          'PASSWORD_COLUMN, in 1 rows: base64 of 49 bytes: 1',
        ],
        problems: [],
      })
      assert.deepEqual((await check({ TABLE: 'usres' })).problems, [
        'TABLE: there is no table usres (did you mean users?)',
      ])
      assert.deepEqual((await check({ EMAIL_COLUMN: 'Mail' })).problems.length, 1)
      assert.equal(server.rows('dbo.users').length, 1)
    } finally {
      await runtime.close()
    }
  })

  test('the password is not sent to a server without encryption, unless the address says so [guard: sql-server-encryption]', async () => {
    const before_calls = server.logins()
    const url = server.url.replace('127.0.0.1', 'localhost')
    const { error } = await (await connect(url)).getUser('ada@example.org')
    assert.match(error?.message ?? '', /offers no encryption/)
    assert.equal(error?.outcome, 'script_error')
    assert.equal(server.logins(), before_calls)
  })

  for (const encryption of ['required', 'strict'] as const) {
    test(`Azure SQL Database is reached with TLS and a verified certificate; encryption: ${encryption}`, async () => {
      const azure = await startSqlServer({ encryption, tls })
      try {
        azure.createTable('dbo.users', users['dbo.users'])
        const url = `${azure.url.replace('127.0.0.1', 'localhost')}${encryption === 'strict' ? '?encrypt=strict' : ''}`
        const scripts = await connect(url, { DATABASE_CA: ca }, 'azure-sql')
        assert.equal((await scripts.login('ada@example.org', password)).profile?.['user_id'], '7')
        const logins = azure.logins()
        const unknown = await (await connect(`${url}#`, {}, 'azure-sql')).getUser('ada@example.org')
        assert.equal(unknown.error?.outcome, 'legacy_unreachable')
        if (encryption === 'required') {
          const plain = await (await connect(`${url}?encrypt=false`, {}, 'azure-sql')).getUser('ada@example.org')
          assert.match(plain.error?.message ?? '', /encrypt/)
        }
        assert.equal(azure.logins(), logins)
      } finally {
        await azure.stop()
      }
    })
  }
})
