import type { FastifyInstance } from 'fastify'
import { createBackground, type Background } from '../base/background.ts'
import { systemClock, type Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { createClientCache } from '../clients/client-cache.ts'
import type { Config } from '../config/config.ts'
import { createConnectionCache } from '../connections/connection-cache.ts'
import type { Sealer } from '../keys/sealer.ts'
import { createJobRunner } from '../jobs/job-runner.ts'
import { createSigningKeys, type SigningKeys } from '../keys/signing-keys.ts'
import { createSingleFlight } from '../login/single-flight.ts'
import type { PostLoginStep } from '../login/post-login.ts'
import { createScriptLogWriter } from '../logs/script-log-writer.ts'
import { startDelivery } from '../mail/delivery.ts'
import { createLegacyGuard } from '../migration/legacy-guard.ts'
import { createLegacyStore } from '../migration/legacy-store.ts'
import { createPasswords, hashesAtOnce, type Passwords } from '../passwords/passwords.ts'
import { default_limits } from '../sandbox/limits.ts'
import { startScriptRuntime } from '../sandbox/script-runtime.ts'
import { openStore, type StoreTarget } from '../store/open-store.ts'
import type { Db } from '../store/tables.ts'
import { createTenantCache } from '../tenants/tenant-cache.ts'
import type { Site } from '../tenants/tenant.ts'
import { buildApp } from './build-app.ts'
import type { FirstRun } from './first-run-file.ts'
import { ensureDefaultTenant } from './first-run.ts'
import { jobHandlers } from './job-handlers.ts'
import { makeProcessLog } from './make-process-log.ts'
import { reservedPorts } from './reserved-ports.ts'
import { openSealer } from './sealing-key.ts'

/** A composed server. Commands use its store and keys without binding a port. */
export type Server = {
  app: FastifyInstance
  db: Db
  clock: Clock
  log: ProcessLog
  sealer: Sealer
  keys: SigningKeys
  passwords: Passwords
  background: Background
  site: Site
  /** Binds the port and, on the first start, creates the default tenant. */
  listen(): Promise<{ issuer: string; first_run: FirstRun | undefined }>
  /** Stops in order: no new requests, requests in flight end, then everything closes. */
  close(): Promise<void>
}

/** Replacements that tests and the demo may pass in. */
export type ComposeOptions = {
  clock?: Clock
  log_to?: { write(line: string): void }
  /** Run after each verified login, in this order; see `runPostLogin`. */
  post_login_steps?: readonly PostLoginStep[]
}

const attempts_waiting = 100
const lookups_waiting = 200

function storeTarget(config: Config, onConnectionError: (error: Error) => void): StoreTarget {
  return config.database_url === undefined
    ? { engine: 'sqlite', folder: config.data_dir }
    : { engine: 'postgres', url: config.database_url, connections: config.database_connections, onConnectionError }
}

/**
 * Builds all modules from the settings and connects them. No port is bound until `listen`.
 *
 * @throws {ConfigError | DataDirectoryHeld | SchemaTooNew | StoreUnusable | SealingKeyError} with a message that says how to fix it
 */
export async function compose(config: Config, options: ComposeOptions = {}): Promise<Server> {
  const log = makeProcessLog(config.log_level, options.log_to)
  const clock = options.clock ?? systemClock
  // Modules close in the reverse order in which they were opened, also if opening one of them fails.
  const opened: (() => Promise<void>)[] = []
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).toReversed()) {
      await close().catch((error: unknown) => log.error({ err: error }, 'closing a module failed'))
    }
  }
  try {
    const db = await openStore(
      storeTarget(config, (error) => log.warn({ err: error }, 'a connection to the store was lost')),
    )
    opened.push(() => db.destroy())
    const sealer = await openSealer(config, db)
    const site = { scheme: config.tls || config.public_url?.startsWith('https:') ? 'https' : 'http' } as const
    const script_log = createScriptLogWriter(db, log)
    opened.push(() => script_log.flush())
    const bound = { port: config.port }
    const scripts = startScriptRuntime({
      onLog: (line) => script_log.write(line),
      reserved: () => reservedPorts(config, bound.port),
      never: config.egress_never,
      max_processes: config.sandbox_processes,
      log,
    })
    opened.push(() => scripts.close())
    const { script_deadline_ms: deadline_ms, sandbox_memory_bytes: memory_bytes } = config
    const script_limits = { ...default_limits, deadline_ms, memory_bytes }
    const guard = createLegacyGuard(clock)
    const delivery = startDelivery({ db, clock, sealer, log, smtp_url: config.smtp_url, mail_from: config.mail_from })
    opened.push(() => delivery.close())
    const background = createBackground(log)
    opened.push(() => background.drained())
    const jobs = createJobRunner({ db, clock, log }, jobHandlers({ db, clock }, config.log_retention_days))
    const passwords = createPasswords({ at_once: hashesAtOnce(), waiting: config.hashes_waiting })
    const keys = createSigningKeys({ db, sealer, clock })
    let settled = false
    const isReady = async (): Promise<boolean> => {
      await db.selectFrom('installation').select('name').limit(1).execute()
      return settled
    }
    const app = await buildApp(
      config,
      {
        db,
        clock,
        log,
        sealer,
        background,
        keys,
        site,
        scripts,
        delivery,
        jobs,
        passwords,
        legacy: createLegacyStore({ sealer, scripts, script_limits, guard }),
        pending_attempts: createSingleFlight(attempts_waiting),
        pending_lookups: createSingleFlight(lookups_waiting),
        post_login_steps: options.post_login_steps ?? [],
        tenants: createTenantCache({ db, clock }),
        clients: createClientCache({ db, clock, sealer }),
        connections: createConnectionCache({ db, clock }),
        requests_per_second: config.requests_per_second,
      },
      isReady,
    )
    opened.push(() => app.close())
    opened.push(() => jobs.close())
    return {
      app,
      db,
      clock,
      log,
      sealer,
      keys,
      passwords,
      background,
      site,
      async listen() {
        await app.listen({ port: config.port, host: config.host })
        const address = app.server.address()
        if (address !== null && typeof address === 'object') bound.port = address.port
        const result = await ensureDefaultTenant({ db, clock, log, sealer, site }, config, bound.port)
        await jobs.start()
        settled = true
        return result
      },
      async close() {
        settled = false
        await closeAll()
      },
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}
