import type { FastifyInstance } from 'fastify'
import { createBackground, type Background } from '../base/background.ts'
import { systemClock, type Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { createClientCache } from '../clients/client-cache.ts'
import type { Config } from '../config/config.ts'
import { createConnectionCache } from '../connections/connection-cache.ts'
import { sealStoredScripts } from '../connections/seal-scripts.ts'
import type { Sealer } from '../keys/sealer.ts'
import { createJobRunner } from '../jobs/job-runner.ts'
import { createSigningKeys, type SigningKeys } from '../keys/signing-keys.ts'
import { createSingleFlight } from '../login/single-flight.ts'
import type { PostLoginStep } from '../login/post-login.ts'
import { createScriptLogWriter } from '../logs/script-log-writer.ts'
import { createUnauthenticatedEvents } from '../logs/unauthenticated-events.ts'
import { startDelivery } from '../mail/delivery.ts'
import { createRateLimit } from '../management/rate-limit.ts'
import { createLegacyGuard } from '../migration/legacy-guard.ts'
import { createLegacyStore } from '../migration/legacy-store.ts'
import { createPasswords, hashesAtOnce, type Passwords } from '../passwords/passwords.ts'
import { startScriptRuntime } from '../sandbox/script-runtime.ts'
import type { Db } from '../store/tables.ts'
import { createPrivateNetworks } from '../tenants/private-networks.ts'
import { createTenantCache } from '../tenants/tenant-cache.ts'
import type { Site } from '../tenants/tenant.ts'
import { buildAdminApp, buildTenantApp, type Health, type SharedOrigin } from './build-app.ts'
import { scriptLimits, siteOf } from './command-deps.ts'
import { listenForCommands } from './command-socket.ts'
import { ensureTenants, type Started } from './first-run.ts'
import { jobHandlers } from './job-handlers.ts'
import { listenForAdmins } from './listen-for-admins.ts'
import { makeProcessLog } from './make-process-log.ts'
import { openCheckedStore } from './open-checked-store.ts'
import { reservedPorts } from './reserved-ports.ts'
import { openSealer } from './sealing-key.ts'

/** A composed server. */
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
  /** Binds the ports and, on the first start, creates the default tenant. `no_admin_origin`: why there is no admin origin. */
  listen(): Promise<Started & { no_admin_origin?: string }>
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
const script_calls_waiting = 200

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
    const { db, searches, writes, close } = await openCheckedStore(config, log)
    opened.push(close)
    const sealer = await openSealer(config, db)
    await sealStoredScripts({ db, sealer })
    const site = siteOf(config)
    const script_log = createScriptLogWriter(db, log)
    opened.push(() => script_log.flush())
    const bound: { ports: number[]; shared_origin: SharedOrigin | undefined } = {
      ports: [config.port],
      shared_origin: undefined,
    }
    const scripts = startScriptRuntime({
      onLog: (line) => script_log.write(line),
      reserved: () => reservedPorts(config, bound.ports),
      never: config.egress_never,
      max_processes: config.sandbox_processes,
      log,
    })
    opened.push(() => scripts.close())
    const script_limits = scriptLimits(config)
    const guard = createLegacyGuard(clock)
    const tenants = createTenantCache({ db, clock })
    const mayReachPrivateNetworks = createPrivateNetworks(tenants, config.egress_private_tenants)
    const scripting = () => ({ scripts, script_limits, script_log, mayReachPrivateNetworks })
    const delivery = startDelivery({ db, clock, sealer, log, smtp_url: config.smtp_url, mail_from: config.mail_from })
    opened.push(() => delivery.close())
    const background = createBackground(log)
    opened.push(() => background.drained())
    const unauthenticated_events = createUnauthenticatedEvents({ db, clock, background })
    opened.push(() => unauthenticated_events.flush())
    const jobs = createJobRunner({ db, clock, log }, jobHandlers({ db, clock }, config.log_retention_days))
    const passwords = createPasswords({ at_once: hashesAtOnce(), waiting: config.hashes_waiting })
    const keys = createSigningKeys({ db, sealer, clock })
    let settled = false
    const health: Health = { isReady: async () => settled && (await writes.check()), isWritable: writes.isWritable }
    const deps = {
      db,
      searches,
      clock,
      log,
      sealer,
      background,
      unauthenticated_events,
      keys,
      site,
      scripts,
      script_limits,
      script_log,
      delivery,
      jobs,
      passwords,
      legacy: createLegacyStore({ sealer, scripts, script_limits, guard, mayReachPrivateNetworks, clock, log }),
      pending_attempts: createSingleFlight(attempts_waiting),
      pending_script_calls: createSingleFlight(script_calls_waiting),
      post_login_steps: options.post_login_steps ?? [],
      tenants,
      clients: createClientCache({ db, clock, sealer }),
      connections: createConnectionCache({ db, clock }),
      request_rate: createRateLimit(clock, config.requests_per_second),
    }
    const buildAdmins = async (): Promise<FastifyInstance> => {
      const admin_app = await buildAdminApp(config, deps, health)
      opened.push(() => admin_app.close())
      return admin_app
    }
    const app = await buildTenantApp(config, deps, health, () => bound.shared_origin)
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
        const port = address !== null && typeof address === 'object' ? address.port : config.port
        const found = await listenForAdmins({ db, site, buildApp: buildAdmins }, config, port)
        const admins = 'missing' in found ? undefined : found
        bound.ports = admins?.port === undefined ? [port] : [port, admins.port]
        bound.shared_origin = admins?.port === undefined ? admins : undefined
        const first_start = { db, clock, log, sealer, site }
        const started = await ensureTenants(first_start, config, { port, admin_domain: admins?.domain })
        await jobs.start()
        opened.push(await listenForCommands({ db, clock, sealer, keys, site, log, scripting }, config.data_dir))
        settled = true
        return { ...started, ...('missing' in found ? { no_admin_origin: found.missing } : {}) }
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
