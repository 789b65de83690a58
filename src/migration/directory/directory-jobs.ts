import type { JobHandlers } from '../../jobs/job.ts'
import { createDirectoryLoad } from './load-directory.ts'
import { directory_listing, directory_load, type LoadDeps } from './load-job.ts'
import { createTailImport, tail_import } from './tail-import.ts'

/** The handlers of the jobs that load directories, and that import users from them. */
export function directoryJobs(deps: LoadDeps): JobHandlers {
  const load = createDirectoryLoad(deps)
  return {
    [directory_load]: load,
    [directory_listing]: { ...load, waits_for_tenant: true },
    [tail_import]: createTailImport(deps),
  }
}
