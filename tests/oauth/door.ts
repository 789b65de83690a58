// The OAuth door on real parts and a real port, with a tenant to fill.
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { availableParallelism } from 'node:os'
import Fastify from 'fastify'
import { createBackground } from '../../src/base/background.ts'
import type { Clock } from '../../src/base/clock.ts'
import { newClientId, newHexId, newPrefixedId, newSecret } from '../../src/base/ids.ts'
import type { JsonObject } from '../../src/base/json.ts'
import { clientSecretPlace } from '../../src/clients/client.ts'
import { createTenantDirectory, resolveTenants } from '../../src/http/tenant-of.ts'
import { createSealer } from '../../src/keys/sealer.ts'
import { createSigningKeys } from '../../src/keys/signing-keys.ts'
import { createFlights } from '../../src/login/flights.ts'
import { startDelivery } from '../../src/mail/delivery.ts'
import { createLegacyGuard } from '../../src/migration/legacy-guard.ts'
import { forgetLookups } from '../../src/oauth/lookups.ts'
import { mountOauth } from '../../src/oauth/mount-oauth.ts'
import type { OauthParts } from '../../src/oauth/oauth-parts.ts'
import { createPasswords } from '../../src/passwords/passwords.ts'
import { default_limits } from '../../src/sandbox/limits.ts'
import { startScriptRuntime } from '../../src/sandbox/script-runtime.ts'
import { writeJson } from '../../src/store/json-column.ts'
import { openStore, type StoreTarget } from '../../src/store/open-store.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { insertUser } from '../../src/users/insert-user.ts'

/** What a test may choose. */
export type DoorOptions = {
  clock?: Clock
  store?: StoreTarget
  tls?: { cert: string; key: string }
  /** Host name in the issuer. */
  host?: string
}

export type Door = Awaited<ReturnType<typeof openDoor>>

