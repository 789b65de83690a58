import type { RequestListener } from 'node:http'
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
import { createTenantConnections } from '../egress/tenant-connections.ts'
import { createUnauthenticatedEvents } from '../logs/unauthenticated-events.ts'
import { startDelivery } from '../mail/delivery.ts'
import { startLogStreams } from '../logs/streams/deliver-log-streams.ts'
import { createRateLimit } from '../management/rate-limit.ts'
import { directoryJobs } from '../migration/directory/directory-jobs.ts'
import { createKeptCounts } from '../migration/kept-counts.ts'
import { createLegacyGuard } from '../migration/legacy-guard.ts'
import { createLegacyStore } from '../migration/legacy-store.ts'
import { createLegacyActivityJob, legacy_activity } from '../migration/legacy-activity/sample-legacy-activity.ts'
import { countGroups } from '../migration/progress/count-groups.ts'
import { createRehearsalJob, rehearsal } from '../migration/rehearsal/run-rehearsal.ts'
import { countForReport } from '../migration/report/read-report.ts'
import { argon2_options, type Argon2Options } from '../passwords/argon2-options.ts'
import { createPasswords, hashesAtOnce, type Passwords } from '../passwords/passwords.ts'
import { createRestrictedTargets } from '../sandbox/restricted-targets.ts'
import { createFinishJob } from '../migration/finish/finish-job.ts'
import { migration_finish } from '../migration/finish/start-finish-step.ts'
import { post_migration } from '../migration/enqueue-post-migration.ts'
import { createRecentForms } from '../oauth/sign-in/recent-forms.ts'
import type { CompletedLogin } from '../oauth/sign-in/sign-in.ts'
import { createActionsJob, createPostMigrationJob } from '../rules/actions-job.ts'
import { createDecideExchange } from '../rules/credentials-exchange.ts'
import { run_actions } from '../rules/enqueue-actions.ts'
import { createSendByActions } from '../rules/phone-messages.ts'
import { createDecideRegistration } from '../rules/pre-registration.ts'
import { createTriggerReader } from '../rules/trigger-actions.ts'
import { createRuleChains } from '../rules/rule-chain.ts'
import type { PostLoginStep } from '../rules/post-login.ts'
import { createRulesStep } from '../rules/run-rules.ts'
import type { Isolation } from '../sandbox/isolation.ts'
import { engineOf } from '../store/engine.ts'
import type { Db } from '../store/tables.ts'
import { sendTextMessage, send_text_message } from '../tenants/send-text-message.ts'
import { createTenantCache } from '../tenants/tenant-cache.ts'
import type { Site } from '../tenants/tenant.ts'
import { buildAdminApp, buildTenantApp, type Health, type SharedOrigin } from './build-app.ts'
import { siteOf } from './command-deps.ts'
import { listenForCommands } from './command-socket.ts'
import { ensureTenants, type Started } from './first-run.ts'
import { jobHandlers } from './job-handlers.ts'
import { listenForAdmins } from './listen-for-admins.ts'
import { makeProcessLog } from './make-process-log.ts'
import { openCheckedStore } from './open-checked-store.ts'
import { openSealer } from './sealing-key.ts'
import { reservedPorts } from './reserved-ports.ts'
import { createRuleApi } from './rule-api.ts'
import { startScripting } from './start-scripting.ts'

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
  /** How script processes are isolated on this machine. */
  isolation(): Promise<Isolation>
  /** Binds the ports and, on the first start, creates the default tenant. `no_admin_origin`: why there is no admin origin. */
  listen(): Promise<Started & { no_admin_origin?: string }>
  /** Stops in order: no new requests, requests in flight end, then everything closes. */
  close(): Promise<void>
}

/** Replacements that tests and the demo may pass in. */
export type ComposeOptions = {
  clock?: Clock
  log_to?: { write(line: string): void }
  /** Run after each verified login, in this order, before the rules of the tenant; see `runPostLogin`. */
  post_login_steps?: readonly PostLoginStep[]
  /** The costs of new password hashes. Default: `argon2_options`. */
  new_hashes?: Argon2Options
}

const attempts_waiting = 100
const script_calls_waiting = 200
const forms_waiting = 10

/** The functions that close the opened modules, in the order in which they were opened. */
type Opened = (() => Promise<void>)[]

/** `ports`: those that the server listens on. `answer`: answers a request of the tenants' origin. */
type Bound = { ports(): readonly number[]; answer: RequestListener }

type ModuleOptions = {
  clock: Clock
  log: ProcessLog
  post_login_steps: readonly PostLoginStep[]
  new_hashes: Argon2Options
}

/**
 * Opens the store and the modules that use it. A module to close is added to `opened` at once, so that it is closed also if the next one
 * cannot be opened.
 *
 * @param bound what is known once the server is built
 */
