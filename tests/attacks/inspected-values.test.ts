// The connect assistant reads rows of a legacy store: no value of one may leave it, in an answer, a log or the output of a command, also
// where the database quotes it in an error.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { runCommandHere } from '../support/command-here.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'
import { startPostgres, type DatabaseServer } from '../support/servers.ts'
import { addressOf, createTenantApi, type TenantApi } from '../support/tenant-api.ts'
import { tempFolder } from '../support/temp-folder.ts'

const password = 'Known-password-9931'
// Every value of a row has this word, or is one of the hashes.
const mark = 'sampled9931'
const hashes = [
  createHash('md5').update(password).digest('hex'),
  '$2y$10$92IXUNpkjO0rOQ5byMi.Ye4oKoEa3Ro9llC/.og/at2.uheWG/igi',
]
// The user whose password is known; the identifier of a login is kept while it runs.
const known_user = { identifier: 'known@example.org', password }

describe('an inspection of a legacy store', () => {
  let server: ServerProcess
  let api: TenantApi
  let database: DatabaseServer
  let url: string
  let id: string
  before(async () => {
    ;[server, database] = await Promise.all([startServerProcess(), startPostgres()])
    api = createTenantApi(addressOf(server.firstRun()))
    const made = await database.createDatabase('values')
    url = made.url
    await made.query(`create table people (id varchar(80), mail varchar(120), login varchar(80), pwd varchar(120), salt varchar(40),
      locked varchar(40), phone varchar(40), full_name varchar(80), otp_secret varchar(40), birthday varchar(40))`)
    // The first user is not blocked, so that the scripts answer a profile.
    const row = (n: number, hash: string) => {
      const mail = n === 0 ? known_user.identifier : `Ada${mark}@example.org`
      const locked = n === 0 ? 'null' : `'${mark}'`
      return `('${mark}${n}', '${mail}', '${mark}${n}', '${hash}', '${mark}', ${locked}, '${mark}', '${mark}', '${mark}', '${mark}')`
    }
    await made.query(`insert into people values ${hashes.map((hash, n) => row(n, hash)).join(', ')}`)
    // A view whose columns cannot be read: the error quotes the value.
    await made.query(
      'create view accounts as select id, mail as email, pwd as password, cast(mail as integer) as username, cast(login as integer) as locked from people',
    )
    const options = { configuration: { DATABASE_URL: url }, egress: { mode: 'allow_list', allow: [new URL(url).host] } }
    id = await api.createConnection('shop', options)
  })
  after(async () => {
    await server.stop()
    await database.stop()
  })

  function assertNoValue(text: string, where: string): void {
    const secrets = [mark, password, new URL(url).password, ...hashes, ...hashes.map((hash) => hash.slice(8, 24))]
    for (const secret of secrets) assert.ok(!text.includes(secret), `${where} has ${secret}`)
  }

  /** Everything that the server keeps and prints. */
  async function traces(): Promise<string> {
    const logs = JSON.stringify(await api.logs())
    const script_logs = JSON.stringify(await api.must('GET', `connections/${id}/script-logs`))
    return [logs, script_logs, ...server.lines()].join('\n')
  }

  test('answers, logs and prints no value of a row [guard: inspection-without-values]', async () => {
    for (const settings of [{}, { TABLE: 'accounts' }]) {
      const { status, text } = await api.api('POST', `connections/${id}/inspect`, { settings, known_user })
      assert.equal(status, 200, text)
      assertNoValue(text, `the answer for ${JSON.stringify(settings)}`)
    }
    assertNoValue(await traces(), 'a log')
  })

  test('whose statement fails answers the code of the error, not its message [guard: inspection-errors-coded]', async () => {
    const { text } = await api.api('POST', `connections/${id}/inspect`, { settings: { TABLE: 'accounts' } })
    assertNoValue(text, 'the answer')
    // invalid_text_representation
    assert.match(text, /"failed":"22P02"/)
  })

  test('leaves its password and the address of the database in no log [guard: inspection-request-unlogged]', async () => {
    await api.must('POST', `connections/${id}/inspect`, { configuration: { DATABASE_URL: url }, known_user })
    const logged = await traces()
    assertNoValue(logged, 'a log')
    assert.ok(!logged.includes(known_user.identifier), 'a log has the identifier')
    assert.match(logged, /Inspect the legacy store of a connection/)
    const files = readdirSync(server.data_dir, { withFileTypes: true }).filter((entry) => entry.isFile())
    for (const { name } of files) {
      const content = readFileSync(join(server.data_dir, name)).toString('latin1')
      for (const secret of [mark, password]) assert.ok(!content.includes(secret), `${name} has ${secret}`)
    }
  })

  test('writes nothing, also where a view calls a function that would [guard: inspection-reads-only]', async () => {
    const made = await database.createDatabase('writes')
    await made.query('create sequence calls')
    await made.query(`create table stored (id int, email text, password text)`)
    await made.query(`insert into stored values (1, 'ada@example.org', '${hashes[1] ?? ''}')`)
    await made.query(`create view users as select id, email, password, nextval('calls') as last_login from stored`)
    const configuration = { DATABASE_URL: made.url.replace(made.host, 'localhost') }
    const allow = [new URL(configuration.DATABASE_URL).host]
    const writing = await api.createConnection('writing', { configuration, egress: { mode: 'allow_list', allow } })
    const found = await api.must('POST', `connections/${writing}/inspect`, { settings: { TABLE: 'users' } })
    assert.equal(found.users_table.table, 'users')
    assert.deepEqual(await made.query('select is_called from calls'), [{ is_called: false }])
  })

  test('runs at most twice at once for a tenant [guard: inspections-bounded]', async () => {
    const started = [1, 2, 3, 4].map(() => api.api('POST', `connections/${id}/inspect`, {}))
    const statuses = (await Promise.all(started)).map(({ status }) => status).toSorted((one, other) => one - other)
    assert.deepEqual(statuses, [200, 200, 429, 429])
  })

  test('by the command prints no value, and writes the proposed settings to a file', async () => {
    const folder = tempFolder('propose')
    const [settings, written] = [join(folder, 'database.json'), join(folder, 'shop.json')]
    writeFileSync(settings, JSON.stringify({ DATABASE_URL: url, TABLE: 'people' }))
    const args = ['templates', 'propose', '--name', 'new-shop', '--settings', settings]
    const known = ['--known-user', known_user.identifier]
    const shown = await runCommandHere([...args, ...known, '--write', written], { env: server.env, input: password })
    assert.equal(shown.status, 0, shown.stderr)
    assert.match(shown.stderr, /^Written: \S+shop\.json, with \d+ proposed settings; only you can read it\./)
    assertNoValue(shown.stdout + shown.stderr, 'the output')
    assert.match(shown.stdout, /^PostgreSQL [\d.]+ \(postgresql\): 2 tables and views\n/)
    assert.match(shown.stdout, /\n {2}password +pwd +character varying\(120\) +\d+ +its name is usual; 2 of 2/)
    assert.match(
      shown.stdout,
      /\nNext: .* templates apply --template postgresql --name new-shop --settings .*shop\.json\n$/,
    )
    const proposed = JSON.parse(readFileSync(written, 'utf8')) as Record<string, string>
    assert.deepEqual([proposed['TABLE'], proposed['DATABASE_URL']], ['people', url])
    const again = await runCommandHere([...args, '--write', written], { env: server.env })
    assert.match(again.stderr, /--write .* exists: the command does not replace a file/)
    const json = await runCommandHere([...args, '--json'], { env: server.env })
    assertNoValue(json.stdout, 'the JSON')
    assert.equal((JSON.parse(json.stdout) as { engine: string }).engine, 'postgresql')
    const without = await runCommandHere(['templates', 'propose', '--name', 'nowhere'], { env: server.env })
    assert.match(without.stderr, /There is no connection "nowhere" yet: give --settings/)
  })
})
