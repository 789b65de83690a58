import { tempFolder } from '../support/temp-folder.ts'
import { startPostgres } from '../support/servers.ts'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { startCheckout, type CheckoutServer } from '../tour/checkout-server.ts'
import { send, type HttpAnswer } from '../tour/http-request.ts'
import type { JsonObject } from '../tour/json.ts'
import { openTenantApi, type TenantApi } from '../tour/tenant-api.ts'
import { loginRequest, type PasswordLogin } from '../tour/tour-recorder.ts'
import { loadPostgres, loadSqlite, readOldStore, type Engine, type OldStore } from './old-store.ts'

const checkout = resolve(import.meta.dirname, '../..')

/** The host of the admin origin. It is at the port of the tenants: the Host header decides. */
export const admin_host = 'admins.example'

/** The server of this checkout on an old store. */
export type OldServer = {
  store: OldStore
  /** The Management API of the default tenant. */
  api: TenantApi
  server: CheckoutServer
  /** A password login; the legacy connection, the rotating client and the legacy password unless given. */
  login(username: string, more?: Partial<PasswordLogin>): Promise<HttpAnswer>
  token(json: JsonObject): Promise<HttpAnswer>
  /** Sends the form of a page of the default tenant. */
  form(path: string, form: Record<string, string>): Promise<HttpAnswer>
  /** The rows of a query on the store; the embedded one is read once the server has stopped. */
  rows(sql: string): Promise<Record<string, unknown>[]>
  stop(): Promise<void>
}

type Loaded = Pick<OldServer, 'rows'> & {
  data_dir: string
  env: Record<string, string>
  /** Ends what loading started. */
  end(): Promise<void>
}

async function load(engine: Engine): Promise<Loaded> {
  const data_dir = tempFolder('old-store')
  if (engine === 'sqlite') {
    loadSqlite(data_dir)
    const rows = async (sql: string) => {
      const store = new DatabaseSync(`${data_dir}/wherry.sqlite`, { readOnly: true })
      try {
        return store.prepare(sql).all()
      } finally {
        store.close()
      }
    }
    return { data_dir, env: {}, rows, end: async () => undefined }
  }
  const postgres = await startPostgres()
  await loadPostgres(postgres)
  const env = { DATABASE_URL: postgres.url, WHERRY_SECRET_KEY: readOldStore('postgres').secret_key }
  return { data_dir, env, rows: (sql) => postgres.query(sql), end: () => postgres.stop() }
}

/** Loads the old store of an engine and starts the server of this checkout on it. */
export async function startOnOldStore(engine: Engine): Promise<OldServer> {
  const { data_dir, env, rows, end } = await load(engine)
  const store = readOldStore(engine)
  // The log is older than an operator keeps it by default.
  const settings = { WHERRY_LOG_RETENTION_DAYS: '3650', WHERRY_ADMIN_URL: `http://${admin_host}` }
  const server = await startCheckout(checkout, { ...env, ...settings }, data_dir)
  const host = `localhost:${server.port}`
  const audience = `http://${host}/api/v2/`
  const api = await openTenantApi(server.port, { ...store.management.first, host, audience })
  return {
    store,
    api,
    server,
    rows,
    login: (username, more = {}) =>
      send(
        server.port,
        loginRequest({
          client: store.clients.rotating,
          realm: 'legacy',
          username,
          password: store.passwords.legacy,
          ...more,
        }),
      ),
    token: (json) => send(server.port, { path: '/oauth/token', json }),
    form: (path, form) => send(server.port, { path, form, headers: { 'sec-fetch-site': 'same-origin' } }),
    async stop() {
      await server.stop()
      await end()
    },
  }
}
