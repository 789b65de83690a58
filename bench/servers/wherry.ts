// The product: a server process on a store of its own, with a client, an API, and a connection that moves users.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../tests/support/free-port.ts'
import { removeTempFolder, tempFolder } from '../../tests/support/temp-folder.ts'
import { startMeasured } from '../measure/measured-process.ts'
import type { LoadRequest } from '../measure/run-load.ts'
import type { BenchUser } from './bench-users.ts'
import {
  authorizationQuery,
  bench_redirect_uri,
  type BrowserServerUnderTest,
  type ServerUnderTest,
} from './server-under-test.ts'
import { own_root, startCommand } from './start-command.ts'

const realm_grant = 'http://auth0.com/oauth/grant-type/password-realm'
const api = 'https://api.bench.example/'
const connection = 'bench'

/** The product, with connections to legacy stores. */
export type Wherry = ServerUnderTest &
  BrowserServerUnderTest & {
    origin: string
    /** The settings that it was started with. */
    env: Record<string, string>
    /** Creates a connection in import mode with this `login` script. */
    createConnection(name: string, login: string, configuration?: Record<string, string>): Promise<void>
    /** Creates a rule, which runs after the ones before. */
    createRule(name: string, script: string): Promise<void>
    loginTo(connection: string, user: BenchUser): LoadRequest
  }

// Accepts any password, so that the first login of each user moves it.
const accept_all = `function login(email, password, callback) {
  callback(null, { user_id: email, email: email, email_verified: true })
}`
const find_none = `function getUser(email, callback) { callback(null) }`

/** Settings beyond the defaults: another checkout, a PostgreSQL database instead of the embedded store, environment variables. */
export type WherryOptions = { root?: string; database_url?: string; env?: Record<string, string> }

type Json = Record<string, string>

async function post(url: string, body: unknown, token?: string): Promise<Json> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`)
  return JSON.parse(text) as Json
}

/** Answers a function that posts to the Management API, with the client of the first start. */
async function managementApi(data_dir: string): Promise<(path: string, body: unknown) => Promise<Json>> {
  const first_run = JSON.parse(readFileSync(join(data_dir, 'first-run.json'), 'utf8')) as Json
  const { access_token } = await post(`${first_run['issuer']}oauth/token`, {
    grant_type: 'client_credentials',
    client_id: first_run['management_client_id'],
    client_secret: first_run['management_client_secret'],
    audience: first_run['management_audience'],
  })
  return async (path, body) => await post(`${first_run['issuer']}api/v2/${path}`, body, access_token)
}

/** Starts `npm start`'s server of a checkout (this one by default) and creates what the scenarios use. */
export async function startWherry(name: string, options: WherryOptions = {}): Promise<Wherry> {
  const { root = own_root, database_url, env: settings = {} } = options
  const origin = `http://127.0.0.1:${await freePort()}`
  const data_dir = tempFolder('bench')
  const env: Record<string, string> = {
    WHERRY_PORT: new URL(origin).port,
    WHERRY_PUBLIC_URL: origin,
    WHERRY_DATA_DIR: data_dir,
    WHERRY_REQUESTS_PER_SECOND: '100000',
    ...(database_url === undefined ? {} : { DATABASE_URL: database_url }),
    ...settings,
  }
  const { file, args, node_flags } = startCommand(root)
  const server = await startMeasured(file, {
    args,
    env,
    cwd: root,
    node_flags: [...node_flags, '--import', join(import.meta.dirname, 'wherry-preload.ts')],
    ready_url: `${origin}/health/ready`,
  })

  const create = await managementApi(data_dir)
  const { client_id = '', client_secret = '' } = await create('clients', {
    name: 'bench',
    app_type: 'regular_web',
    grant_types: [realm_grant, 'authorization_code', 'refresh_token', 'client_credentials'],
    callbacks: [bench_redirect_uri],
    token_endpoint_auth_method: 'client_secret_post',
  })
  await create('resource-servers', { name: 'bench', identifier: api, allow_offline_access: true })
  await create('client-grants', { client_id, audience: api, scope: [] })

  const createConnection: Wherry['createConnection'] = async (realm, login, configuration = {}) => {
    const legacy_url = configuration['URL']
    await create('connections', {
      name: realm,
      strategy: 'auth0',
      enabled_clients: [client_id],
      options: {
        enabledDatabaseCustomization: true,
        import_mode: true,
        customScripts: { login, get_user: find_none },
        configuration,
        // Scripts reach loopback only at addresses that the connection allows.
        ...(legacy_url === undefined ? {} : { egress: { allow: [new URL(legacy_url).host] } }),
      },
    })
  }
  await createConnection(connection, accept_all)

  const tokenRequest = (body: object): LoadRequest => ({
    url: `${origin}/oauth/token`,
    content_type: 'application/json',
    body: JSON.stringify({ client_id, client_secret, ...body }),
  })
  const realmLogin = (realm: string, { email, password }: BenchUser, scope: string, audience?: string) =>
    tokenRequest({ grant_type: realm_grant, realm, username: email, password, scope, audience })

  return {
    name,
    process: server,
    origin,
    env,
    createConnection,
    createRule: async (rule, script) => void (await create('rules', { name: rule, script })),
    loginTo: (realm, user) => realmLogin(realm, user, 'openid'),
    login: (user, scope, for_api) => realmLogin(connection, user, scope, for_api ? api : undefined),
    clientCredentials: () => tokenRequest({ grant_type: 'client_credentials', audience: api }),
    authorizeUrl: (code_challenge) => `${origin}/authorize?${authorizationQuery(client_id, code_challenge)}`,
    exchange: (code, code_verifier) =>
      tokenRequest({ grant_type: 'authorization_code', code, code_verifier, redirect_uri: bench_redirect_uri }),
    refresh: (refresh_token) => tokenRequest({ grant_type: 'refresh_token', refresh_token }),
    async stop() {
      await server.stop()
      removeTempFolder(data_dir)
    },
  }
}
