import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { settings } from '../../src/config/settings.ts'
import { Refusal } from '../../src/contract/refusal.ts'
import { commands, type CommandOptions } from '../../src/server/commands.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { send } from '../support/requests.ts'
import { runCommand, startServerProcess } from '../support/server-process.ts'
import { addressOf, createTenantApi } from '../support/tenant-api.ts'
import { withStore } from './stopped-store.ts'

test('--help names every command and every setting, in any environment', async () => {
  const { status, stdout, stderr } = await runCommand(['--help'], { env: { WHERRY_PORT: 'nonsense' } })
  assert.deepEqual([status, stderr], [0, ''])
  for (const name of [...Object.keys(commands), ...Object.keys(settings)]) assert.ok(stdout.includes(name), name)
})

test('--version prints the version of the package', async () => {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
    version: string
  }
  assert.deepEqual(await runCommand(['--version']), { status: 0, stdout: `${manifest.version}\n`, stderr: '' })
})

test('an unknown command or option exits with status 2, the reason and the usage', async () => {
  const cases: [string[], RegExp][] = [
    [['tenants', 'destroy'], /There is no command "tenants destroy"/],
    [['constructor'], /There is no command "constructor"\.\n/],
    [['sevre'], /There is no command "sevre"\. Did you mean "serve"\?/],
    [['tenants', 'lsit'], /There is no command "tenants lsit"\. Did you mean "tenants list"\?/],
    [['templates'], /There is no command "templates". There are: templates list, templates print\./],
    [['serve', '--prot', '1'], /--prot/],
  ]
  for (const [args, reason] of cases) {
    const { status, stdout, stderr } = await runCommand(args)
    assert.deepEqual([status, stdout], [2, ''], args.join(' '))
    assert.match(stderr, reason)
    assert.ok(stderr.includes('Usage:') && !stderr.includes('    at '), 'usage, and no stack')
    assert.ok(stderr.split('\n').length < 12, 'the reason is still visible')
  }
})

test('missing and invalid options are refused before the store is opened', async () => {
  const data_dir = join(tempFolder('options'), 'data')
  const wrong: [string, CommandOptions, RegExp][] = [
    ['tenants create', { name: 'other' }, /Please give --domain/],
    ['tenants create', { domain: 'other.test' }, /Please give --name/],
    ['tenants create', { name: 'Other Tenant', domain: 'other.test' }, /--name must be/],
    ['tenants create', { name: 'x'.repeat(64), domain: 'other.test' }, /--name must be/],
    ['tenants create', { name: 'other', domain: 'https://other.test/' }, /--domain must be/],
    ['tenants create', { name: 'other', domain: 'other.test', plan: 'gold' }, /--plan must be one of free, developer/],
    ['tenants create', { name: 'default', domain: 'other.test' }, /first start/],
    ['tenants plan', { tenant: 'acme' }, /Please give --plan/],
    ['tenants plan', { plan: 'free' }, /Please give --tenant/],
    ['tenants plan', { tenant: 'acme', plan: 'Free' }, /--plan must be one of/],
  ]
  for (const [name, options, reason] of wrong) {
    const run = commands[name]?.({ WHERRY_DATA_DIR: data_dir }, options)
    assert.ok(run)
    await assert.rejects(run, (error) => error instanceof Refusal && reason.test(error.message), reason.source)
  }
  assert.equal(existsSync(data_dir), false)
})

test('commands create and list tenants, change plans, print set-up links and rotate keys on a stopped store; a running server holds it', async () => {
  const first = await startServerProcess()
  const command = (...args: string[]) => runCommand(args, { env: first.env })

  const held = await command('tenants', 'list')
  assert.deepEqual([held.status, held.stdout], [1, ''])
  assert.match(held.stderr, /in use by another Wherry process/)
  assert.ok(!held.stderr.includes('    at '), 'no stack')
  await first.stop()

  const create = ['tenants', 'create', '--name', 'acme', '--domain', `ACME.localhost:${first.port}`]
  const made = await command(...create, '--plan', 'free')
  assert.deepEqual([made.status, made.stderr], [0, ''])
  const acme = JSON.parse(made.stdout) as ReturnType<typeof first.firstRun>
  assert.equal(acme.issuer, `http://acme.localhost:${first.port}/`)
  assert.deepEqual(Object.keys(acme), Object.keys(first.firstRun()))
  const again = await command(...create)
  assert.deepEqual([again.status, again.stdout], [1, ''])
  assert.match(again.stderr, /exists/)

  assert.equal((await command('tenants', 'plan', '--tenant', 'acme', '--plan', 'developer')).status, 0)
  assert.equal((await command('tenants', 'plan', '--tenant', 'default', '--plan', 'developer_pro')).status, 0)
  const listed = await command('tenants', 'list')
  assert.deepEqual(listed.stdout.split('\n'), [
    `default\tlocalhost:${first.port}\tdeveloper_pro\t(default)`,
    `acme\tacme.localhost:${first.port}\tdeveloper`,
    '',
  ])
  const link = (await command('admin-link', '--tenant', 'acme')).stdout.trim()
  assert.ok(link.startsWith(`${first.env['WHERRY_ADMIN_URL']}/u/admin-setup?ticket=`))
  const rotated = await command('keys', 'rotate', '--tenant', 'acme')
  assert.deepEqual([rotated.status, rotated.stderr], [0, ''])
  const kid = / key (\S+) now/.exec(rotated.stdout)?.[1]

  const second = await startServerProcess({ env: first.env })
  const { keys } = (await send(`${acme.issuer}.well-known/jwks.json`)).json
  assert.equal(keys[0].kid, kid, 'the key that the command named signs')
  assert.equal((await createTenantApi(addressOf(acme)).requestToken()).status, 200)
  assert.equal((await send(link)).status, 200)
  const foreign_client = { ...first.firstRun(), issuer: acme.issuer }
  const refused = await createTenantApi(addressOf(foreign_client)).requestToken()
  assert.equal(refused.status, 401, 'a tenant knows its own clients only')
  await second.stop()
  const plan = await withStore(
    first.data_dir,
    async (db) =>
      (await db.selectFrom('tenants').select('plan').where('name', '=', 'default').executeTakeFirst())?.plan,
  )
  assert.equal(plan, 'developer_pro', 'a restart leaves the plan that the operator chose')
})

test('a command on a folder without a store reports that', async () => {
  const env = { WHERRY_DATA_DIR: join(tempFolder('new'), 'data') }
  const { status, stderr } = await runCommand(['admin-link'], { env })
  assert.equal(status, 1)
  assert.match(stderr, /There is no tenant yet: start the server once/)
})
