// An import creates each user of its file once, also when its process is killed and when users move meanwhile.
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { connectionFromRow, type Connection } from '../../src/connections/connection.ts'
import { newJobId } from '../../src/jobs/enqueue-job.ts'
import { writeJobFile } from '../../src/jobs/job-files.ts'
import { createUsersImport, type ImportCursor } from '../../src/migration/import/import-users.ts'
import { readLegacyProfile } from '../../src/migration/legacy-profile.ts'
import { moveUser } from '../../src/migration/move-user.ts'
import { openStore } from '../../src/store/open-store.ts'
import { readJson } from '../../src/store/json-column.ts'
import type { Db } from '../../src/store/tables.ts'
import { startPostgres } from '../support/servers.ts'
import { postgresTarget, testedStore } from '../support/tested-store.ts'
import { mail_deps, jobKit, sealer, until } from './job-kit.ts'
import { startWorker } from './job-worker.ts'

const server = await startPostgres()
after(() => server.stop())
const store = await testedStore('SQLite')

const tenant_id = 'ten_a'
const connection_id = 'con_imported'
const clock = { now: () => Date.now() }

async function insertConnection(db: Db): Promise<Connection> {
  const options = JSON.stringify({ enabledDatabaseCustomization: true, import_mode: true })
  const texts = { configuration_sealed: '{}', scripts_sealed: '{}', data: '{}', strategy: 'auth0' }
  const row = {
    tenant_id,
    connection_id,
    name: 'imported',
    options,
    ...texts,
    version: 1,
    created_at: 1,
    updated_at: 1,
  }
  await db.insertInto('connections').values(row).execute()
  return connectionFromRow({
    ...row,
    foreign_hashes: null,
    finish_step: null,
    decisions: null,
    configuration_origins: null,
  })
}

/** Lines of equal length, so that the position behind each is known. */
const line = (nth: number): string =>
  `${JSON.stringify({ user_id: `u${String(nth).padStart(5, '0')}`, email: `u${String(nth).padStart(5, '0')}@x.example` })}\n`

/** Stores a file and answers the job that imports it, which is not enqueued. */
async function storeFile(db: Db, text: string) {
  const job_id = newJobId()
  const { size_bytes } = await writeJobFile(
    { db, sealer, clock },
    { tenant_id, job_id, name: 'input' },
    Readable.from([Buffer.from(text)]),
  )
  const input = { connection_id, connection: 'imported', upsert: false, external_id: null, size_bytes }
  return { job_id, input }
}

async function countsOf(db: Db, job_id: string): Promise<ImportCursor> {
  const { cursor } = await db.selectFrom('jobs').select('cursor').where('job_id', '=', job_id).executeTakeFirstOrThrow()
  return readJson<ImportCursor>(cursor ?? '')
}

async function rowsOf(db: Db) {
  const count = async (
    table: 'users' | 'identities' | 'user_identifiers' | 'migration_records' | 'migration_events',
  ) => {
    const rows = await db.selectFrom(table).select('tenant_id').where('tenant_id', '=', tenant_id).execute()
    return rows.length
  }
  const counters = await db.selectFrom('connection_counters').select(['counter', 'value']).execute()
  const sum = (counter: string): number =>
    counters.filter((each) => each.counter === counter).reduce((total, each) => total + Number(each.value), 0)
  return {
    users: await count('users'),
    identities: await count('identities'),
    identifiers: await count('user_identifiers'),
    records: await count('migration_records'),
    events: await count('migration_events'),
    counted_users: sum('users'),
    counted_migrated: sum('state:migrated'),
  }
}

const times = (count: number) => ({
  users: count,
  identities: count,
  identifiers: count,
  records: count,
  events: count,
  counted_users: count,
  counted_migrated: count,
})

test(`[guard: import-position] an import on ${store.name} goes on behind its last step when its process is killed within one`, async () => {
  const target = await store.target()
  let db = await openStore(target)
  await insertConnection(db)
  const { job_id, input } = await storeFile(db, Array.from({ length: 1000 }, (_, nth) => line(nth)).join(''))
  await jobKit(db).enqueue('users_import', input, { job_id, progress_total: input.size_bytes })
  await db.destroy()
  const first = startWorker(target, { held_at: 600 * line(0).length })
  await first.said(`began ${job_id} ${600 * line(0).length}`)
  await first.kill()
  const second = startWorker(target, { lease_rate: 100 })
  await second.said(`ended ${job_id}`)
  await second.kill()
  assert.deepEqual(
    second.lines.filter((each) => each.startsWith('committed')),
    [600, 800, 1000].map((rows) => `committed ${job_id} ${rows * line(0).length}`),
  )
  db = await openStore(target)
  assert.deepEqual(await rowsOf(db), times(1000))
  const { total, inserted, failed } = await countsOf(db, job_id)
  assert.deepEqual({ total, inserted, failed }, { total: 1000, inserted: 1000, failed: 0 })
  await db.destroy()
})

test('a user who moves between the read and the write of a batch is no error, and keeps the password', async () => {
  const db = await openStore(await postgresTarget(server))
  const kit = jobKit(db)
  const connection = await insertConnection(db)
  const read = readLegacyProfile({ user_id: 'u00001', email: 'u00001@x.example' }, connection.options)
  assert.ok('profile' in read)
  let moveOn: () => void = () => undefined
  let wrote: () => void = () => undefined
  const has_written = new Promise<void>((resolve) => (wrote = resolve))
  const moved = moveUser(
    { db, clock, sealer },
    {
      connection,
      profile: read.profile,
      names: { legacy_id: 'u00001', identifiers: [] },
      decision: undefined,
      identifier: 'u00001@x.example',
      password_hash: { format: 'argon2id-nfc', hash: 'of the move' },
      through: 'login',
      afterInsert: async () => {
        wrote()
        await new Promise<void>((resolve) => (moveOn = resolve))
      },
    },
  )
  await has_written
  const hash = { algorithm: 'md5', hash: { value: '0'.repeat(32), encoding: 'hex' } }
  const rows = [0, 1, 2].map((nth) => ({ ...(JSON.parse(line(nth)) as object), custom_password_hash: hash }))
  const { job_id, input } = await storeFile(db, JSON.stringify(rows))
  await kit.enqueue('users_import', input, { job_id })
  await kit.runner({ users_import: createUsersImport({ ...mail_deps, db, clock, sealer }) })
  await until(async () => {
    const { rows: waiting } = await sql`select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db)
    return waiting.length > 0
  }, 'the import did not meet the move')
  moveOn()
  assert.equal((await moved).kind, 'moved')
  await kit.untilState(job_id, 'completed')
  const { inserted, failed, skipped_moved } = await countsOf(db, job_id)
  assert.deepEqual({ inserted, failed, skipped_moved }, { inserted: 2, failed: 0, skipped_moved: 1 })
  assert.deepEqual(await rowsOf(db), times(3))
  const credentials = await db.selectFrom('credentials').select(['user_id', 'hash']).orderBy('user_id').execute()
  assert.equal(credentials.find(({ user_id }) => user_id === 'auth0|u00001')?.hash, 'of the move')
  assert.deepEqual(kit.lines, [], 'in one attempt of the job')
  await kit.close()
  await db.destroy()
})
