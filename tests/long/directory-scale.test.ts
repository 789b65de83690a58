// A directory of many rows: its memory does not grow with the file, a kill within applying it loses nothing, a second load changes only what is
// different, and counts and searches stay fast. WHERRY_DIRECTORY_ROWS sets the number of rows (default 30,000).
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { connectionById } from '../../src/connections/connection.ts'
import { loadRow, showLoad, type LoadKey } from '../../src/migration/directory/directory-load.ts'
import { startFileLoad } from '../../src/migration/directory/start-load.ts'
import { listRecords } from '../../src/migration/list-records.ts'
import { summarizeMigration } from '../../src/migration/summarize-migration.ts'
import { openStore, type StoreTarget } from '../../src/store/open-store.ts'
import type { Searches } from '../../src/store/searches.ts'
import type { Db } from '../../src/store/tables.ts'
import { sealer } from '../jobs/job-kit.ts'
import { startWorker } from '../jobs/job-worker.ts'
import { quantile } from '../support/quantiles.ts'
import { startPostgres } from '../support/servers.ts'
import { tempFolder } from '../support/temp-folder.ts'

const rows = Number(process.env['WHERRY_DIRECTORY_ROWS'] ?? 30_000)
const resident_max_bytes = 400 * 2 ** 20
const of = { tenant_id: 'ten_a', connection_id: 'con_many' }
const clock = { now: () => Date.now() }
const server = await startPostgres()
after(() => server.stop())

const engines: Record<string, () => Promise<StoreTarget>> = {
  SQLite: async () => ({ engine: 'sqlite', folder: tempFolder('directory-scale') }),
  PostgreSQL: async () => ({
    engine: 'postgres',
    url: (await server.createDatabase('directory_scale')).url,
    connections: 4,
    onConnectionError: () => undefined,
  }),
}

const part = Math.floor(rows / 50)

