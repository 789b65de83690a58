// Compiles the preloaded library that delays fsync.
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { tempFolder } from '../../tests/support/temp-folder.ts'

/** The environment of a process whose every fsync takes 10 ms longer, or the reason why this machine cannot provide it. */
export function slowFsync(): { env: Record<string, string> } | { unavailable: string } {
  if (process.platform !== 'linux') return { unavailable: 'a delayed fsync needs Linux' }
  const library = join(tempFolder('slow-fsync'), 'slow-fsync.so')
  const source = resolve(import.meta.dirname, 'slow-fsync.c')
  const compiled = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'], { encoding: 'utf8' })
  if (compiled.status === 0) return { env: { LD_PRELOAD: library } }
  return { unavailable: `a delayed fsync needs a C compiler: ${compiled.error?.message ?? compiled.stderr}` }
}
