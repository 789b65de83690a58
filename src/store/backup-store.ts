import {
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  closeSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createFile, DataDirectoryHeld, lockDataDirectory } from './data-directory-lock.ts'
import { checksumFile, checksumOf, readChecksum, writeChecksum } from './file-checksum.ts'
import { SchemaTooNew } from './migrate-schema.ts'
import { schemaMigrations } from './schema/schema.ts'
import { defineFunctions } from './sqlite-functions.ts'
import { storeProblemOf } from './store-problem.ts'
import { StoreUnusable } from './store-unusable.ts'

/** What a file with a store holds. */
export type StoreSummary = { file: string; bytes: number; schema_version: number; rows: Record<string, number> }

// Result codes of SQLite.
const corrupt = 11
const not_a_database = 26

/** The name of the embedded store's file in a data folder. */
export const store_file = 'wherry.sqlite'
const copy_form = /^wherry\.sqlite\.\d+\.new$/

function openFile(file: string, read_only: boolean): DatabaseSync {
  if (!existsSync(file)) throw new StoreUnusable(`There is no store at ${file}.`)
  const database = new DatabaseSync(file, { readOnly: read_only, timeout: 10_000 })
  defineFunctions(database)
  return database
}

const number = (database: DatabaseSync, sql: string): number => Number(database.prepare(sql).get()?.['value'] ?? 0)

