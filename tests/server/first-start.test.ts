import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { managementScopes } from '../../src/contract/management-scopes.ts'
import type { FirstRun } from '../../src/server/first-run-file.ts'
import { table_names } from '../store/sample-row.ts'
import { managementToken, startServer, withStore } from './server-process.ts'

const everyRow = (folder: string): Promise<Record<string, unknown>> =>
  withStore(folder, async (db) =>
    Object.fromEntries(
      await Promise.all(
        table_names.map(async (table) => [table, await db.selectFrom(table).selectAll().execute()] as const),
      ),
    ),
  )

async function scopesOf(first_run: FirstRun, more: Record<string, string> = {}): Promise<string[]> {
  const answer = await managementToken(first_run, more)
  assert.equal(answer.status, 200)
  const { access_token } = answer.json<{ access_token: string }>()
  return String(decodeJwt(access_token)['scope']).split(' ')
}

test('the first start makes one tenant, leaves what the operator needs in a private file and prints what to do; a restart changes nothing', async () => {
  const first = await startServer()
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
  assert.ok(first_run.admin_setup_url.startsWith(`${first_run.issuer}u/admin-setup?ticket=`))

  const printed = first.lines.join('\n')
  assert.ok(printed.includes(first_run.admin_setup_url) && printed.includes(file))
  assert.ok(!printed.includes(first_run.management_client_secret), 'the secret is in the file only')

  const every_scope = managementScopes.map(({ value }) => value).toSorted()
  assert.deepEqual((await scopesOf(first_run)).toSorted(), every_scope, 'every scope, also when none is named')
  assert.deepEqual(await scopesOf(first_run, { scope: 'read:users' }), ['read:users'])
  assert.equal((await fetch(first_run.admin_setup_url)).status, 200)

  assert.equal(await first.stop(), 0)
  const before = await everyRow(first.data_dir)
  assert.equal((before['tenants'] as unknown[]).length, 1)

  const second = await startServer({ env: first.env })
  assert.equal(
    second.lines.some((line) => line.includes('What to do next')),
    false,
  )
  assert.equal(await second.stop(), 0)
  assert.equal(readFileSync(file, 'utf8'), written, 'byte for byte')
  assert.deepEqual(await everyRow(first.data_dir), before)
})

test('a first start that was cut short before the file was written is finished by the next one, with the same client', async () => {
  const first = await startServer()
  const before = first.firstRun()
  await first.kill()
  rmSync(join(first.data_dir, 'first-run.json'))
  await withStore(first.data_dir, async (db) => {
    await db.deleteFrom('installation').where('name', '=', 'first_run_written').execute()
  })
  const second = await startServer({ env: first.env })
  const after = second.firstRun()
  assert.deepEqual({ ...after, admin_setup_url: '' }, { ...before, admin_setup_url: '' })
  assert.equal((await managementToken(after)).status, 200)
  assert.equal((await fetch(after.admin_setup_url)).status, 200)
  assert.ok(second.lines.join('\n').includes(after.admin_setup_url))
  await second.stop()
  assert.equal(
    await withStore(first.data_dir, async (db) => (await db.selectFrom('tenants').select('name').execute()).length),
    1,
  )

  rmSync(join(first.data_dir, 'first-run.json'))
  const third = await startServer({ env: first.env })
  await third.stop()
  assert.equal(existsSync(join(first.data_dir, 'first-run.json')), false, 'what the operator put away stays away')
})
