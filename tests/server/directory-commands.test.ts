// The directory of a legacy store by commands, in a running server and on the store itself.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, it } from 'node:test'
import { hashSync as bcrypt } from '@node-rs/bcrypt'
import { legacyScripts } from '../management/legacy-scripts.ts'
import { runCommandHere } from '../support/command-here.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const folder = tempFolder('directories')
let server: TestServer

before(async () => {
  server = await startTestServer()
  const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: legacyScripts([]) }
  await server.createConnection('shop', options)
})
after(() => server?.close())

const run = (...args: string[]) => runCommandHere(args, { env: server.env })

function fileOf(name: string, content: string): string {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}

it('refuses a limit that is no percentage, for a file and for a script', async () => {
  const file = fileOf('limit.csv', 'id\n1\n')
  for (const source of [['--list-users'], ['--format', 'csv', '--file', file]]) {
    const { status, stderr } = await run('directory', 'load', '--connection', 'shop', '--gone-limit', '101', ...source)
    assert.deepEqual([status, stderr], [1, '--gone-limit must be a whole number from 0 to 100; it is "101".\n'])
  }
})

it('loads a directory, confirms a load, and imports its users, with and without a server', async () => {
  const on_shop = ['--connection', 'shop']
  const head = 'id;email;password_hash\n'
  const rows = ['1', '2', '3'].map((id) => `${id};u${id}@dir.example;${bcrypt('old password', 4)}\n`)
  const full = fileOf('full.csv', head + rows.join(''))
  const part = fileOf('part.csv', head + rows.slice(0, 2).join(''))
  const load = ['directory', 'load', ...on_shop, '--format', 'csv', '--format-options', '{"delimiter":";"}', '--file']
  const loaded = await run(...load, full)
  assert.equal(loaded.status, 0, loaded.stderr)
  assert.match(
    loaded.stdout,
    /directory_load job_\w+: completed in 0:\d\d: 3 rows applied: 3 added, 0 changed, 0 returned, 0 gone\n/,
  )
  const nameless = fileOf('nameless.csv', 'mail\nada@dir.example\n')
  const failed = await run('directory', 'load', ...on_shop, '--format', 'csv', '--file', nameless)
  assert.equal(failed.status, 1)
  assert.match(failed.stdout, /no column has the legacy id: name it in columns\.legacy_id of --format-options;/)
  const waiting = await run(...load, part)
  assert.equal(waiting.status, 1, 'it waits')
  assert.match(waiting.stdout, /Confirm the load with rows 2 and gone 1/)
  const { stdout: before } = await run('directory', 'show', ...on_shop)
  const [, first = ''] = /(dld_\w+) +waiting_for_confirmation/.exec(before) ?? []
  const cancel = await run('directory', 'cancel', ...on_shop, '--load', first)
  assert.match(cancel.stdout, /nothing of it was applied/, cancel.stderr)
  assert.match((await run('directory', 'show', ...on_shop)).stdout, new RegExp(`${first} +canceled`))
  assert.match((await run('directory', 'cancel', ...on_shop, '--load', first)).stderr, /applied|ended/)
  await run(...load, part)
  const shown = await run('directory', 'show', ...on_shop)
  const [, id = ''] = /(dld_\w+) +waiting_for_confirmation/.exec(shown.stdout) ?? []
  assert.match(shown.stdout, /applied .* csv +3 +3 +0 +0/)
  const wrong = await run('directory', 'load', ...on_shop, '--format', 'xls', '--file', full)
  assert.deepEqual([wrong.status, /format/.test(wrong.stderr)], [1, true], wrong.stderr)
  const { db } = server.internals
  const inState = (state: 'applying' | 'waiting_for_confirmation') =>
    db.updateTable('directory_loads').set({ state }).where('load_id', '=', id)
  const { job_id } = await inState('applying').returning('job_id').executeTakeFirstOrThrow()
  const canceled = await run('jobs', 'cancel', '--job', job_id)
  assert.deepEqual([canceled.status, /goes on to its end/.test(canceled.stderr)], [1, true], canceled.stderr)
  await inState('waiting_for_confirmation').execute()
  const [, ended_job = ''] = /directory_load (job_\w+)/.exec(loaded.stdout) ?? []
  const started_at = Date.now() - 400_000
  const times = { started_at, finished_at: started_at + 301_000 }
  await db.updateTable('jobs').set(times).where('job_id', '=', ended_job).execute()
  const ended = await run('jobs', 'show', '--job', ended_job)
  assert.match(ended.stdout, /completed in 5:01: 3 rows applied/, 'the time that the job took, not that of the command')
  await server.stop()
  const confirmed = await run('directory', 'confirm', ...on_shop, '--load', id, '--rows', '2', '--gone', '1')
  assert.equal(confirmed.status, 0, confirmed.stderr)
  assert.match(confirmed.stdout, /2 rows applied: 0 added, 0 changed, 0 returned, 1 gone\n/)
  const imported = await run('directory', 'import', ...on_shop)
  assert.equal(imported.status, 0, imported.stderr)
  assert.match(imported.stdout, /2 created, 0 changed, 1 skipped, 0 refused/)
})
