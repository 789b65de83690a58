// Runs in a process of its own: it replaces a function before the first import of the code that calls it.
// The embedded store on a disk that is full or fails: no write is acknowledged that is not on the disk, and nothing is damaged.
import assert from 'node:assert/strict'
import fs, { copyFileSync, openSync, closeSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { tempFolder } from '../support/temp-folder.ts'

// The driver takes `fdatasync` when it is loaded.
const realSync = fs.fdatasync
let disk_fails = false
fs.fdatasync = Object.assign(
  (file: number, callback: (error: NodeJS.ErrnoException | null) => void) => {
    if (disk_fails) setImmediate(callback, Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' }))
    else realSync(file, callback)
  },
  { __promisify__: realSync.__promisify__ },
)
syncBuiltinESMExports()
const { openStore } = await import('../../src/store/open-store.ts')
const { StoreUnavailable } = await import('../../src/store/store-unavailable.ts')
const { validWalBytes } = await import('../../src/store/wal-frames.ts')
type Db = Awaited<ReturnType<typeof openStore>>

const put = (db: Db, name: string, value = 'x') => db.insertInto('installation').values({ name, value }).execute()
const names = async (db: Db): Promise<string[]> =>
  (await db.selectFrom('installation').select('name').orderBy('name').execute()).map(({ name }) => name)
const isUnavailable = (error: unknown): boolean => error instanceof StoreUnavailable

/** Opens a store whose failures are counted. */
async function openCounted(folder: string): Promise<{ db: Db; errors: string[] }> {
  const errors: string[] = []
  const db = await openStore({ engine: 'sqlite', folder, onError: ({ message }) => void errors.push(message) })
  return { db, errors }
}

test('a full disk: a write fails as an unavailable store and leaves no half of it, reads go on, and space ends the outage [guard: full-disk-is-an-outage]', async () => {
  const { db, errors } = await openCounted(tempFolder('full'))
  await put(db, 'before')
  // SQLite reports a store of the maximum size as it reports a full disk (SQLITE_FULL).
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db)
  await sql.raw(`pragma max_page_count = ${rows[0]?.page_count ?? 1}`).execute(db)
  const half = db.transaction().execute(async (trx) => {
    await trx.insertInto('installation').values({ name: 'half', value: 'x' }).execute()
    await trx
      .insertInto('installation')
      .values({ name: 'large', value: 'y'.repeat(100_000) })
      .execute()
  })
  await assert.rejects(half, isUnavailable)
  await assert.rejects(put(db, 'large', 'y'.repeat(100_000)), isUnavailable)
  assert.deepEqual(await names(db), ['before'])
  assert.deepEqual(errors, ['database or disk is full'], 'the same error is reported once in five seconds')
  await sql`pragma max_page_count = 1000000`.execute(db)
  await put(db, 'large', 'y'.repeat(100_000))
  assert.deepEqual(await names(db), ['before', 'large'])
  await db.destroy()
})

test('after a failed sync nothing is acknowledged, until the store is copied to a disk that works [guard: failed-sync-refuses-writes]', async () => {
  const folder = tempFolder('sync')
  const { db, errors } = await openCounted(folder)
  await put(db, 'acknowledged')
  disk_fails = true
  await assert.rejects(put(db, 'unknown'), isUnavailable)
  // The store is opened again at once, and its next sync fails, too. The next attempt is a second later.
  await assert.rejects(put(db, 'unknown, too'), isUnavailable)
  await assert.rejects(put(db, 'refused'), isUnavailable)
  assert.ok((await names(db)).includes('acknowledged'), 'reads go on')
  assert.ok(errors.length > 0 && errors.length <= 2, errors.join('\n'))
  disk_fails = false
  await sleep(1100)
  await put(db, 'after')
  assert.deepEqual(await names(db), ['acknowledged', 'after', 'unknown', 'unknown, too'])
  assert.equal((await sql<object>`pragma integrity_check`.execute(db)).rows.length, 1)

  // The commits whose sync failed do not rest on the log: the store itself has them.
  const copy = join(tempFolder('copy'), 'wherry.sqlite')
  copyFileSync(join(folder, 'wherry.sqlite'), copy)
  const copied = new DatabaseSync(copy)
  const kept = copied.prepare('select name from installation order by name').all()
  assert.deepEqual(
    kept.map((row) => row['name']),
    ['acknowledged', 'unknown', 'unknown, too'],
  )
  copied.close()
  await db.destroy()
})

/** Overwrites the last bytes of the log, as a disk does that did not write them. */
function loseEnd(log: string, bytes: number): void {
  const size = readFileSync(log).length
  const file = openSync(log, 'r+')
  writeSync(file, Buffer.alloc(bytes), 0, bytes, size - bytes)
  closeSync(file)
}

test('a commit that the disk has lost is not copied into the store, which stays whole [guard: lost-commit-not-copied]', async () => {
  const folder = tempFolder('lost')
  const { db } = await openCounted(folder)
  await put(db, 'acknowledged')
  disk_fails = true
  await assert.rejects(put(db, 'lost', 'z'.repeat(50_000)), isUnavailable)
  loseEnd(join(folder, 'wherry.sqlite-wal'), 2000)
  disk_fails = false
  await sleep(1100)
  await put(db, 'after')
  assert.deepEqual(await names(db), ['acknowledged', 'after'])
  const check = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db)
  assert.deepEqual(
    check.rows.map((row) => row.integrity_check),
    ['ok'],
  )
  await db.destroy()
})

test('the log is used up to the last commit with right checksums, as SQLite itself uses it after a crash', () => {
  const folder = tempFolder('frames')
  const store = join(folder, 'made.sqlite')
  const made = new DatabaseSync(store)
  made.exec('pragma journal_mode = wal; pragma wal_autocheckpoint = 0; create table kept (nth integer, text text)')
  const lengths: number[] = []
  const log = `${store}-wal`
  const valid = (file: string): number => {
    const opened = openSync(file, 'r')
    try {
      return validWalBytes(opened)
    } finally {
      closeSync(opened)
    }
  }
  for (let nth = 1; nth <= 5; nth += 1) {
    made.prepare('insert into kept values (?, ?)').run(nth, 'x'.repeat(9000))
    assert.equal(valid(log), readFileSync(log).length, 'the whole log')
    lengths.push(readFileSync(log).length)
  }
  const bytes = readFileSync(log)
  for (const [damaged_at, commits] of [
    [lengths[4]! - 1, 4],
    [lengths[2]! - 5000, 2],
    [lengths[1]! + 3, 2],
  ] as const) {
    const copy = join(tempFolder('damaged'), 'copy.sqlite')
    copyFileSync(store, copy)
    const damaged = Buffer.from(bytes)
    damaged[damaged_at] = damaged[damaged_at]! ^ 1
    writeFileSync(`${copy}-wal`, damaged)
    assert.equal(valid(`${copy}-wal`), lengths[commits - 1], `a wrong bit at ${damaged_at}`)
    const recovered = new DatabaseSync(copy)
    assert.equal(recovered.prepare('select count(*) as rows from kept').get()?.['rows'], commits)
    recovered.close()
  }
  for (const useless of [Buffer.alloc(0), bytes.subarray(0, 31), Buffer.alloc(5000)]) {
    writeFileSync(join(folder, 'useless'), useless)
    assert.equal(valid(join(folder, 'useless')), 0)
  }
  made.close()
})
