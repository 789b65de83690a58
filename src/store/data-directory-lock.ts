import { closeSync, existsSync, openSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makeFolder } from '../base/make-folder.ts'
import { sqliteCode } from './sqlite-code.ts'

/** Another process holds the data directory. */
export class DataDirectoryHeld extends Error {
  readonly folder: string
  constructor(folder: string) {
    super(
      `The data directory ${folder} is in use by another Wherry process. Stop that process first, or set WHERRY_DATA_DIR to another directory (several processes at once need PostgreSQL: set DATABASE_URL).`,
    )
    this.name = 'DataDirectoryHeld'
    this.folder = folder
  }
}

/** Creates a file, and its directory, with permissions for the owner only. An existing file keeps its content. */
export function createFile(file: string): void {
  makeFolder(path.dirname(file))
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
}

/**
 * Locks a data directory for this process until the returned function is called. The lock is the operating system's lock on
 * `wherry.lock`, so a killed process leaves none behind. It is a file of its own, because searches open further connections to the store.
 *
 * @throws {DataDirectoryHeld} when another process has held it for two seconds
 */
export function lockDataDirectory(folder: string): () => void {
  const file = path.join(folder, 'wherry.lock')
  createFile(file)
  const lock = new DatabaseSync(file, { timeout: 2000 })
  try {
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    throw sqliteCode(error) === 5 ? new DataDirectoryHeld(folder) : error
  }
  return () => lock.close()
}
