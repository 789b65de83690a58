import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openStore } from '../../src/store/open-store.ts'
import { DataDirectoryHeld } from '../../src/store/data-directory-lock.ts'
import { StoreUnusable } from '../../src/store/store-unusable.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { tempFolder } from '../support/temp-folder.ts'

const program = join(import.meta.dirname, 'store-process.ts')

/** Starts a process that writes to the store in `folder`; `said` holds its output. */
async function startWriter(folder: string) {
  const child = spawn(process.execPath, [program, 'write', folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: string[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => void said.push(line))
  const acknowledged = async (count: number): Promise<void> => {
    while (said.length < count) await once(lines, 'line', { signal: AbortSignal.timeout(15_000) })
  }
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await once(child, 'close')
  }
  return { said, acknowledged, kill }
}

test('[guard: data-directory-lock] a folder that another process holds is refused at once, naming the folder and what to do', async () => {
  const folder = tempFolder('held')
  const writer = await startWriter(folder)
  await writer.acknowledged(1)
  const began = performance.now()
  await assert.rejects(openStore({ engine: 'sqlite', folder }), (error) => {
    assert.ok(error instanceof DataDirectoryHeld)
    assert.equal(error.folder, folder)
    assert.match(error.message, /in use by another Wherry process/)
    assert.match(error.message, /WHERRY_DATA_DIR.*DATABASE_URL/)
    return true
  })
  assert.ok(performance.now() - began < 8000)
  const before = writer.said.length
  await writer.acknowledged(before + 3)
  await writer.kill()
})

test('a folder that a process of an older version holds, by a lock of the store itself, is refused', async () => {
  const folder = tempFolder('held by an older version')
  const first = await openStore({ engine: 'sqlite', folder })
  await first.destroy()
  const older = new DatabaseSync(join(folder, 'wherry.sqlite'))
  older.exec('pragma locking_mode = exclusive; begin immediate; commit')
  await assert.rejects(openStore({ engine: 'sqlite', folder }), DataDirectoryHeld)
  older.close()
  const next = await openStore({ engine: 'sqlite', folder })
  await next.destroy()
})

test('a killed process loses no acknowledged write, and the folder opens at once', async () => {
  const folder = tempFolder('killed')
  for (let round = 1; round <= 3; round += 1) {
    const writer = await startWriter(join(folder, String(round)))
    await writer.acknowledged(10 + round * 17)
    await writer.kill()
    const last = Number(/\d+/.exec(writer.said.filter((line) => line.startsWith('committed')).at(-1) ?? '')?.[0])
    const began = performance.now()
    const db = await openStore({ engine: 'sqlite', folder: join(folder, String(round)) })
    assert.ok(performance.now() - began < 1900, 'it did not wait for a lock')
    const names = new Set((await db.selectFrom('installation').select('name').execute()).map((row) => row.name))
    for (let index = 0; index <= last; index += 1) {
      assert.ok(names.has(`left ${index}`) && names.has(`right ${index}`), `commit ${index} of ${last} is there whole`)
    }
    assert.equal(names.size % 2, 0, 'no half of a transaction is there')
    await db.destroy()
  }
})

test('the folder and its files are readable by the owner only, also in an existing folder', async () => {
  const made = join(tempFolder('modes'), 'made', 'here')
  const found = tempFolder('modes')
  mkdirSync(found, { recursive: true })
  chmodSync(found, 0o755)
  for (const folder of [made, found]) {
    const db = await openStore({ engine: 'sqlite', folder })
    const files = readdirSync(folder)
    assert.ok(files.includes('wherry.sqlite'))
    for (const file of files) assert.equal(statSync(join(folder, file)).mode & 0o077, 0, file)
    await db.destroy()
  }
  assert.equal(statSync(made).mode & 0o777, 0o700)
})

test('the store uses a write-ahead log with full sync, and checks foreign keys', async () => {
  const folder = tempFolder('pragmas')
  const db = await openStore({ engine: 'sqlite', folder })
  const pragma = async (name: string): Promise<unknown> =>
    Object.values((await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(db)).rows[0] ?? {})[0]
  assert.equal(await pragma('journal_mode'), 'wal')
  assert.equal(await pragma('synchronous'), 1, 'the driver itself syncs the log for each commit: see wal-sync.test.ts')
  assert.equal(await pragma('foreign_keys'), 1)
  assert.equal(await pragma('integrity_check'), 'ok')
  await db.destroy()
  assert.equal(existsSync(join(folder, 'wherry.sqlite-wal')), false, 'a closed store is one file')
})

test('a store has the same rows after it was closed and opened', async () => {
  const folder = tempFolder('again')
  const first = await openStore({ engine: 'sqlite', folder })
  await first.insertInto('installation').values({ name: 'kept', value: 'yes' }).execute()
  await first.destroy()
  const second = await openStore({ engine: 'sqlite', folder })
  assert.equal((await second.selectFrom('installation').selectAll().executeTakeFirst())?.value, 'yes')
  await second.destroy()
})

test('a file that is not a store is refused with its name, and not changed', async () => {
  const folder = tempFolder('strange')
  const file = join(folder, 'wherry.sqlite')
  writeFileSync(file, 'this is a letter to my aunt '.repeat(1000))
  await assert.rejects(openStore({ engine: 'sqlite', folder }), (error) => {
    assert.ok(error instanceof StoreUnusable)
    assert.ok(error.message.includes(file))
    return true
  })
  assert.equal(statSync(file).size, 28_000)
})

test('callers who wait for the store are served in order', async () => {
  const db = await openStore({ engine: 'sqlite', folder: ':memory:' })
  const order: number[] = []
  const work = Array.from({ length: 200 }, async (_, index) => {
    if (index % 3 === 0) await db.selectFrom('installation').select('name').execute()
    else await inTransaction(db, async (trx) => void (await trx.selectFrom('installation').select('name').execute()))
    order.push(index)
  })
  await Promise.all(work)
  assert.deepEqual(
    order,
    [...order].sort((left, right) => left - right),
  )
  await db.destroy()
})

test('a write transaction locks before it reads: two that read and then write both succeed', async () => {
  const folder = tempFolder('immediate')
  const db = await openStore({ engine: 'sqlite', folder })
  await db.insertInto('installation').values({ name: 'count', value: '0' }).execute()
  let runs = 0
  const raise = (): Promise<void> =>
    inTransaction(db, async (trx) => {
      runs += 1
      const row = await trx.selectFrom('installation').select('value').where('name', '=', 'count').executeTakeFirst()
      const value = String(Number(row?.value) + 1)
      await trx.updateTable('installation').set({ value }).where('name', '=', 'count').execute()
    })
  await Promise.all(Array.from({ length: 30 }, raise))
  const row = await db.selectFrom('installation').select('value').where('name', '=', 'count').executeTakeFirst()
  assert.equal(row?.value, '30')
  assert.equal(runs, 30, 'none had to run again')
  await db.destroy()
})
