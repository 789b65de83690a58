import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const name_prefix = 'wherry-sandbox-'
// The path of a unix socket may have about a hundred bytes.
const parent_length_max = 60

/** Creates a folder (0700) for sockets in the system's temporary folder, or in /tmp when the path would be too long. */
export function makePrivateFolder(): string {
  const parent = tmpdir()
  return mkdtempSync(path.join(parent.length > parent_length_max ? '/tmp' : parent, name_prefix))
}

/** Removes a folder and the folders in it, which may be read-only. Never throws. */
export function removePrivateFolder(folder: string): void {
  try {
    chmodSync(folder, 0o700)
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) chmodSync(path.join(folder, entry.name), 0o700)
    }
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // It is gone, or it belongs to another user by now.
  }
}
