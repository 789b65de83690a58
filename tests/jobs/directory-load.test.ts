// A directory is loaded whole, also when its process is killed and when users move meanwhile; its counts add up after any mix.
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, describe, test } from 'node:test'
import { sql } from 'kysely'
import { connectionFromRow, type Connection } from '../../src/connections/connection.ts'
import type { Caller } from '../../src/logs/record-event.ts'
import { readLegacyProfile } from '../../src/migration/legacy-profile.ts'
import { moveUser } from '../../src/migration/move-user.ts'
import { directoryJobs } from '../../src/migration/directory/directory-jobs.ts'
import { confirmLoad, startFileLoad } from '../../src/migration/directory/start-load.ts'
import { deleteLocalUser } from '../../src/migration/delete-local-user.ts'
import { startTailImport } from '../../src/migration/directory/tail-import.ts'
import { readCounters } from '../../src/store/connection-counters.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/tables.ts'
import type { Tenant } from '../../src/tenants/tenant.ts'
import { integrityFaults } from '../kills/store-integrity.ts'
import { startPostgres } from '../support/servers.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { postgresTarget, testedStore } from '../support/tested-store.ts'
import { jobKit, sealer, until } from './job-kit.ts'
import { startWorker } from './job-worker.ts'

const server = await startPostgres()
after(() => server.stop())
const store = await testedStore('SQLite')

const of = { tenant_id: 'ten_a', connection_id: 'con_directory' }
const clock = { now: () => Date.now() }
const jobs = { wake: () => undefined }
const caller: Caller = { ip: '203.0.113.7', user_agent: '', hostname: 'x.example' }
const legacy = { listUsers: () => Promise.reject(new Error('no script runs here')) }

async function insertConnection(db: Db): Promise<Connection> {
  const options = JSON.stringify({ enabledDatabaseCustomization: true, import_mode: true })
  const texts = { configuration_sealed: '{}', scripts_sealed: '{}', data: '{}', strategy: 'auth0' }
  const row = { ...of, name: 'directory', options, ...texts, version: 1, created_at: 1, updated_at: 1 }
  await db.insertInto('connections').values(row).execute()
  return connectionFromRow({
    ...row,
    foreign_hashes: null,
    finish_step: null,
    decisions: null,
    configuration_origins: null,
  })
}

/** Stores a file and enqueues its load. */
const load = async (db: Db, text: string, gone_limit_percent = 100) =>
  await startFileLoad({ db, clock, sealer, jobs }, of, async (keepFile) => {
    await keepFile('file', Readable.from([Buffer.from(text)]))
    return { format: 'csv' as const, gone_limit_percent }
  })

async function faultsOf(db: Db): Promise<string[]> {
  const faults = await integrityFaults(
    async (text) => (await sql<Record<string, unknown>>`${sql.raw(text)}`.execute(db)).rows,
  )
  // Users are written without the log events of a login, and of a user whom the legacy store has deleted no history is kept.
  const expected = ['users whose logins', 'days that do not count']
  return faults.filter((fault) => !expected.some((begin) => fault.startsWith(begin)))
}

async function countsOf(db: Db) {
  const counters = await readCounters(db, of.tenant_id, of.connection_id)
  const rows = await db.selectFrom('migration_records').select('state').execute()
  const {
    unseen = 0,
    migrated = 0,
    refused = 0,
    deleted = 0,
  } = Object.fromEntries([...Map.groupBy(rows, ({ state }) => state)].map(([state, all]) => [state, all.length]))
  return {
    records: rows.length,
    unseen,
    migrated,
    refused,
    deleted,
    listed: counters['directory:records'] ?? 0,
    gone: counters['directory:gone'] ?? 0,
  }
}

const line = (nth: number): string => `u${String(nth).padStart(5, '0')},u${String(nth).padStart(5, '0')}@x.example\n`