/** The rows of a load: the second lacks the first 2 %, says something else of the next 2 %, and names 2 % more. */
function* lines(load: 1 | 2): Generator<Buffer> {
  yield Buffer.from('id,email,last_login,password_hash\n')
  const [from, to] = load === 1 ? [0, rows] : [part, rows + part]
  for (let nth = from; nth < to; nth += 1) {
    const seen = load === 2 && nth < 2 * part ? '2025-01-01T00:00:00Z' : '2024-01-01T00:00:00Z'
    const hash = '$2b$10$abcdefghijklmnopqrstuv0123456789012345678901234567890'
    yield Buffer.from(`u${nth},user${nth}@many.example,${seen},${hash}\n`)
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

const enqueue = async (db: Db, load: 1 | 2) =>
  await startFileLoad({ db, clock, sealer, jobs: { wake: () => undefined } }, of, async (keepFile) => {
    await keepFile('file', Readable.from(lines(load)))
    return { format: 'csv' as const }
  })

const bytesOf = (load: 1 | 2): number => [...lines(load)].reduce((bytes, line) => bytes + line.length, 0)

const peakOf = (pid: number): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024

async function waitFor(worker: ReturnType<typeof startWorker>, job_id: string, bytes: number): Promise<number> {
  for (;;) {
    assert.ok(!worker.lines.some((line) => line.startsWith('log ')), worker.lines.join('\n'))
    const committed = worker.lines.findLast((line) => line.startsWith(`committed ${job_id} `))
    const last = Number(committed?.split(' ')[2] ?? 0)
    if (last >= bytes) return last
    await sleep(20)
  }
}

async function untilEnded(worker: ReturnType<typeof startWorker>, job_id: string): Promise<void> {
  while (!worker.lines.includes(`ended ${job_id}`)) await sleep(50)
}

async function loadOf(db: Db, key: LoadKey) {
  const row = await loadRow(db, key)
  assert.ok(row)
  return showLoad(row)
}

/** The 95th percentile of the time of 100 calls, in ms. */
async function p95(call: (nth: number) => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let nth = 0; nth < 100; nth += 1) {
    const started = performance.now()
    await call(nth)
    times.push(performance.now() - started)
  }
  return quantile(times, 0.95)
}

for (const [engine, makeTarget] of Object.entries(engines)) {
  test(`a directory of ${rows} rows on ${engine} survives a kill, and is reloaded as a delta`, async (t) => {
    const target = await makeTarget()
    let db = await openStore(target)
    await insertConnection(db)
    const first_load = await enqueue(db, 1)
    await db.destroy()
    const first = startWorker(target)
    const total = 2 * bytesOf(1)
    const started = performance.now()
    await waitFor(first, first_load.job_id, total * 0.75)
    const seconds = (performance.now() - started) / 1000
    await first.kill()
    const second = startWorker(target, { ahead_ms: 30_000 })
    await untilEnded(second, first_load.job_id)
    const peaks = [peakOf(second.pid)]
    await second.kill()
    db = await openStore(target)
    const applied = await loadOf(db, first_load)
    assert.deepEqual([applied.state, applied.counts.rows, applied.counts.added], ['applied', rows, rows])
    const second_load = await enqueue(db, 2)
    await db.destroy()
    const third = startWorker(target, { ahead_ms: 60_000 })
    const delta_started = performance.now()
    await untilEnded(third, second_load.job_id)
    const delta_seconds = (performance.now() - delta_started) / 1000
    peaks.push(peakOf(third.pid))
    await third.kill()
    db = await openStore(target)
    const { state, counts } = await loadOf(db, second_load)
    assert.deepEqual(
      [state, counts.added, counts.changed, counts.gone, counts.returned],
      ['applied', part, part, part, 0],
    )
    const records = await db
      .selectFrom('migration_records')
      .select(sql<number | string>`count(*)`.as('all'))
      .executeTakeFirstOrThrow()
    assert.equal(Number(records.all), rows + part)
    const connection = await connectionById(db, of.tenant_id, of.connection_id)
    assert.ok(connection)
    const store = db
    const searches = { run: (_tenant_id: string, read: (reader: Db) => Promise<unknown>) => read(store) } as Searches
    const health = () => ({ state: 'closed' as const, failures: 0, open_until: null })
    const deps = { db, clock, searches, legacy: { health } }
    const summary = await summarizeMigration(deps, connection, 30)
    assert.deepEqual(
      [summary.records, summary.directory.records, summary.directory.gone],
      [rows + part, rows + part, part],
    )
    const search = (q: string) => listRecords(deps, of, { q }, { take: 50 })
    const times = {
      counts: await p95(() => summarizeMigration(deps, connection, 30)),
      by_id: await p95((nth) => search(`u${nth * 7}`)),
      by_identifier: await p95((nth) => search(`user${nth * 7}@many.example`)),
      gone: await p95(() => listRecords(deps, of, { directory: { gone: true } }, { take: 50 })),
      inactive: await p95(() =>
        listRecords(
          deps,
          of,
          { state: 'unseen', directory: { active_before: Date.parse('2025-01-01') } },
          { take: 50 },
        ),
      ),
    }
    await db.destroy()
    const shown = Object.entries(times).map(([name, ms]) => `${name} ${ms.toFixed(1)} ms`)
    t.diagnostic(
      `${Math.round((0.75 * rows) / seconds)} rows/s; delta ${Math.round(rows / delta_seconds)} rows/s; ${peaks
        .map((bytes) => Math.round(bytes / 2 ** 20))
        .join(' and ')} MiB; p95: ${shown.join(', ')}`,
    )
    assert.ok(Math.max(...peaks) < resident_max_bytes, `${Math.max(...peaks)} bytes were resident`)
    assert.ok(times.counts < 100, `the counts take ${times.counts} ms`)
    assert.ok(
      times.by_id < 50 && times.by_identifier < 50,
      `a search takes ${times.by_id} or ${times.by_identifier} ms`,
    )
  })
}
