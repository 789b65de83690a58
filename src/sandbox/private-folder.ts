/** Folders for the sockets of sandbox processes: nobody else may look inside, and they go when they are done with. */
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const name_start = 'wherry-sandbox-'
/** Paths of unix sockets have room for about a hundred bytes. */
const parent_cap = 60

/** A new folder (0700) in the system's place for temporary files, or in /tmp when the path would get too long. */
export function makePrivateFolder(): string {
  const usual = tmpdir()
  return mkdtempSync(path.join(usual.length > parent_cap ? '/tmp' : usual, name_start))
}

/** Removes a folder and the ones in it, which may be closed for writing. Never throws. */
export function removePrivateFolder(folder: string): void {
  try {
    chmodSync(folder, 0o700)
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) chmodSync(path.join(folder, entry.name), 0o700)
    }
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // It is gone, or it is somebody else's by now.
  }
}
