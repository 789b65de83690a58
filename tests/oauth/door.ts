// A whole house with a tenant to fill, as the OAuth door's clients meet it.
import type { Clock } from '../../src/base/clock.ts'
import { newClientId, newHexId, newPrefixedId, newSecret } from '../../src/base/ids.ts'
import type { JsonObject } from '../../src/base/json.ts'
import { clientSecretAad } from '../../src/store/sealed-aad.ts'
import { writeJson } from '../../src/store/json-column.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { insertUser } from '../../src/users/insert-user.ts'
import { completeProfile } from '../../src/users/user-attributes.ts'
import { newCredential } from '../../src/users/write-credential.ts'
import { freePort } from '../support/free-port.ts'
import { startHouse } from '../support/house.ts'

/** What a test may choose. `tls`: files of a certificate for localhost. */
export type DoorOptions = { clock?: Clock; database_url?: string; tls?: { cert_file: string; key_file: string } }

export type Door = Awaited<ReturnType<typeof openDoor>>

/** Starts a house and opens the door of its default tenant. */
export async function openDoor(options: DoorOptions = {}) {
  const port = await freePort()
  const { tls } = options
  const started = await startHouse({
    env: {
      WHERRY_PORT: String(port),
      WHERRY_PUBLIC_URL: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
      ...(options.database_url === undefined ? {} : { DATABASE_URL: options.database_url }),
      ...(tls ? { WHERRY_TLS_CERT: tls.cert_file, WHERRY_TLS_KEY: tls.key_file } : {}),
    },
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  })
  const { db, sealer, clock, keys, passwords, background } = started.house
  const { issuer } = started
  const domain = new URL(issuer).host
  const { tenant_id } = await db
    .selectFrom('tenants')
    .select('tenant_id')
    .where('is_default', '=', 1)
    .executeTakeFirstOrThrow()
  const stamps = () => ({ created_at: clock.now(), updated_at: clock.now() })

  return {
    issuer,
    domain,
    tenant_id,
    keys,
    sealer,
    passwords,
    background,
    db,
    clock,
    management: started.first_run,
    /** A Management API request that must succeed. */
    must: started.must,

    /** Lines of the process log. */
    logged: () => started.lines.map((line): { level: number } => JSON.parse(line)),

    async settings(settings: JsonObject) {
      await db
        .updateTable('tenants')
        .set({ settings: writeJson(settings) })
        .where('tenant_id', '=', tenant_id)
        .execute()
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
          secret_sealed: sealer.seal(client_secret, clientSecretAad(tenant_id, client_id)),
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
    },

    async resourceServer(identifier: string, data: JsonObject = {}) {
      await db
        .insertInto('resource_servers')
        .values({
          tenant_id,
          resource_server_id: newHexId(),
          identifier,
          is_system: 0,
          data: writeJson(data),
          ...stamps(),
        })
        .execute()
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
      const password_hash = await passwords.hash(password)
      const { user_id } = await inTransaction(db, async (trx) =>
        insertUser(trx, {
          tenant_id,
          connection_id,
          strategy: 'auth0',
          identity_user_id: newHexId(),
          ...completeProfile({
            email,
            email_verified: true,
            name: 'Ada Lovelace',
            nickname: 'ada',
            given_name: 'Ada',
            family_name: 'Lovelace',
            ...more,
          }),
          at: clock.now(),
          last_password_reset: null,
          identifiers: [{ kind: 'email', value: email.toLowerCase() }],
          credential: newCredential(password_hash, 'signup'),
        }),
      )
      return user_id
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
      await background.drained()
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

    close: () => started.close(),
  }
}

/** An answer, read. */
export type Answer = { status: number; headers: Headers; text: string; body: ReturnType<typeof JSON.parse> }

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  const json = response.headers.get('content-type')?.includes('json') === true
  return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : {} }
}
