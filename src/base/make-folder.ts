import { mkdirSync, statSync } from 'node:fs'
import path from 'node:path'

/**
 * Creates a folder that only its owner can open, and its missing parent folders, one by one: Node's
 * recursive `mkdir` does not end on file systems where nothing can be created, such as /proc.
 *
 * @throws Error of the file system; with the code `ENOTDIR` when a file has the name
 */
export function makeFolder(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false })
  if (found?.isDirectory()) return
  if (found) throw Object.assign(new Error(`ENOTDIR: ${folder} is a file, not a folder`), { code: 'ENOTDIR' })
  makeFolder(path.dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // Another process may have created it at the same time.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}
