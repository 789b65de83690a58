import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import type { Config } from '../config/config.ts'
import { createJobRunner, type JobRunner } from '../jobs/job-runner.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { Delivery } from '../mail/delivery.ts'
import { directoryJobs } from '../migration/directory/directory-jobs.ts'
import { createLegacyGuard } from '../migration/legacy-guard.ts'
import { createLegacyStore, type LegacyStore } from '../migration/legacy-store.ts'
import { createPasswords, hashesAtOnce, type Passwords } from '../passwords/passwords.ts'
import { openSearches, type Searches, type Snapshots } from '../store/searches.ts'
import { engineOf } from '../store/engine.ts'
import type { Db } from '../store/tables.ts'
import type { Site } from '../tenants/tenant.ts'
import { jobHandlers } from './job-handlers.ts'
import { storeTarget } from './open-checked-store.ts'
import type { Scripting } from './start-scripting.ts'

/** The modules of a server that commands on users, jobs and migrations use. */
export type CommandModules = Scripting & {
  log: ProcessLog
  searches: Searches & Snapshots
  passwords: Passwords
  legacy: LegacyStore
  delivery: Pick<Delivery, 'wake'>
  /** Runs the jobs that are due. */
  jobs: { wake(): void }
}

type OpenDeps = { db: Db; clock: Clock; sealer: Sealer; site: Site; log: ProcessLog; scripting: Scripting }

/** Handlers of jobs without those that recur: a server runs these. */
function onceHandlers(deps: Parameters<typeof jobHandlers>[0], config: Config): ReturnType<typeof jobHandlers> {
  const handlers = Object.entries(jobHandlers(deps, config))
  return Object.fromEntries(handlers.filter(([, { recurs_every_ms }]) => recurs_every_ms === undefined))
}

/**
 * Opens the modules for a command in a process without a server. Mail is written to the outbox and sent by the next server. Jobs run from the
 * first `jobs.wake()` on.
 *
 * @returns `close` lets a running job end its step: the next server continues it
 */
export function openCommandModules(
  config: Config,
  { db, clock, sealer, site, log, scripting }: OpenDeps,
): CommandModules & { close(): Promise<void> } {
  const searches = openSearches(
    db,
    storeTarget(config, () => undefined),
  )
  const legacy = createLegacyStore({ ...scripting, db, sealer, guard: createLegacyGuard(clock), clock, log })
  const delivery = { wake: () => undefined }
  const passwords = createPasswords({ at_once: hashesAtOnce(), waiting: config.hashes_waiting })
  let runner: JobRunner | undefined
  let started: Promise<void> | undefined
  return {
    ...scripting,
    log,
    searches,
    passwords,
    legacy,
    delivery,
    jobs: {
      wake() {
        runner ??= createJobRunner(
          { db, clock, log },
          {
            ...onceHandlers({ db, clock, sealer, passwords, site, delivery }, config),
            ...directoryJobs({ db, clock, sealer, legacy }),
          },
          { owns_store: engineOf(db) === 'sqlite' },
        )
        started ??= runner.start()
        runner.wake()
      },
    },
    async close() {
      await started
      await runner?.close()
      await searches.close()
    },
  }
}
