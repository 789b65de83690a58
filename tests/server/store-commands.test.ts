// The commands on the store, while a server runs and while none runs.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { runCommandHere } from '../support/command-here.ts'
import { send } from '../support/requests.ts'
import { startPostgres } from '../support/servers.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { addressOf, createTenantApi } from '../support/tenant-api.ts'
import { restartTestServer, startTestServer } from '../support/test-server.ts'
import { withStore } from './stopped-store.ts'

for (const state of ['running', 'stopped'] as const) {
  test(`with a ${state} server, commands create and list tenants, change plans, print set-up links and rotate keys`, async () => {
    let server = await startTestServer()
    if (state === 'stopped') await server.stop()
    const command = (...args: string[]) => runCommandHere(args, { env: server.env })

    const create = ['tenants', 'create', '--name', 'acme', '--domain', `ACME.localhost:${server.port}`]
    const made = await command(...create, '--plan', 'free')
    assert.deepEqual([made.status, made.stderr], [0, ''])
    const acme = JSON.parse(made.stdout) as typeof server.first_run
    assert.equal(acme.issuer, `http://acme.localhost:${server.port}/`)
    assert.deepEqual(Object.keys(acme), Object.keys(server.first_run))
    const again = await command(...create)
    assert.deepEqual([again.status, again.stdout], [1, ''])
    assert.match(again.stderr, /exists/)
    assert.ok(!again.stderr.includes('    at '), 'no stack')

    assert.equal((await command('tenants', 'plan', '--tenant', 'acme', '--plan', 'developer')).status, 0)
    assert.equal((await command('tenants', 'plan', '--tenant', 'default', '--plan', 'developer_pro')).status, 0)
    const listed = await command('tenants', 'list')
    assert.deepEqual(listed.stdout.replaceAll(/\tten_\w+/g, '\tten_').split('\n'), [
      `default\t127.0.0.1:${server.port}\tdeveloper_pro\tten_\t(default)`,
      `acme\tacme.localhost:${server.port}\tdeveloper\tten_`,
      '',
    ])
    const link = (await command('admin-link', '--tenant', 'acme')).stdout.trim()
    assert.ok(link.startsWith(`${server.admin_url}/u/admin-setup?ticket=`))
    const rotated = await command('keys', 'rotate', '--tenant', 'acme')
    assert.deepEqual([rotated.status, rotated.stderr], [0, ''])
    const kid = / key (\S+) now/.exec(rotated.stdout)?.[1]

    if (state === 'stopped') server = await restartTestServer(server)
    const { keys } = (await send(`${acme.issuer}.well-known/jwks.json`)).json
    assert.equal(keys[0].kid, kid, 'the key that the command named signs')
    assert.equal((await createTenantApi(addressOf(acme)).requestToken()).status, 200)
    assert.equal((await send(link)).status, 200)
    const foreign_client = { ...server.first_run, issuer: acme.issuer }
    const refused = await createTenantApi(addressOf(foreign_client)).requestToken()
    assert.equal(refused.status, 401, 'a tenant knows its own clients only')
    await server.stop()
    const plan = await withStore(
      server.data_dir,
      async (db) =>
        (await db.selectFrom('tenants').select('plan').where('name', '=', 'default').executeTakeFirst())?.plan,
    )
    assert.equal(plan, 'developer_pro', 'a restart leaves the plan that the operator chose')
  })
}

test('commands migrate no store of an earlier version, and say who does', async () => {
  const server = await startTestServer()
  await server.stop()
  const newest = await withStore(server.data_dir, async (db) => {
    const { version } = await db
      .selectFrom('schema_versions')
      .select('version')
      .orderBy('version', 'desc')
      .executeTakeFirstOrThrow()
    await db.deleteFrom('schema_versions').where('version', '=', version).execute()
    return version
  })
  for (const args of [['tenants', 'list'], ['doctor']]) {
    const { status, stdout, stderr } = await runCommandHere(args, { env: server.env })
    assert.equal(status, 1, args.join(' '))
    assert.match(
      stdout + stderr,
      new RegExp(`schema version ${newest - 1}, and this Wherry needs ${newest}. Back it up`),
    )
  }
  const database = new DatabaseSync(join(server.data_dir, 'wherry.sqlite'), { readOnly: true })
  const found = database.prepare('select max(version) as version from schema_versions').get()
  database.close()
  assert.equal(found?.['version'], newest - 1)
})

test('commands make no store in a database or a file that has none, and say where they looked [guard: no-store-by-commands]', async () => {
  const server = await startPostgres()
  const WHERRY_DATA_DIR = tempFolder('data')
  const file = join(WHERRY_DATA_DIR, 'wherry.sqlite')
  try {
    await server.query('create table customers (id int)')
    const password = encodeURIComponent(server.password)
    const in_postgres = { DATABASE_URL: server.url, WHERRY_DATA_DIR, WHERRY_SECRET_KEY: 'k'.repeat(32) }
    for (const args of [['users', 'find'], ['tenants', 'create', '--name', 'a', '--domain', 'a.test'], ['doctor']]) {
      const { status, stdout, stderr } = await runCommandHere(args, { env: in_postgres })
      assert.equal(status, 1, args.join(' '))
      assert.match(
        stdout + stderr,
        new RegExp(
          `The database ${server.database} at DATABASE_URL has no store of Wherry\\. Set DATABASE_URL as for the server`,
        ),
      )
      assert.ok(!stderr.includes(server.password) && !stderr.includes(password))
    }
    const tables = await server.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public'`,
    )
    assert.deepEqual(tables, [{ name: 'customers' }])
    writeFileSync(file, '')
    const { status, stderr } = await runCommandHere(['users', 'find'], { env: { WHERRY_DATA_DIR } })
    assert.equal(status, 1)
    assert.match(
      stderr,
      /The file .*wherry\.sqlite has no store of Wherry\. Set WHERRY_DATA_DIR or DATABASE_URL as for the server/,
    )
    assert.doesNotMatch(readFileSync(file, 'latin1'), /create table/i)
  } finally {
    await server.stop()
  }
})
