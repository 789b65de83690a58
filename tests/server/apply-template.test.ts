// The command `templates apply`, which finds the mistakes in the settings before anything is saved.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { bcrypt_of_password } from '../script-templates/sql-fixture.ts'
import { runCommandHere } from '../support/command-here.ts'
import { startMariadb, startPostgres, type DatabaseServer } from '../support/servers.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { inTier } from '../support/tier.ts'
import { tempFolder } from '../support/temp-folder.ts'

const columns = 'customer_no integer primary key, mail varchar(200), pass_hash varchar(300), full_name varchar(100)'
const named = { TABLE: 'customers', ID_COLUMN: 'customer_no', EMAIL_COLUMN: 'mail', PASSWORD_COLUMN: 'pass_hash' }
const file = path.join(tempFolder('settings'), 'settings.json')

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(async () => await server.close())

type Store = [template: string, start: () => Promise<DatabaseServer>]

const [template, start] = inTier<Store>(['postgresql', startPostgres], ['mysql', startMariadb])

describe(`templates apply with ${template}`, () => {
  const shop = `shop-${template}`
  let store: DatabaseServer
  before(async () => {
    store = await start()
    await store.query(`create table customers (${columns})`)
    const parameters = template === 'mysql' ? '?, ?, ?, ?' : '$1, $2, $3, $4'
    for (const [id, hash] of [
      [7, bcrypt_of_password],
      [8, '900150983cd24fb0d6963f7d28e17f72'],
      [9, bcrypt_of_password.slice(0, 40)],
    ]) {
      await store.query(`insert into customers values (${parameters})`, [id, `ada${id}@example.org`, hash, 'Ada L'])
    }
  })
  after(async () => await store.stop())

  const argumentsFor = (name: string, ...more: string[]): string[] => {
    return ['templates', 'apply', '--template', template, '--name', name, '--settings', file, ...more]
  }
  const apply = async (settings: Record<string, string>, name = shop, ...more: string[]) => {
    writeFileSync(file, JSON.stringify({ DATABASE_URL: store.url, ...settings }))
    return await runCommandHere(argumentsFor(name, ...more), { env: server.env })
  }

  test('a store that does not answer is no mistake in the settings', async () => {
    const { status, stderr } = await apply({ ...named, DATABASE_URL: store.url.replace(/:\d+\//, ':1/') })
    assert.equal(status, 1)
    assert.match(
      stderr,
      /The legacy store could not be reached\. The settings were not checked; nothing was saved\..*ECONNREFUSED/s,
    )
  })

  test('refuses settings that do not fit the store, with the name that was meant, and saves nothing [guard: template-settings-checked]', async () => {
    for (const [settings, message] of [
      [{ ...named, TABLE: 'costumers' }, /TABLE: there is no table costumers \(did you mean customers\?\)/],
      [{ ...named, EMAIL_COLUMN: 'email' }, /EMAIL_COLUMN: the table has no column email/],
      [
        { ...named, NAME_COLUMN: 'fullname' },
        /NAME_COLUMN: the table has no column fullname \(did you mean full_name\?\)/,
      ],
      [{ ...named, PASSWORD_COLUMNS: 'x' }, /PASSWORD_COLUMNS is not a setting.*did you mean PASSWORD_COLUMN\?/],
      [{ DATABASE_URL: 'https://db.example.com/x' }, /DATABASE_URL must begin with (?:postgres|mysql):\/\//],
    ] as const) {
      const { status, stdout, stderr } = await apply(settings)
      assert.deepEqual([status, stdout], [1, ''])
      assert.match(stderr, message)
      assert.doesNotMatch(stderr, /ada|example\.org|\$2y/)
    }
    const wrong = new URL(store.url)
    wrong.password = 'letmein-please'
    const { status, stderr } = await apply({ ...named, DATABASE_URL: String(wrong) })
    assert.equal(status, 1)
    assert.doesNotMatch(stderr, /letmein/)
    const saved = (await server.must('GET', 'connections?fields=name')) as { name: string }[]
    assert.ok(saved.every(({ name }) => name !== shop))
  })

  test('creates the connection, and updates it with the same command', async () => {
    writeFileSync(file, JSON.stringify({ DATABASE_URL: store.url, ...named }))
    const created = await runCommandHere(argumentsFor(shop), { env: server.env })
    assert.deepEqual([created.status, created.stderr], [0, ''])
    const begins = new RegExp(
      String.raw`^The connection "${shop}" \((con_\w+)\) was created\.\noptions\.id_namespace: "${shop}"\nRows: 3\nColumns: customer_no \(int`,
    )
    assert.match(created.stdout, begins)
    assert.match(created.stdout, /EMAIL_COLUMN, in 3 rows: address: 3\n/)
    assert.match(created.stdout, /PASSWORD_COLUMN, in 3 rows: bcrypt: 1, hex of 16 bytes: 1, bcrypt, cut off: 1\n$/)
    assert.doesNotMatch(created.stdout, /ada\d|example\.org|900150|Ada L/)
    const trimming = await apply({ ...named, PASSWORD_TRIM: 'yes' })
    assert.match(trimming.stdout, /\noptions\.password_normalization: {"trim":true}\n/)
    const client = await server.createClient()
    const updated = await apply({ ...named, NAME_COLUMN: 'full_name' }, shop, '--client', client.client_id)
    assert.match(updated.stdout, /\) was updated\./)
    assert.doesNotMatch(updated.stdout, /password_normalization/)
    assert.equal(/con_\w+/.exec(updated.stdout)?.[0], /con_\w+/.exec(created.stdout)?.[0])
    const login = await server.login(client, shop, 'ADA7@example.org', 'password')
    assert.equal(login.status, 200, login.text)
  })

  test('warns of columns that sign-up in legacy mode would leave empty', async () => {
    const legacy = await apply(named, `written-${template}`, '--mode', 'legacy')
    assert.equal(legacy.status, 0, legacy.stderr)
    assert.deepEqual(legacy.stdout.match(/^Warning: sign-up will fail: the column \w+/gm), [
      'Warning: sign-up will fail: the column customer_no',
    ])
    const with_id = await apply({ ...named, NEW_ID: 'uuid' }, `written-${template}`, '--mode', 'legacy')
    assert.doesNotMatch(with_id.stdout, /Warning/)
    assert.doesNotMatch((await apply(named, `moved-${template}`)).stdout, /Warning/)
  })

  test('warns of addresses that belong to several rows', async () => {
    await store.query(
      `insert into customers values (20, 'ADA7@example.org', '', 'Eve'), (21, '', '', 'None'), (22, '', '', 'No')`,
    )
    const { stdout } = await apply(named, `doubled-${template}`)
    assert.match(stdout, /^Warning: 1 e-mail address belongs to several rows/m)
    await store.query('delete from customers where customer_no >= 20')
  })

  if (template === 'postgresql') {
    test('reads only, also from a view that would write [guard: template-check-read-only]', async () => {
      await store.query('create table marks (mark integer)')
      await store.query(
        "create function mark() returns integer language sql as 'insert into marks values (1) returning mark'",
      )
      await store.query('create view marking as select customers.*, mark() from customers')
      const { status, stderr } = await apply({ ...named, TABLE: 'marking' }, 'marking')
      assert.equal(status, 1)
      assert.match(stderr, /cannot execute INSERT in a read-only transaction/)
      assert.deepEqual(await store.query('select * from marks'), [])
    })

    test('works where no server runs, too', async () => {
      await server.stop()
      const { status, stdout } = await apply(named, 'other')
      assert.equal(status, 0)
      assert.match(stdout, /The connection "other" \(con_\w+\) was created\./)
      server = await startTestServer({ env: server.env })
    })
  }
})