describe(`a load of a directory on ${store.name}`, () => {
  test('[guard: directory-position] goes on behind its last step when its process is killed within one', async () => {
    const target = await store.target()
    let db = await openStore(target)
    await insertConnection(db)
    const text = `id,email\n${Array.from({ length: 1024 }, (_, nth) => line(nth)).join('')}`
    const { job_id, load_id } = await load(db, text)
    await db.destroy()
    const after_512 = Math.floor(text.length * 1.5)
    const first = startWorker(target, { held_at: after_512 })
    await first.said('ready')
    await first.said(`began ${job_id} ${after_512}`)
    await first.kill()
    const second = startWorker(target, { lease_rate: 100 })
    await second.said('ready')
    await second.said(`ended ${job_id}`)
    await second.kill()
    const applied = second.lines.filter((each) => each.startsWith('committed')).slice(0, 4)
    assert.deepEqual(
      applied,
      [after_512, Math.floor(text.length * 1.75), 2 * text.length, 2 * text.length].map(
        (done) => `committed ${job_id} ${done}`,
      ),
    )
    db = await openStore(target)
    const none = { migrated: 0, refused: 0, deleted: 0, gone: 0 }
    assert.deepEqual(await countsOf(db), { records: 1024, unseen: 1024, listed: 1024, ...none })
    const row = await db
      .selectFrom('directory_loads')
      .selectAll()
      .where('load_id', '=', load_id)
      .executeTakeFirstOrThrow()
    assert.deepEqual([row.state, JSON.parse(row.counts).added], ['applied', 1024])
    assert.deepEqual(await faultsOf(db), [])
    await db.destroy()
  })

  test('counts exactly what a random mix of loads, moves, deletions and imports leaves', async () => {
    const db = await openStore(await store.target())
    const connection = await insertConnection(db)
    const kit = jobKit(db)
    const runner = await kit.runner(directoryJobs({ db, clock, sealer, legacy }))
    const seed = Date.now() % 1_000_000
    let state = seed
    const random = (below: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return Math.floor((state / 2_147_483_648) * below)
    }
    const people = 40
    const ended = async (job_id: string): Promise<void> => {
      runner.wake()
      await until(async () => ['completed', 'failed'].includes((await kit.row(job_id)).state))
      assert.equal((await kit.row(job_id)).state, 'completed', `${(await kit.row(job_id)).error} (seed ${seed})`)
    }
    const moveOne = async (nth: number): Promise<void> => {
      const read = readLegacyProfile({ user_id: `p${nth}`, email: `p${nth}@x.example` }, connection.options)
      assert.ok('profile' in read)
      const password_hash = { format: 'argon2id-nfc', hash: 'x' } as const
      await moveUser(
        { db, clock, sealer },
        {
          connection,
          profile: read.profile,
          names: { legacy_id: `p${nth}`, identifiers: [] },
          decision: undefined,
          identifier: `p${nth}@x.example`,
          password_hash,
          through: 'login',
        },
      )
    }
    for (let round = 0; round < 12; round += 1) {
      const chosen = Array.from({ length: people }, (_, nth) => nth).filter(() => random(10) < 8)
      const rows = chosen.map((nth) => {
        const id = random(12) === 0 ? '' : random(12) === 0 ? 'p0' : `p${nth}`
        const email = random(12) === 0 ? 'shared@x.example' : `p${nth}@x.example`
        const hash = random(2) === 0 ? '$2b$04$abcdefghijklmnopqrstuv0123456789012345678901234567890' : ''
        return `${id},${email},${random(5) === 0 ? 'yes' : 'no'},${hash}\n`
      })
      await ended((await load(db, `id,email,blocked,password_hash\n${rows.join('')}`)).job_id)
      const { count } = await db
        .selectFrom('directory_rows')
        .select(sql<number | string>`count(*)`.as('count'))
        .where('gone_at', 'is', null)
        .executeTakeFirstOrThrow()
      assert.equal(Number(count), rows.length, `each row of the load is one record (seed ${seed}, round ${round})`)
      for (let moves = 0; moves < 3; moves += 1) await moveOne(random(people))
      const users = await db.selectFrom('users').select('user_id').execute()
      const gone = users[random(users.length)]
      if (gone && random(2) === 0) {
        const tenant = { tenant_id: of.tenant_id } as Tenant
        const deletion = { tenant, user_id: gone.user_id, caller, deleted_there: random(2) === 0 }
        await deleteLocalUser({ db, clock }, deletion)
      }
      if (round % 4 === 3) await ended(await startTailImport({ db, clock, sealer, jobs }, of))
      assert.deepEqual(await faultsOf(db), [], `seed ${seed}, round ${round}`)
    }
    await kit.close()
    await db.destroy()
  })
})

