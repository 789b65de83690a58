// A directory of many rows: its memory does not grow with the file, a kill within applying it loses nothing, a second load changes only what is
// different and survives a kill as well, and counts and searches stay fast. WHERRY_DIRECTORY_ROWS sets the number of rows (default 30,000), WHERRY_DIRECTORY_ENGINE the one
// store to run on. With 2,000,000 rows set WHERRY_TEST_LIMIT_S, too.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, test } from 'node:test'
import { connectionById, type Connection } from '../../src/connections/connection.ts'
import { loadRow, showLoad, type LoadKey } from '../../src/migration/directory/directory-load.ts'
import { startFileLoad } from '../../src/migration/directory/start-load.ts'
import { listRecords, type RecordFilter } from '../../src/migration/list-records.ts'
import { summarizeMigration } from '../../src/migration/summarize-migration.ts'
import { openSearches } from '../../src/store/searches.ts'
import { openStore, type StoreTarget } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/tables.ts'
import { sealer } from '../jobs/job-kit.ts'
import { startWorker } from '../jobs/job-worker.ts'
import { quantile } from '../support/quantiles.ts'
import { startPostgres } from '../support/servers.ts'
import { tempFolder } from '../support/temp-folder.ts'

const rows = Number(process.env['WHERRY_DIRECTORY_ROWS'] ?? 30_000)
// The times of a directory of this size are printed beside those of the large one.
const small_rows = 20_000
const resident_max_bytes = 400 * 2 ** 20
const limits_ms = { counts: 100, by_id: 50, by_identifier: 50 }
const of = { tenant_id: 'ten_a', connection_id: 'con_many' }
const clock = { now: () => Date.now() }
const server = await startPostgres()
after(() => server.stop())

async function makePostgres(): Promise<StoreTarget> {
  const { url, database } = await server.createDatabase('directory_scale')
  // The log of millions of rows is as large as they are.
  await server.query(`alter database ${database} set log_statement = 'none'`)
  return { engine: 'postgres', url, connections: 4, onConnectionError: () => undefined }
}

const engines: Record<string, () => Promise<StoreTarget>> = {
  SQLite: async () => ({ engine: 'sqlite', folder: tempFolder('directory-scale') }),
  PostgreSQL: makePostgres,
}

/** A load of a directory of `size` rows: the second lacks the first 2 %, says something else of the next 2 %, and names 2 % more. */
type Load = { size: number; nth: 1 | 2 }

const partOf = (size: number): number => Math.floor(size / 50)

/** The lines of a load. The users are in no order, as in an export of a store whose ids are random. */
function* lines({ size, nth: load }: Load): Generator<Buffer> {
  yield Buffer.from('id,email,last_login,password_hash\n')
  const part = partOf(size)
  const users = size + part
  for (let at = 0; at < users; at += 1) {
    // 7,919,003 is a prime.
    const user = (at * 7_919_003) % users
    if (load === 1 ? user >= size : user < part) continue
    const seen = load === 2 && user < 2 * part ? '2025-01-01T00:00:00Z' : '2024-01-01T00:00:00Z'
    const hash = '$2b$10$abcdefghijklmnopqrstuv0123456789012345678901234567890'
    yield Buffer.from(`u${user},user${user}@many.example,${seen},${hash}\n`)
  }
}

async function insertConnection(db: Db): Promise<void> {
  const options = JSON.stringify({ enabledDatabaseCustomization: true, import_mode: true })
  const texts = { options, configuration_sealed: '{}', scripts_sealed: '{}', data: '{}', strategy: 'auth0' }
  const times = { version: 1, created_at: 1, updated_at: 1 }
  await db
    .insertInto('connections')
    .values({ ...of, name: 'many', ...texts, ...times })
    .execute()
}

const enqueue = async (db: Db, load: Load) =>
  await startFileLoad({ db, clock, sealer, jobs: { wake: () => undefined } }, of, async (keepFile) => {
    await keepFile('file', Readable.from(lines(load)))
    return { format: 'csv' as const }
  })

function bytesOf(load: Load): number {
  let bytes = 0
  for (const line of lines(load)) bytes += line.length
  return bytes
}

const peakOf = (pid: number): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024

type Worker = ReturnType<typeof startWorker>

/** Waits until a job has done so much, in its units. */
async function waitFor(worker: Worker, job_id: string, done: number): Promise<void> {
  for (;;) {
    assert.ok(!worker.lines.some((line) => line.startsWith('log ')), worker.lines.join('\n'))
    const committed = worker.lines.findLast((line) => line.startsWith(`committed ${job_id} `))
    if (Number(committed?.split(' ')[2] ?? 0) >= done) return
    await sleep(20)
  }
}

async function untilEnded(worker: Worker, job_id: string): Promise<void> {
  while (!worker.lines.includes(`ended ${job_id}`)) await sleep(50)
}

async function loadOf(db: Db, key: LoadKey) {
  const row = await loadRow(db, key)
  assert.ok(row)
  return showLoad(row)
}

type Deps = Parameters<typeof summarizeMigration>[0] & Parameters<typeof listRecords>[0]
type Reading = (deps: Deps, connection: Connection, nth: number) => Promise<unknown>

const list =
  (filterOf: (nth: number) => RecordFilter): Reading =>
  (deps, _connection, nth) =>
    listRecords(deps, of, filterOf(nth), { take: 50 })

const readings: Record<string, Reading> = {
  counts: (deps, connection) => summarizeMigration(deps, connection, 30),
  by_id: list((nth) => ({ q: `u${nth * 7}` })),
  by_identifier: list((nth) => ({ q: `user${nth * 7}@many.example` })),
  gone: list(() => ({ directory: { gone: true } })),
  inactive: list(() => ({ state: 'unseen', directory: { active_before: Date.parse('2025-01-01') } })),
}

