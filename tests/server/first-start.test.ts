import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { managementScopes } from '../../src/contract/management-scopes.ts'
import type { FirstRun } from '../../src/server/first-run-file.ts'
import { table_names } from '../store/sample-row.ts'
import { freePort } from '../support/free-port.ts'
import { send } from '../support/requests.ts'
import { startServerProcess } from '../support/server-process.ts'
import { addressOf, createTenantApi } from '../support/tenant-api.ts'
import { withStore } from './stopped-store.ts'

const everyRow = (folder: string): Promise<Record<string, unknown>> =>
  withStore(folder, async (db) =>
    Object.fromEntries(
      await Promise.all(
        table_names.map(async (table) => [table, await db.selectFrom(table).selectAll().execute()] as const),
      ),
    ),
  )

async function scopesOf(first_run: FirstRun, scope?: string): Promise<string[]> {
  const token = await createTenantApi(addressOf(first_run)).managementToken(scope)
  return String(decodeJwt(token)['scope']).split(' ')
}

test('the first start creates one tenant, writes first-run.json for its owner only and prints the next steps; a restart changes nothing', async () => {
  const port = await freePort()
  const first = await startServerProcess({ env: { WHERRY_PORT: String(port), WHERRY_ADMIN_URL: '' } })
  const admin_setup_url = first.firstRun().admin_setup_url ?? ''
  const file = join(first.data_dir, 'first-run.json')
  const written = readFileSync(file, 'utf8')
  const first_run = first.firstRun()
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(statSync(join(first.data_dir, 'secret.key')).mode & 0o777, 0o600)
  assert.equal(statSync(first.data_dir).mode & 0o077, 0)
  assert.deepEqual(Object.keys(first_run), [
    'issuer',
    'management_audience',
    'management_client_id',
    'management_client_secret',
    'admin_setup_url',
  ])
  assert.equal(first_run.issuer, `http://localhost:${first.port}/`)
  assert.equal(first_run.management_audience, `${first_run.issuer}api/v2/`)
  assert.ok(admin_setup_url.startsWith(`http://localhost:${port + 1}/u/admin-setup?ticket=`), 'on the port after')

  const printed = first.lines().join('\n')
  assert.ok(printed.includes(admin_setup_url) && printed.includes(file))
  assert.ok(!printed.includes(first_run.management_client_secret), 'the secret is in the file only')

  // Password hashes leave the store only where the operator or an owner grants it by name; admins are managed by admins.
  const withheld = ['export:password_hashes', 'read:tenant_admins', 'update:tenant_admins']
  const scopes = managementScopes.map(({ value }) => value).filter((value) => !withheld.includes(value))
  assert.deepEqual((await scopesOf(first_run)).toSorted(), scopes.toSorted(), 'also when none is named')
  assert.deepEqual(await scopesOf(first_run, 'read:users'), ['read:users'])
  assert.equal((await send(admin_setup_url)).status, 200)

  assert.equal(await first.stop(), 0)
  const before = await everyRow(first.data_dir)
  assert.equal((before['tenants'] as unknown[]).length, 2, 'the default tenant and the system tenant')

  const second = await startServerProcess({ env: first.env })
  assert.equal(
    second.lines().some((line) => line.includes('What to do next')),
    false,
  )
  assert.equal(await second.stop(), 0)
  assert.equal(readFileSync(file, 'utf8'), written, 'byte for byte')
  assert.deepEqual(await everyRow(first.data_dir), before)
})

test('a first start that was killed before it wrote the file is completed by the next one, with the same client', async () => {
  const first = await startServerProcess()
  const before = first.firstRun()
  await first.kill()
  rmSync(join(first.data_dir, 'first-run.json'))
  await withStore(first.data_dir, async (db) => {
    await db.deleteFrom('installation').where('name', '=', 'first_run_written').execute()
  })
  const second = await startServerProcess({ env: first.env })
  const after = second.firstRun()
  assert.deepEqual({ ...after, admin_setup_url: '' }, { ...before, admin_setup_url: '' })
  assert.equal((await createTenantApi(addressOf(after)).requestToken()).status, 200)
  const { admin_setup_url = '' } = after
  assert.equal((await send(admin_setup_url)).status, 200)
  assert.ok(second.lines().join('\n').includes(admin_setup_url))
  await second.stop()
  assert.equal(
    await withStore(first.data_dir, async (db) => (await db.selectFrom('tenants').select('name').execute()).length),
    2,
  )

  rmSync(join(first.data_dir, 'first-run.json'))
  const third = await startServerProcess({ env: first.env })
  await third.stop()
  assert.equal(
    existsSync(join(first.data_dir, 'first-run.json')),
    false,
    'a file that the operator removed is not written again',
  )
})
