import { chownSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const prefix = 'wherry-test-'
const owner_file = '.owner-pid'
const mine = new Set<string>()

/**
 * Creates an empty folder that is removed when this process ends.
 *
 * A killed process cannot remove its folders, so each call also removes folders of dead processes.
 * `owner`: the user who has to write there.
 */
export function tempFolder(label = 'folder', owner?: { uid: number; gid: number }): string {
  removeOrphans()
  const folder = mkdtempSync(join(tmpdir(), `${prefix}${label}-`))
  const marker = markerOf(folder)
  // Renamed into place, so that no process reads a half-written marker.
  writeFileSync(`${marker}.new`, String(process.pid))
  renameSync(`${marker}.new`, marker)
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid)
  if (mine.size === 0) process.once('exit', removeMine)
  mine.add(folder)
  return folder
}

/** Removes a folder of `tempFolder` before the process ends. */
export function removeTempFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  rmSync(markerOf(folder), { force: true })
  mine.delete(folder)
}

// The marker lies beside the folder, so that the folder itself is empty for tools that insist on it.
function markerOf(folder: string): string {
  return `${folder}${owner_file}`
}

function removeMine(): void {
  for (const folder of mine) removeTempFolder(folder)
}

function removeOrphans(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(prefix) || !name.endsWith(owner_file)) continue
    const marker = join(tmpdir(), name)
    if (isAlive(ownerOf(marker))) continue
    rmSync(marker.slice(0, -owner_file.length), { recursive: true, force: true })
    rmSync(marker, { force: true })
  }
}

function ownerOf(marker: string): number {
  try {
    return Number(readFileSync(marker, 'utf8'))
  } catch {
    return 0 // Removed by its owner just now.
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