/** Opens a door with an empty tenant. */
export async function openDoor(options: DoorOptions = {}) {
  const logged: { level: string; fields: object; message: string }[] = []
  const at = (level: string) => (fields: object, message: string) => void logged.push({ level, fields, message })
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  const clock = options.clock ?? { now: () => Date.now() }
  const db = await openStore(options.store ?? { engine: 'sqlite', folder: ':memory:' })
  const sealer = createSealer('a sealing key for tests, at least 32 characters')
  const scripts = startScriptRuntime({ onLog() {}, reserved: () => [], log })
  const mailing = startDelivery({ db, clock, sealer, log, smtp_url: undefined, mail_from: 'Wherry <wherry@localhost>' })
  const scheme = options.tls ? 'https' : 'http'
  const parts: OauthParts = {
    db,
    clock,
    log,
    background: createBackground(log),
    sealer,
    passwords: await createPasswords({ at_once: availableParallelism(), waiting: 100 }),
    scripts,
    script_limits: default_limits,
    guard: createLegacyGuard(clock),
    attempts: createFlights(100),
    questions: createFlights(100),
    site: { scheme },
    mailing,
    keys: createSigningKeys({ db, sealer, clock }),
  }
  const directory = createTenantDirectory(db)
  const app = Fastify({
    serverFactory: (handler) =>
      // An https server is an http server with TLS below; Fastify's type names only the one.
      options.tls ? (createHttpsServer(options.tls, handler) as unknown as Server) : createHttpServer(handler),
  })
  resolveTenants(app, directory, scheme)
  await app.register(async (scope) => await mountOauth(scope, parts))
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const domain = `${options.host ?? '127.0.0.1'}:${port}`
  const issuer = `${scheme}://${domain}/`
  const tenant_id = newPrefixedId('ten')
  const stamps = () => ({ created_at: clock.now(), updated_at: clock.now() })
  await db
    .insertInto('tenants')
    .values({ tenant_id, name: 'acme', domain, plan: 'enterprise', is_default: 1, settings: '{}', ...stamps() })
    .execute()

  return {
    issuer,
    domain,
    tenant_id,
    parts,
    db,
    clock,
    logged,

    async settings(settings: JsonObject) {
      await db
        .updateTable('tenants')
        .set({ settings: writeJson(settings) })
        .where('tenant_id', '=', tenant_id)
        .execute()
      directory.forget()
    },

    async client(data: JsonObject = {}, name = 'a client') {
      const client_id = newClientId()
      const client_secret = newSecret()
      await db
        .insertInto('clients')
        .values({
          tenant_id,
          client_id,
          name,
          secret_sealed: sealer.seal(client_secret, clientSecretPlace(tenant_id, client_id)),
          is_global: 0,
          data: writeJson(data),
          ...stamps(),
        })
        .execute()
      return { client_id, client_secret }
    },

    async changeClient(client_id: string, data: JsonObject) {
      await db
        .updateTable('clients')
        .set({ data: writeJson(data) })
        .where('client_id', '=', client_id)
        .execute()
      forgetLookups(db)
    },

    async resourceServer(identifier: string, data: JsonObject = {}, is_system = false) {
      await db
        .insertInto('resource_servers')
        .values({
          tenant_id,
          resource_server_id: newHexId(),
          identifier,
          is_system: is_system ? 1 : 0,
          data: writeJson(data),
          ...stamps(),
        })
        .execute()
      forgetLookups(db)
    },

    async clientGrant(client_id: string, audience: string, scope: string[] | 'all') {
      await db
        .insertInto('client_grants')
        .values({
          tenant_id,
          client_grant_id: newPrefixedId('cgr'),
          client_id,
          audience,
          scope: writeJson(scope === 'all' ? [] : scope),
          allow_all_scopes: scope === 'all' ? 1 : 0,
          ...stamps(),
        })
        .execute()
      forgetLookups(db)
    },

    async connection(name: string, clients: { client_id: string }[], connection_options: JsonObject = {}) {
      const connection_id = newPrefixedId('con')
      await db
        .insertInto('connections')
        .values({
          tenant_id,
          connection_id,
          name,
          strategy: 'auth0',
          options: writeJson(connection_options),
          configuration_sealed: '{}',
          data: '{}',
          version: 1,
          ...stamps(),
        })
        .execute()
      await db.insertInto('connection_realms').values({ tenant_id, realm: name, connection_id }).execute()
      for (const { client_id } of clients) {
        await db.insertInto('connection_clients').values({ tenant_id, connection_id, client_id }).execute()
      }
      return connection_id
    },

    async enable(connection_id: string, { client_id }: { client_id: string }) {
      await db.insertInto('connection_clients').values({ tenant_id, connection_id, client_id }).execute()
    },

    async user(connection_id: string, email: string, password: string, more: { phone_number?: string } = {}) {
      const password_hash = await parts.passwords.hash(password)
      return await inTransaction(db, async (trx) =>
        insertUser(trx, {
          tenant_id,
          connection_id,
          strategy: 'auth0',
          identity_user_id: newHexId(),
          email,
          email_verified: true,
          username: null,
          phone_number: more.phone_number ?? null,
          phone_verified: false,
          name: 'Ada Lovelace',
          nickname: 'ada',
          given_name: 'Ada',
          family_name: 'Lovelace',
          picture: null,
          blocked: false,
          user_metadata: {},
          app_metadata: {},
          extra: {},
          at: clock.now(),
          last_password_reset: null,
          identifiers: [{ kind: 'email', value: email.toLowerCase() }],
          credential: { password_hash, set_through: 'signup' },
        }),
      )
    },

    async blockUser(user_id: string, blocked: boolean) {
      await db
        .updateTable('users')
        .set({ blocked: blocked ? 1 : 0 })
        .where('user_id', '=', user_id)
        .execute()
    },

    /** The types of all log events, oldest first. */
    async logTypes() {
      await parts.background.drained()
      const rows = await db.selectFrom('log_events').select('type').orderBy('log_id').execute()
      return rows.map((row) => row.type)
    },

    async post(path: string, body: Record<string, unknown>, headers: Record<string, string> = {}) {
      return await answerOf(
        await fetch(issuer + path.slice(1), {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        }),
      )
    },

    async send(path: string, init: RequestInit = {}) {
      return await answerOf(await fetch(issuer + path.slice(1), init))
    },

    async close() {
      await app.close()
      await parts.background.drained()
      await mailing.close()
      await scripts.close()
      await db.destroy()
    },
  }
}

/** An answer, read. */
export type Answer = { status: number; headers: Headers; text: string; body: ReturnType<typeof JSON.parse> }

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  const json = response.headers.get('content-type')?.includes('json') === true
  return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : {} }
}
