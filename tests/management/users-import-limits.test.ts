import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { import_file } from '../../src/migration/import/import-users.ts'
import type { Json } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { upload } from './upload.ts'

const password = 'Correct horse 1'
let server: TestServer
let local: string

before(async () => {
  server = await startTestServer()
  const client = await server.createClient()
  local = await server.createConnection('local', {}, [client])
})
after(() => server?.close())

async function ended(id: string): Promise<Json> {
  let job: Json
  await waitUntil(async () => {
    job = await server.must('GET', `jobs/${id}`)
    return ['completed', 'failed'].includes(job.status)
  })
  return job
}

describe('an import of users', () => {
  it('[guard: upsert-needs-update] changes no user with a token that may create users only', async () => {
    await server.createUser('local', { email: 'safe@upsert.example', password })
    const row = { email: 'safe@upsert.example', email_verified: true, app_metadata: { role: 'owner' } }
    const fields = { users: new Blob([JSON.stringify([row])]), connection_id: local, upsert: 'true' }
    const refused = await upload(server, fields, 'create:users')
    assert.deepEqual([refused.status, refused.json.errorCode], [403, 'insufficient_scope'])
    assert.match(refused.json.message, /update:users/)
    const other = await upload(server, fields, 'create:users update:users_app_metadata')
    assert.equal(other.status, 403, other.text)
    const [safe] = await server.must('GET', 'users-by-email?email=safe@upsert.example')
    assert.deepEqual([safe.email_verified, safe.app_metadata], [false, undefined])
    const allowed = await upload(server, fields, 'create:users update:users')
    assert.equal((await ended(allowed.json.id)).summary.updated, 1)
    const created = await upload(server, { ...fields, upsert: 'false' }, 'create:users')
    assert.equal((await ended(created.json.id)).summary.failed, 1, 'without upsert it needs no more')
  })

  it('[guard: import-file-purged] leaves no file after its end, whether it failed or not', async () => {
    const { db } = server.internals
    // Refused rows of other imports are kept for a day.
    const of = (table: 'job_files' | 'job_file_chunks') =>
      db.selectFrom(table).select('job_id').where('name', '=', import_file).execute()
    for (const text of ['[{"email":"kept@file.example"}]', 'no list']) {
      const { json } = await upload(server, { users: new Blob([text]), connection_id: local })
      assert.equal((await ended(json.id)).status, text === 'no list' ? 'failed' : 'completed')
    }
    server.advance(61_000)
    await waitUntil(async () => (await of('job_files')).length === 0)
    assert.deepEqual(await of('job_file_chunks'), [])
  })

  it('[guard: job-files-quota] is refused, as is an export, while files of the tenant have 8 GiB, also unfinished ones', async () => {
    const { db, tenant_id } = server.internals
    const write = { tenant_id, job_id: 'job_full', name: 'input', write_id: 'jfw_full', sealed: '' }
    for (let from = 0; from < 32_768; from += 2048) {
      const rows = Array.from({ length: 2048 }, (_, nth) => ({ ...write, chunk_no: from + nth }))
      await db.insertInto('job_file_chunks').values(rows).execute()
    }
    const form = { users: new Blob(['[{"email":"one@more.example"}]']), connection_id: local }
    for (const { status, json } of [await upload(server, form), await server.api('POST', 'jobs/users-exports', {})]) {
      assert.deepEqual([status, json.errorCode], [429, 'too_many_requests'])
      assert.match(json.message, /have 8 GiB/)
    }
    await db.deleteFrom('job_file_chunks').where('chunk_no', '>=', 32_760).execute()
    assert.equal((await upload(server, form)).status, 202)
    await db.deleteFrom('job_file_chunks').where('job_id', '=', 'job_full').execute()
  })

  it('accepts two imports of a tenant at a time', async () => {
    const { db, tenant_id } = server.internals
    const later = Date.now() + 86_400_000
    const job = {
      tenant_id,
      kind: 'users_import',
      state: 'pending',
      input: '{}',
      progress_done: 0,
      attempts: 0,
    } as const
    const times = { run_at: later, created_at: later, updated_at: later }
    await db
      .insertInto('jobs')
      .values([
        { ...job, ...times, job_id: 'job_1' },
        { ...job, ...times, job_id: 'job_2' },
      ])
      .execute()
    const { status, json } = await upload(server, { users: new Blob(['[]']), connection_id: local })
    assert.deepEqual([status, json.errorCode], [429, 'too_many_requests'])
    assert.match(json.message, /There are 2 active import users jobs/)
  })
})