async function openModules(
  config: Config,
  { clock, log, post_login_steps, new_hashes }: ModuleOptions,
  opened: Opened,
  { ports, answer }: Bound,
) {
  const { db, searches, writes, close } = await openCheckedStore(config, { log, clock })
  opened.push(close)
  const sealer = await openSealer(config, db)
  await sealStoredScripts({ db, sealer })
  const tenants = createTenantCache({ db, clock })
  const { close: closeScripting, ...scripting } = startScripting(config, { db, clock, log, tenants }, ports)
  opened.push(closeScripting)
  if (config.sandbox_hardened === 'required') await scripting.scripts.isolation()
  const tenant_connections = createTenantConnections({
    allow: config.egress_allow,
    restricted: createRestrictedTargets(() => reservedPorts(config, ports()), config.egress_never),
  })
  const { smtp_url, mail_from } = config
  const delivery = startDelivery({ db, clock, sealer, log, smtp_url, mail_from, connect: tenant_connections })
  opened.push(() => delivery.close())
  const log_streams = startLogStreams({ db, clock, log, sealer, tenant_connections })
  opened.push(() => log_streams.close())
  const rule_chains = createRuleChains({ db, clock, sealer })
  const rule_api = createRuleApi({ clock }, answer)
  const actions = { ...scripting, db, clock, sealer, readActions: createTriggerReader({ db, clock, sealer }) }
  const background = createBackground(log)
  opened.push(() => background.drained())
  const unauthenticated_events = createUnauthenticatedEvents({ db, clock, background })
  opened.push(() => unauthenticated_events.flush())
  const legacy = createLegacyStore({ ...scripting, db, sealer, guard: createLegacyGuard(clock), clock, log })
  const group_counts = createKeptCounts({ db, searches, clock }, countGroups)
  opened.push(() => group_counts.close())
  const people_counts = createKeptCounts({ db, searches, clock }, countForReport)
  opened.push(() => people_counts.close())
  const passwords = createPasswords({ at_once: hashesAtOnce(), waiting: config.hashes_waiting }, new_hashes)
  const deps = {
    db,
    searches,
    clock,
    log,
    sealer,
    background,
    unauthenticated_events,
    keys: createSigningKeys({ db, sealer, clock }),
    site: siteOf(config),
    mail_from,
    has_mail_server: smtp_url !== undefined,
    ...scripting,
    delivery,
    tenant_connections,
    log_streams,
    legacy,
    group_counts,
    people_counts,
    jobs: createJobRunner(
      { db, clock, log },
      {
        ...jobHandlers({ db, clock, sealer, passwords, site: siteOf(config), delivery }, config),
        [migration_finish]: createFinishJob({ ...scripting, db, clock, sealer }),
        [post_migration]: createPostMigrationJob(actions),
        [run_actions]: createActionsJob(actions),
        [send_text_message]: sendTextMessage({
          db,
          clock,
          sealer,
          tenant_connections,
          sendByActions: createSendByActions(actions),
        }),
        [legacy_activity]: createLegacyActivityJob({ ...scripting, db, clock, sealer }),
        [rehearsal]: createRehearsalJob({ db, clock, sealer, legacy }),
        ...directoryJobs({ db, clock, sealer, legacy }),
      },
      { owns_store: engineOf(db) === 'sqlite' },
    ),
    passwords,
    pending_attempts: createSingleFlight(attempts_waiting),
    pending_script_calls: createSingleFlight(script_calls_waiting),
    pending_forms: createSingleFlight(forms_waiting),
    recent_forms: createRecentForms<CompletedLogin>(),
    rule_api,
    post_login_steps: [...post_login_steps, createRulesStep({ ...scripting, db, clock, rule_chains, rule_api })],
    decideRegistration: createDecideRegistration(actions),
    decideExchange: createDecideExchange(actions),
    tenants,
    clients: createClientCache({ db, clock, sealer }),
    connections: createConnectionCache({ db, clock, sealer }),
    request_rate: createRateLimit(clock, config.requests_per_second),
    forwarding_seen: {},
  }
  return { deps, scripting, writes }
}

/**
 * Builds all modules from the settings and connects them. No port is bound until `listen`.
 *
 * @throws {ConfigError | DataDirectoryHeld | SchemaTooNew | StoreUnusable | SealingKeyError | SandboxMissing} with a message that says how to fix it
 */
export async function compose(config: Config, options: ComposeOptions = {}): Promise<Server> {
  const log = makeProcessLog(config.log_level, options.log_to)
  const { clock = systemClock, post_login_steps = [], new_hashes = argon2_options } = options
  const opened: Opened = []
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).toReversed()) {
      await close().catch((error: unknown) => log.error({ err: error }, 'closing a module failed'))
    }
  }
  try {
    const bound: { ports: number[]; shared_origin: SharedOrigin | undefined } = {
      ports: [config.port],
      shared_origin: undefined,
    }
    const module_options = { clock, log, post_login_steps, new_hashes }
    const { deps, scripting, writes } = await openModules(config, module_options, opened, {
      ports: () => bound.ports,
      answer: (request, response) => app.routing(request, response),
    })
    const { db, sealer, keys, passwords, background, site, jobs } = deps
    let settled = false
    const { isWritable, problem } = writes
    const health: Health = { isReady: async () => settled && (await writes.check()), isWritable, problem }
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
      isolation: deps.scripts.isolation,
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
        const { forwarding_seen } = deps
        const commands = { config, in_server: true, db, clock, sealer, keys, site, log, forwarding_seen }
        opened.push(
          await listenForCommands({ ...commands, scripting: () => scripting, modules: () => deps }, config.data_dir),
        )
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
