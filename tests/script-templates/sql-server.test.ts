// The connection of the templates of SQL Server: its pool, its time limits, outages and encryption.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createConnection, createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { checkTemplate } from '../../src/connections/check-template.ts'
import { generateTemplate, readScriptTemplate } from '../../src/connections/script-templates.ts'
import { default_limits } from '../../src/sandbox/limits.ts'
import { startScriptRuntime } from '../../src/sandbox/script-runtime.ts'
import { makeDevCert } from '../../src/server/dev-cert.ts'
import { freePort } from '../support/free-port.ts'
import { type SqlServer, startSqlServer } from '../support/sql-server/server.ts'
import { SqlServerError } from '../support/sql-server/values.ts'
import { removeTempFolder, tempFolder } from '../support/temp-folder.ts'
import { sandbox_mode } from '../support/sandbox-mode.ts'
import { type ScriptSandbox, startScriptSandbox } from './script-caller.ts'
import { published } from './sql-server-tables.ts'
import { openSqlServer } from './sql-server-template-cases.ts'

const folder = tempFolder('sql-server')
const { password } = published.identity
let sandbox: ScriptSandbox
let tls: { key: string; cert: string }
let ca: string
let server: SqlServer
const settings = { TABLE: 'users', ID_COLUMN: 'Id', EMAIL_COLUMN: 'Email', PASSWORD_COLUMN: 'Hash' }
const users = {
  'dbo.users': {
    columns: { Id: 'bigint primary key', Email: 'nvarchar(200)', Hash: 'nvarchar(100)' },
    rows: [{ Id: 7, Email: 'ada@example.org', Hash: published.identity.v2 }],
  },
}
before(async () => {
  sandbox = startScriptSandbox()
  server = await openSqlServer(users)
  const made = await makeDevCert({ folder })
  tls = { key: readFileSync(made.key_file, 'utf8'), cert: readFileSync(made.cert_file, 'utf8') }
  ca = readFileSync(made.ca_file, 'utf8')
})
after(async () => {
  await sandbox?.close()
  await server?.stop()
  removeTempFolder(folder)
})

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
  assert.equal((await scripts.login('ada@example.org', password)).error?.outcome, 'legacy_timeout')
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

test('a connection that the server closes is an outage for its call, and replaced for the next', async () => {
  const scripts = await connect(`${server.url}?encrypt=false`, { POOL_MAX: '1' })
  assert.equal((await scripts.getUser('ada@example.org')).profile?.['user_id'], '7')
  server.disconnect()
  // The driver may not have noticed yet.
  const { error } = await scripts.getUser('ada@example.org')
  assert.ok(error === undefined || error.outcome === 'legacy_unreachable', JSON.stringify(error))
  assert.equal((await scripts.getUser('ada@example.org')).profile?.['user_id'], '7')
  server.delay(20_000, '[users]')
  const answer = scripts.getUser('ada@example.org')
  // The statement has arrived by then, and the time limit of the template is longer.
  setTimeout(() => server.disconnect(), 2000)
  assert.equal((await answer).error?.outcome, 'legacy_unreachable')
  server.delay(0)
  assert.equal((await scripts.getUser('ada@example.org')).profile?.['user_id'], '7')
})

test('a server that accepts and does not answer is a time-out, one that is down unreachable until it is back', async () => {
  const silent = createServer((socket) => socket.on('error', () => {}))
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const url = (port: number): string => `sqlserver://u:p@127.0.0.1:${port}/shop?encrypt=false`
  const { port } = silent.address() as AddressInfo
  assert.equal((await (await connect(url(port))).getUser('ada@example.org')).error?.outcome, 'legacy_timeout')
  silent.close()
  const free = await freePort()
  const scripts = await connect(`${server.url.replace(String(server.port), String(free))}?encrypt=false`)
  assert.equal((await scripts.getUser('ada@example.org')).error?.outcome, 'legacy_unreachable')
  const restarted = createServer((socket) => {
    socket
      .on('error', () => {})
      .pipe(createConnection(server.port, '127.0.0.1').on('error', () => {}))
      .pipe(socket)
  })
  restarted.listen(free, '127.0.0.1')
  await once(restarted, 'listening')
  assert.equal((await scripts.getUser('ada@example.org')).profile?.['user_id'], '7')
  restarted.close()
})

test('a wrong password of the database user is an error, not an unknown user', async () => {
  const { error } = await (await connect(`${server.url.replace('legacy', 'other')}?encrypt=false`)).getUser('ada')
  assert.equal(error?.outcome, 'script_error')
  assert.match(error.message, /Login failed/)
})

test('a list of 1,100 users has each once, in the order of uniqueidentifier', async () => {
  const rows = Array.from({ length: 1100 }, (_, place) => ({ Id: randomUUID(), Email: `user${place}@example.org` }))
  server.createTable('dbo.people', {
    columns: { Id: 'uniqueidentifier', Email: 'nvarchar(200)', Hash: 'nvarchar(100)' },
    rows,
  })
  const scripts = await connect(`${server.url}?encrypt=false`, { TABLE: 'people' })
  const listed: string[] = []
  let pages = 0
  for (let cursor: string | null = null; pages === 0 || cursor !== null; pages += 1) {
    const { value } = await scripts.call('list_users', cursor)
    const page = value as { users: { user_id: string }[]; next: string | null }
    listed.push(...page.users.map(({ user_id }) => user_id))
    cursor = page.next
  }
  assert.equal(pages, 3)
  assert.deepEqual(listed.toSorted(), rows.map(({ Id }) => Id.toUpperCase()).toSorted())
})

test('the check of settings names tables, columns, types and forms, and changes nothing', async () => {
  const template = await readScriptTemplate('sql-server')
  assert.ok(template)
  const runtime = startScriptRuntime({ onLog: () => {}, reserved: () => [], hardened: sandbox_mode })
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
