// Makes the library that slows syncs down.
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { tempFolder } from '../../tests/support/temp-folder.ts'

/** The environment of a process whose file syncs take 10 ms longer, or why it cannot be had. */
export function slowSyncs(): { env: Record<string, string> } | { missing: string } {
  if (process.platform !== 'linux') return { missing: 'slowed commits need Linux' }
  const library = join(tempFolder('slow-sync'), 'slow-sync.so')
  const source = resolve(import.meta.dirname, 'slow-sync.c')
  const made = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'], { encoding: 'utf8' })
  if (made.status !== 0) return { missing: `slowed commits need a C compiler: ${made.error?.message ?? made.stderr}` }
  return { env: { LD_PRELOAD: library } }
}