/** Syncs a file, or the names in a folder, to the disk. */
function syncToDisk(file: string): void {
  const opened = openSync(file, 'r')
  try {
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}

/**
 * Reads a file with a store, and checks every page of it.
 *
 * @param named what problems call the file
 * @throws {StoreUnusable} when it is no store of Wherry, or is damaged
 * @throws {SchemaTooNew}
 */
export function readStoreFile(
  file: string,
  named: string = file,
): StoreSummary & { sealing_key_check: string | undefined } {
  const database = openFile(file, true)
  try {
    const damage = String(database.prepare('pragma integrity_check(1)').get()?.['integrity_check'])
    if (damage !== 'ok') throw new StoreUnusable(`The store ${named} is damaged: ${damage}.`)
    const tables = database
      .prepare(`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name`)
      .all()
      .map(({ name }) => String(name))
    if (!tables.includes('schema_versions') || !tables.includes('installation'))
      throw new StoreUnusable(`The file ${named} is a database, and no store of Wherry.`)
    const schema_version = number(database, 'select max(version) as value from schema_versions')
    const newest = Math.max(...schemaMigrations.map(({ version }) => version))
    if (schema_version > newest) throw new SchemaTooNew(schema_version, newest)
    const rows = tables.map((table) => [table, number(database, `select count(*) as value from "${table}"`)] as const)
    const check = database.prepare(`select value from installation where name = 'sealing_key_check'`).get()?.['value']
    return {
      file,
      bytes: statSync(file).size,
      schema_version,
      rows: Object.fromEntries(rows),
      sealing_key_check: typeof check === 'string' ? check : undefined,
    }
  } catch (error) {
    const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
    if (code === not_a_database) throw new StoreUnusable(`The file ${named} is no store of Wherry.`, { cause: error })
    if (code === corrupt) throw new StoreUnusable(`The store ${named} is damaged.`, { cause: error })
    throw error
  } finally {
    database.close()
  }
}

/** Runs `work` on the store of a data folder, also while a server uses it. Writes of the server go on. */
function readingBeside<T>(folder: string, work: (database: DatabaseSync) => T): T {
  const file = path.join(folder, store_file)
  if (!existsSync(file)) throw new StoreUnusable(`There is no store in ${folder}.`)
  let unlock: (() => void) | undefined
  try {
    unlock = lockDataDirectory(folder)
  } catch (error) {
    if (!(error instanceof DataDirectoryHeld)) throw error
  }
  // Without a server, the files of the write-ahead log may have to be created.
  const database = openFile(file, unlock === undefined)
  try {
    return work(database)
  } finally {
    database.close()
    unlock?.()
  }
}

/** Why a file of a backup could not be written, where its disk is the reason; else the error itself. */
function writeFailure(to: string, error: unknown): unknown {
  const problem = storeProblemOf(error)
  const folder = path.dirname(to)
  if (problem === 'disk_full') {
    const message = `The backup ${to} was not written: the disk of ${folder} is full. Free space there, or name a file on another disk.`
    return new StoreUnusable(message, { cause: error })
  }
  const is_refused = error instanceof Error && 'code' in error && ['EACCES', 'EPERM'].includes(String(error.code))
  if (problem !== 'read_only' && !is_refused) return error
  return new StoreUnusable(`The backup ${to} was not written: ${folder} cannot be written.`, { cause: error })
}

/**
 * Copies the embedded store of a data folder to a new file as of one moment, also while a server writes to it, checks the copy, and writes
 * its checksum beside it. The sealing key is not part of it.
 *
 * @throws {StoreUnusable}
 */
export function backUpStore(folder: string, to: string): StoreSummary & { sha256: string } {
  for (const file of [to, checksumFile(to)]) {
    if (existsSync(file)) throw new StoreUnusable(`The file ${file} exists: a backup does not replace a file.`)
  }
  // A folder that is missing may be that of a disk which is not mounted.
  if (!existsSync(path.dirname(to))) throw new StoreUnusable(`There is no folder ${path.dirname(to)} for the backup.`)
  const written = `${to}.${process.pid}.new`
  try {
    createFile(written)
    readingBeside(folder, (database) => database.prepare('vacuum into ?').run(written))
    syncToDisk(written)
    const { sealing_key_check: _, ...summary } = readStoreFile(written)
    const sha256 = checksumOf(written)
    renameSync(written, to)
    writeChecksum(to, sha256)
    syncToDisk(path.dirname(to))
    return { ...summary, file: to, sha256 }
  } catch (error) {
    throw writeFailure(to, error)
  } finally {
    rmSync(written, { force: true })
  }
}

/** Requires that a copy of a backup has the checksum that was written with the backup, where that is beside it. Answers whether it is. */
function requireChecksum(from: string, copied: string): boolean {
  const written = readChecksum(from)
  if (written === undefined) return false
  const found = checksumOf(copied)
  if (found === written) return true
  throw new StoreUnusable(
    `The backup ${from} is not the file that was written: its SHA-256 checksum is ${found}, and ${checksumFile(from)} has ${written}. Nothing was changed.`,
  )
}

/**
 * Puts a backup into a data folder that no server uses, and compares it with its checksum where that is beside it. A store that is there is
 * kept beside it under another name, with its write-ahead log.
 *
 * @param check is called with the sealed check value of the backup before anything is changed, and may throw
 * @throws {DataDirectoryHeld} while a server runs
 * @throws {StoreUnusable | SchemaTooNew} when the file is no backup of this version or of one before
 */
export function restoreStore(
  folder: string,
  from: string,
  { now, check }: { now: number; check(sealing_key_check: string | undefined): void },
): StoreSummary & { kept_as: string | undefined; had_checksum: boolean } {
  const found = statSync(from, { throwIfNoEntry: false })
  if (found === undefined) throw new StoreUnusable(`There is no file ${from}.`)
  if (!found.isFile()) throw new StoreUnusable(`The backup ${from} is no file.`)
  const unlock = lockDataDirectory(folder)
  const file = path.join(folder, store_file)
  const copied = `${file}.${process.pid}.new`
  try {
    // Copies of restores whose process was killed: the folder belongs to this one.
    for (const name of readdirSync(folder)) if (copy_form.test(name)) rmSync(path.join(folder, name))
    createFile(copied)
    copyFileSync(from, copied)
    const had_checksum = requireChecksum(from, copied)
    const { sealing_key_check, ...summary } = readStoreFile(copied, from)
    check(sealing_key_check)
    syncToDisk(copied)
    const kept_as = existsSync(file)
      ? `${file}.before-${new Date(now).toISOString().replaceAll(/[-:.]/g, '')}`
      : undefined
    // The log first: with another store it would change that store.
    for (const suffix of ['-wal', '-shm', '']) {
      if (kept_as !== undefined && existsSync(file + suffix)) renameSync(file + suffix, kept_as + suffix)
    }
    renameSync(copied, file)
    syncToDisk(folder)
    return { ...summary, file, kept_as, had_checksum }
  } finally {
    rmSync(copied, { force: true })
    unlock()
  }
}
