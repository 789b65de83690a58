import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import formbody from '@fastify/formbody'
import Fastify from 'fastify'
import type { ProcessLog } from '../../src/base/process-log.ts'
import { createBackground } from '../../src/base/background.ts'
import { connectionById, type Connection } from '../../src/connections/connection.ts'
import type { ConnectionOptions } from '../../src/contract/connection.ts'
import { resolveTenants } from '../../src/http/tenant-of.ts'
import { createSealer } from '../../src/keys/sealer.ts'
import { createSingleFlight } from '../../src/login/single-flight.ts'
import { requestReset } from '../../src/login/request-reset.ts'
import { startDelivery } from '../../src/mail/delivery.ts'
import { listOutbox } from '../../src/mail/outbox.ts'
import { createLegacyGuard } from '../../src/migration/legacy-guard.ts'
import { createLegacyStore } from '../../src/migration/legacy-store.ts'
import { mountPages } from '../../src/pages/mount-pages.ts'
import { createPasswords } from '../../src/passwords/passwords.ts'
import { default_limits, startScriptRuntime } from '../../src/sandbox/script-runtime.ts'
import { openStore } from '../../src/store/open-store.ts'
import { createTenantCache } from '../../src/tenants/tenant-cache.ts'
import { tenantByDomain, type Tenant } from '../../src/tenants/tenant.ts'

/** A page as a person's browser gets it. */
export type Got = { status: number; headers: Headers; html: string }

const caller = { ip: '127.0.0.1', user_agent: 'test', hostname: 'test' }

/** A legacy store that speaks HTTP on loopback and knows people by e-mail address. */
async function startLegacyStore() {
  const people = new Map<string, { id: string; email: string }>()
  const server = createServer((request, response) => {
    const email = new URL(request.url ?? '/', 'http://x').searchParams.get('email') ?? ''
    response.end(JSON.stringify(people.get(email) ?? null))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    people,
    port,
    switchOff: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** The pages on a real server: store in memory, sandbox, legacy store, outbox; a clock that tests move. */
export async function startPageServer(settings: Record<string, string> = {}) {
  const db = await openStore({ engine: 'sqlite', folder: ':memory:' })
  const time = { ahead_ms: 0 }
  const clock = { now: () => Date.now() + time.ahead_ms }
  const lines: string[] = []
  const line = (fields: object, message: string): void => {
    lines.push(JSON.stringify({ ...fields, message }))
  }
  const log: ProcessLog = { debug: line, info: line, warn: line, error: line }
  const sealer = createSealer('a sealing key for tests, long enough')
  const delivery = startDelivery({
    db,
    clock,
    sealer,
    log,
    smtp_url: undefined,
    mail_from: 'Acme <no-reply@acme.test>',
  })
  const scripts = startScriptRuntime({ onLog: () => undefined, reserved: () => [] })
  const legacy_server = await startLegacyStore()
  const parts = {
    db,
    clock,
    log,
    sealer,
    delivery,
    legacy: createLegacyStore({
      sealer,
      scripts,
      script_limits: { ...default_limits, deadline_ms: 5000 },
      guard: createLegacyGuard(clock),
    }),
    background: createBackground(log),
    passwords: createPasswords({ at_once: 2, waiting: 50 }),
    pending_lookups: createSingleFlight(100),
    site: { scheme: 'http' as const },
  }

  const app = Fastify()
  await app.register(async (tenants) => {
    resolveTenants(tenants, createTenantCache({ db, clock }), 'http')
    await tenants.register(formbody)
    await tenants.register((scope) => mountPages(scope, parts))
  })
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const domain = new URL(origin).host
  await db
    .insertInto('tenants')
    .values({
      tenant_id: 'ten_a',
      name: 'acme',
      domain,
      plan: 'enterprise',
      settings: JSON.stringify({ friendly_name: 'Acme Shipping', ...settings }),
      is_default: 1,
      created_at: 0,
      updated_at: 0,
    })
    .execute()
  const tenant: Tenant | undefined = await tenantByDomain(db, domain)
  if (!tenant) throw new Error('The tenant was not written')

  const read = async (response: Response): Promise<Got> => {
    return { status: response.status, headers: response.headers, html: await response.text() }
  }
  return {
    ...parts,
    time,
    lines,
    legacy_server,
    tenant,
    origin,
    caller,
    get: async (path: string, headers: Record<string, string> = {}): Promise<Got> =>
      read(await fetch(new URL(path, origin), { headers, redirect: 'manual' })),
    post: async (path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Got> =>
      read(
        await fetch(new URL(path, origin), {
          method: 'POST',
          body: new URLSearchParams(fields),
          headers: { 'sec-fetch-site': 'same-origin', ...headers },
          redirect: 'manual',
        }),
      ),
    /** A database connection: local, or in import mode with `get_user` asking the legacy store. */
    async connection(mode: 'local' | 'import', more: ConnectionOptions = {}): Promise<Connection> {
      const get_user = `async function getByEmail(email, callback) {
        const answer = await fetch('http://127.0.0.1:${legacy_server.port}/?email=' + encodeURIComponent(email))
        const person = await answer.json()
        callback(null, person ? { user_id: person.id, email: person.email } : null)
      }`
      const login = 'function login(email, password, callback) { callback(new WrongUsernameOrPasswordError(email)) }'
      const options: ConnectionOptions =
        mode === 'local'
          ? more
          : {
              enabledDatabaseCustomization: true,
              import_mode: true,
              customScripts: { login, get_user },
              egress: { mode: 'open', allow: [`127.0.0.1:${legacy_server.port}`] },
              ...more,
            }
      const connection_id = `con_${mode}`
      await db
        .insertInto('connections')
        .values({
          tenant_id: tenant.tenant_id,
          connection_id,
          name: mode,
          strategy: 'auth0',
          options: JSON.stringify(options),
          configuration_sealed: '{}',
          data: '{}',
          version: 1,
          created_at: 0,
          updated_at: 0,
        })
        .execute()
      const made = await connectionById(db, tenant.tenant_id, connection_id)
      if (!made) throw new Error('The connection was not written')
      return made
    },
    /** Asks for a reset as the person would, and answers the path of the link that was mailed. */
    async mailedReset(connection: Connection, email: string): Promise<string> {
      requestReset(parts, { tenant, connection, identifier: email, caller })
      await parts.background.drained()
      return await this.mailedLink()
    },
    /** The path of the link in the newest mail. */
    async mailedLink(): Promise<string> {
      const [mail] = await listOutbox(db, sealer, tenant.tenant_id, { take: 1 })
      const link = /http:\/\/\S+/.exec(mail?.text ?? '')?.[0]
      if (link === undefined) throw new Error('No link was mailed')
      return link.slice(origin.length)
    },
    async close(): Promise<void> {
      await app.close()
      legacy_server.switchOff()
      await delivery.close()
      await scripts.close()
      await db.destroy()
    },
  }
}

/** A running server of pages. */
export type PageServer = Awaited<ReturnType<typeof startPageServer>>

/** The ticket of a link or of the form in a page. */
export function ticketIn(text: string): string {
  const found = /(?:ticket=|name="ticket" value=")([A-Za-z0-9]+)/.exec(text)?.[1]
  if (found === undefined) throw new Error('There is no ticket')
  return found
}
