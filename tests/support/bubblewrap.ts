import { denoFile } from '../../src/sandbox/deno-file.ts'
import { probeIsolation } from '../../src/sandbox/isolation.ts'
import { not_run_status, serverBinaries } from './server-binaries.ts'

/** Ensures that bubblewrap works here, installing it by apt where we are root on Debian; else this test file ends as not run. */
export async function ensureBubblewrap(): Promise<void> {
  serverBinaries('bubblewrap')
  const { not_hardened } = await probeIsolation('auto', denoFile())
  if (not_hardened === undefined) return
  console.error(not_hardened)
  process.exit(not_run_status)
}