test('a load that a full disk stops while it is applied goes on when there is space, hours later', async () => {
  const db = await openStore({ engine: 'sqlite', folder: tempFolder('directory') })
  await insertConnection(db)
  const kit = jobKit(db)
  const { job_id } = await load(db, `id,email\n${Array.from({ length: 1024 }, (_, nth) => line(nth)).join('')}`)
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db)
  // SQLite reports a store of the maximum size as it reports a full disk. The staged rows have about 150 pages, all that is written 700.
  await sql.raw(`pragma max_page_count = ${(rows[0]?.page_count ?? 0) + 300}`).execute(db)
  const runner = await kit.runner(directoryJobs({ db, clock, sealer, legacy }))
  const failed = async (): Promise<boolean> => {
    const { state, run_at } = await kit.row(job_id)
    return state === 'pending' && run_at > kit.clock.now()
  }
  for (let hour = 0; hour < 8; hour += 1) {
    await until(failed, 'the job did not fail')
    kit.time.ahead_ms += 3_600_000
    runner.wake()
  }
  await until(failed)
  const stopped = await kit.row(job_id)
  assert.deepEqual(
    [stopped.error, JSON.parse(String(stopped.cursor)).phase],
    ['The server cannot reach its own store right now. Try again in a moment.', 'apply'],
  )
  await sql`pragma max_page_count = 1000000`.execute(db)
  kit.time.ahead_ms += 3_600_000
  runner.wake()
  await kit.untilState(job_id, 'completed')
  const none = { migrated: 0, refused: 0, deleted: 0, gone: 0 }
  assert.deepEqual(await countsOf(db), { records: 1024, unseen: 1024, listed: 1024, ...none })
  assert.deepEqual(await faultsOf(db), [])
  await kit.close()
  await db.destroy()
})

test('a load that is confirmed twice at once is applied once', async () => {
  const db = await openStore(await postgresTarget(server))
  await insertConnection(db)
  const kit = jobKit(db)
  const runner = await kit.runner(directoryJobs({ db, clock, sealer, legacy }))
  const { job_id, ...key } = await load(db, 'id,email\n')
  runner.wake()
  await kit.untilState(job_id, 'completed')
  const confirm = () => confirmLoad({ db, clock, sealer, jobs }, key, { rows: 0, gone: 0 })
  const results = await Promise.allSettled([confirm(), confirm(), confirm()])
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  await kit.close()
  await db.destroy()
})

test('[guard: directory-beside-a-move] a load that is applied while a user moves brings no hash of the user back', async () => {
  const db = await openStore(await postgresTarget(server))
  const connection = await insertConnection(db)
  const kit = jobKit(db)
  const runner = await kit.runner(directoryJobs({ db, clock, sealer, legacy }))
  const file = (hash: string): string => `id,email,password_hash\np1,p1@x.example,${hash}\n`
  const hash = '$2b$04$abcdefghijklmnopqrstuv0123456789012345678901234567890'
  const { job_id: first } = await load(db, file(hash))
  runner.wake()
  await kit.untilState(first, 'completed')
  const read = readLegacyProfile({ user_id: 'p1', email: 'p1@x.example' }, connection.options)
  assert.ok('profile' in read)
  let moveOn: () => void = () => undefined
  let wrote: () => void = () => undefined
  const has_written = new Promise<void>((resolve) => (wrote = resolve))
  const moved = moveUser(
    { db, clock, sealer },
    {
      connection,
      profile: read.profile,
      names: { legacy_id: 'p1', identifiers: [] },
      decision: undefined,
      identifier: 'p1@x.example',
      password_hash: { format: 'argon2id-nfc', hash: 'of the move' },
      through: 'login',
      afterInsert: async () => {
        wrote()
        await new Promise<void>((resolve) => (moveOn = resolve))
      },
    },
  )
  await has_written
  const { job_id: second } = await load(db, file(hash.replace('0123', '3210')))
  runner.wake()
  // The step of the load waits for the row that the move has changed.
  await until(async () => {
    const { rows } =
      await sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`.execute(
        db,
      )
    return rows.length > 0
  })
  moveOn()
  assert.equal((await moved).kind, 'moved')
  await kit.untilState(second, 'completed')
  const row = await db.selectFrom('directory_rows').selectAll().executeTakeFirstOrThrow()
  assert.deepEqual([row.hash, row.profile, row.has_hash], [null, null, 0])
  assert.deepEqual(await faultsOf(db), [])
  await kit.close()
  await db.destroy()
})