type Store = { deps: Deps; connection: Connection; close(): Promise<void> }

async function openReadings(target: StoreTarget): Promise<Store> {
  const db = await openStore(target)
  const connection = await connectionById(db, of.tenant_id, of.connection_id)
  assert.ok(connection)
  const searches = openSearches(db, target)
  const health = () => ({ state: 'closed' as const, failures: 0, calls: 0, open_until: null, failing_since: null })
  const close = async () => {
    await searches.close()
    await db.destroy()
  }
  return { deps: { db, clock, searches, legacy: { health } }, connection, close }
}

/**
 * The 95th percentiles of the times of 100 readings in each store, in ms. The stores are read in turn, so that other work on the machine delays
 * both alike.
 */
async function measure(stores: readonly Store[], read: Reading): Promise<number[]> {
  const times: number[][] = stores.map(() => [])
  for (let nth = 0; nth < 100; nth += 1) {
    for (const [at, { deps, connection }] of stores.entries()) {
      const started = performance.now()
      await read(deps, connection, nth)
      times[at]?.push(performance.now() - started)
    }
  }
  return times.map((of_store) => quantile(of_store, 0.95))
}

/** Loads a directory in a process of its own, which is killed while the load is applied; another one resumes it. Returns what it measured. */
async function loadWithKill(target: StoreTarget, load: Load) {
  const db = await openStore(target)
  const { job_id, ...key } = await enqueue(db, load)
  await db.destroy()
  const total = 2 * bytesOf(load)
  const started = performance.now()
  const first = startWorker(target)
  await waitFor(first, job_id, total * 0.75)
  const seconds = (performance.now() - started) / 1000
  const peak = peakOf(first.pid)
  await first.kill()
  const resumed = await loadToEnd(target, { job_id, ...key }, 30_000)
  return { ...resumed, rate: (0.75 * load.size) / seconds, peak: Math.max(peak, resumed.peak) }
}

/** Runs the job of a load to its end in a process of its own, whose clock is ahead of that of a killed one. */
async function loadToEnd(target: StoreTarget, key: LoadKey & { job_id: string }, ahead_ms: number) {
  const started = performance.now()
  const worker = startWorker(target, { ahead_ms })
  await untilEnded(worker, key.job_id)
  const seconds = (performance.now() - started) / 1000
  const peak = peakOf(worker.pid)
  await worker.kill()
  const db = await openStore(target)
  const { state, counts } = await loadOf(db, key)
  await db.destroy()
  assert.equal(state, 'applied')
  return { peak, counts, rate: counts.rows / seconds }
}

async function makeSmall(target: StoreTarget): Promise<void> {
  const db = await openStore(target)
  await insertConnection(db)
  const load = await enqueue(db, { size: small_rows, nth: 1 })
  await db.destroy()
  await loadToEnd(target, load, 0)
}

for (const [engine, makeTarget] of Object.entries(engines)) {
  if ((process.env['WHERRY_DIRECTORY_ENGINE'] ?? engine) !== engine) continue
  test(`a directory of ${rows} rows on ${engine} is loaded, and reloaded as a delta, by processes that are killed`, async (t) => {
    const part = partOf(rows)
    const target = await makeTarget()
    const db = await openStore(target)
    await insertConnection(db)
    await db.destroy()
    const first = await loadWithKill(target, { size: rows, nth: 1 })
    t.diagnostic(`${Math.round(first.rate)} rows/s until the kill`)
    assert.deepEqual([first.counts.rows, first.counts.added], [rows, rows])

    const second = await loadWithKill(target, { size: rows, nth: 2 })
    t.diagnostic(`${Math.round(second.rate)} rows/s of the second load`)
    const { added, changed, gone, returned } = second.counts
    assert.deepEqual([added, changed, gone, returned], [part, part, part, 0])

    const small = await makeTarget()
    await makeSmall(small)
    const stores = [await openReadings(target), await openReadings(small)] as const
    const [{ deps, connection }] = stores
    const { records, directory } = await summarizeMigration(deps, connection, 30)
    assert.deepEqual([records, directory.records, directory.gone], [rows + part, rows + part, part])
    const found = await listRecords(deps, of, { q: 'user7@many.example' }, { take: 50 })
    assert.equal(found.items.length, 1)
    const times: Record<string, number[]> = {}
    for (const [name, read] of Object.entries(readings)) times[name] = await measure(stores, read)
    for (const store of stores) await store.close()

    const peaks = [first.peak, second.peak]
    t.diagnostic(`resident: ${peaks.map((bytes) => Math.round(bytes / 2 ** 20)).join(' and ')} MiB`)
    const shown = Object.entries(times).map(([name, p95s]) => `${name} ${p95s.map((ms) => ms.toFixed(1)).join(' / ')}`)
    t.diagnostic(`p95 in ms with ${rows} / ${small_rows} rows: ${shown.join(', ')}`)
    assert.ok(Math.max(...peaks) < resident_max_bytes, `${Math.max(...peaks)} bytes were resident`)
    for (const [name, limit] of Object.entries(limits_ms)) {
      const [large_ms = Number.NaN, small_ms = Number.NaN] = times[name] ?? []
      // Other work on the machine may make both slow.
      assert.ok(
        large_ms < Math.max(limit, 2 * small_ms),
        `${name}: ${large_ms} ms, and ${small_ms} ms in a small store`,
      )
    }
  })
}
