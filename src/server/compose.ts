import type { FastifyInstance } from 'fastify'
import { createBackground } from '../base/background.ts'
import { systemClock, type Clock } from '../base/clock.ts'
import type { Config } from '../config/config.ts'
import { createTenantDirectory } from '../http/tenant-of.ts'
import { createSigningKeys } from '../keys/signing-keys.ts'
import { createFlights } from '../login/flights.ts'
import { createScriptLogWriter } from '../logs/script-log-writer.ts'
import { startDelivery } from '../mail/delivery.ts'
import { createLegacyGuard } from '../migration/legacy-guard.ts'
import { createLegacyStore } from '../migration/legacy-store.ts'
import { createPasswords, hashesAtOnce } from '../passwords/passwords.ts'
import { default_limits } from '../sandbox/limits.ts'
import { startScriptRuntime } from '../sandbox/script-runtime.ts'
import { openStore, type StoreTarget } from '../store/open-store.ts'
import { buildApp } from './build-app.ts'
import type { FirstRun } from './first-run-file.ts'
import { ensureDefaultTenant } from './first-run.ts'
import type { HouseParts } from './house-parts.ts'
import { startHousekeeping } from './housekeeping.ts'
import { reservedPorts } from './reserved-ports.ts'
import { makeProcessLog } from './make-process-log.ts'
import { openSealer } from './sealing-key.ts'

/** A house, built. */
export type House = {
  app: FastifyInstance
  parts: HouseParts
  /** Binds the port and, on the first start, makes the default tenant. */
  listen(): Promise<{ issuer: string; first_run: FirstRun | undefined }>
  /** Stops in order: no new requests, what is under way ends, then everything closes. */
  close(): Promise<void>
}

/** What tests and the demo may put in place of the defaults. */
export type ComposeOptions = { clock?: Clock; log_to?: { write(line: string): void } }

const attempts_waiting = 100
const questions_waiting = 200

function storeTarget(config: Config, onIdleError: (error: Error) => void): StoreTarget {
  return config.database_url === undefined
    ? { engine: 'sqlite', folder: config.data_dir }
    : { engine: 'postgres', url: config.database_url, connections: config.database_connections, onIdleError }
}

/**
 * Builds all parts from the settings and puts them together. Nothing is bound until `listen`.
 *
 * @throws {ConfigError | DataDirectoryHeld | SchemaTooNew | StoreUnusable | SealingKeyError} with what to do
 */
export async function compose(config: Config, options: ComposeOptions = {}): Promise<House> {
  const log = makeProcessLog(config.log_level, options.log_to)
  const clock = options.clock ?? systemClock
  // What was opened first is closed last, also where opening the next thing fails.
  const opened: (() => Promise<void>)[] = []
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).toReversed()) {
      await close().catch((error: unknown) => log.error({ err: error }, 'stopping went wrong in one part'))
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
    const mailing = startDelivery({ db, clock, sealer, log, smtp_url: config.smtp_url, mail_from: config.mail_from })
    opened.push(() => mailing.close())
    const directory = createTenantDirectory(db)
    const background = createBackground(log)
    opened.push(() => background.drained())
    const parts: HouseParts = {
      db,
      clock,
      log,
      background,
      sealer,
      passwords: createPasswords({ at_once: hashesAtOnce(), waiting: config.hashes_waiting }),
      scripts,
      legacy: createLegacyStore({
        sealer,
        scripts,
        script_limits: {
          ...default_limits,
          deadline_ms: config.script_deadline_ms,
          memory_bytes: config.sandbox_memory_bytes,
        },
        guard: createLegacyGuard(clock),
      }),
      attempts: createFlights(attempts_waiting),
      questions: createFlights(questions_waiting),
      site,
      mailing,
      keys: createSigningKeys({ db, sealer, clock }),
      config,
      tenants: directory,
    }
    let settled = false
    const isReady = async (): Promise<boolean> => {
      await db.selectFrom('installation').select('name').limit(1).execute()
      return settled
    }
    const app = await buildApp(config, parts, { directory, isReady })
    opened.push(() => app.close())
    const housekeeping = startHousekeeping(parts, config.log_retention_days)
    opened.push(() => housekeeping.close())
    return {
      app,
      parts,
      async listen() {
        await app.listen({ port: config.port, host: config.host })
        const address = app.server.address()
        if (address !== null && typeof address === 'object') bound.port = address.port
        const made = await ensureDefaultTenant(parts, bound.port)
        directory.forget()
        settled = true
        return made
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
