// The product as a subject: a server process on a store of its own, with clients, connections and people who have moved.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../tests/support/free-port.ts'
import { removeTempFolder, tempFolder } from '../../tests/support/temp-folder.ts'
import { startMeasured, type MeasuredProcess } from '../measure/measured-process.ts'
import type { Subject } from './subject.ts'

const package_file = join(import.meta.dirname, '../../package.json')
const { scripts } = JSON.parse(readFileSync(package_file, 'utf8')) as { scripts: { start: string } }
/** What `npm start` tells Node. */
export const start_flags = scripts.start.split(' ').filter((word) => word.startsWith('--'))

const realm_grant = 'http://auth0.com/oauth/grant-type/password-realm'

/** The product with what a scenario needs beyond a subject. */
export type Wherry = Subject & {
  server: MeasuredProcess<{ issuer: string }>
  data_dir: string
  env: Record<string, string>
  /** Makes a connection in import mode with this `login` script. */
  importFrom(name: string, login: string, configuration?: Record<string, string>): Promise<void>
  /** The body of a password login. */
  loginBody(realm: string, username: string, password: string): string
}

// Moves whoever comes: what is measured begins after the move.
const accept_everybody = `function login(email, password, callback) {
  callback(null, { user_id: email, email: email, email_verified: true })
}`
const know_nobody = `function getUser(email, callback) { callback(null) }`

/** Starts the product; `database_url` for PostgreSQL, else the embedded store. Options are settings of the process. */
export async function startWherry(
  name: string,
  { database_url, env = {} }: { database_url?: string; env?: Record<string, string> } = {},
): Promise<Wherry> {
  const port = await freePort()
  const data_dir = tempFolder('bench')
  const settings: Record<string, string> = {
    WHERRY_PORT: String(port),
    WHERRY_PUBLIC_URL: `http://127.0.0.1:${port}`,
    WHERRY_DATA_DIR: data_dir,
    WHERRY_REQUESTS_PER_SECOND: '100000',
    ...(database_url === undefined ? {} : { DATABASE_URL: database_url }),
    ...env,
  }
  const server = await startMeasured<{ issuer: string }>('subjects/wherry-server.ts', settings, start_flags)
  const { issuer } = server.ready
  const token_url = `${issuer}oauth/token`
  const first_run = JSON.parse(readFileSync(join(data_dir, 'first-run.json'), 'utf8')) as Record<string, string>

  const post = async (path: string, body: unknown, token?: string): Promise<Record<string, string>> => {
    const response = await fetch(new URL(path, issuer), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
    return JSON.parse(text) as Record<string, string>
  }

  const management = {
    client_id: first_run['management_client_id'],
    client_secret: first_run['management_client_secret'],
    audience: first_run['management_audience'],
  }
  const { access_token } = await post('oauth/token', { grant_type: 'client_credentials', ...management })
  const client = await post(
    'api/v2/clients',
    {
      name: 'bench',
      app_type: 'regular_web',
      grant_types: [realm_grant, 'refresh_token', 'client_credentials'],
      token_endpoint_auth_method: 'client_secret_post',
    },
    access_token,
  )
  const api = 'https://api.bench.example/'
  await post('api/v2/resource-servers', { name: 'bench', identifier: api, allow_offline_access: true }, access_token)
  await post('api/v2/client-grants', { client_id: client['client_id'], audience: api, scope: [] }, access_token)
  const { client_id, client_secret } = client

  const importFrom: Wherry['importFrom'] = async (realm, login, configuration = {}) => {
    await post(
      'api/v2/connections',
      {
        name: realm,
        strategy: 'auth0',
        enabled_clients: [client_id],
        options: {
          enabledDatabaseCustomization: true,
          import_mode: true,
          customScripts: { login, get_user: know_nobody },
          configuration,
          // Scripts reach loopback only where a connection names it.
          ...(configuration['URL'] === undefined ? {} : { egress: { allow: [new URL(configuration['URL']).host] } }),
        },
      },
      access_token,
    )
  }
  await importFrom('people', accept_everybody)

  const json = (body: object) => ({ url: token_url, type: 'application/json' as const, body: JSON.stringify(body) })
  const loginOf = (realm: string, username: string, password: string, scope: string, audience?: string) =>
    json({ grant_type: realm_grant, client_id, client_secret, realm, username, password, scope, audience })

  return {
    name,
    server,
    data_dir,
    env: settings,
    importFrom,
    loginBody: (realm, username, password) => loginOf(realm, username, password, 'openid').body,
    token_url,
    login: (person, scope, for_api) =>
      loginOf('people', `person-${person}@bench.example`, `secret ${person}`, scope, for_api ? api : undefined),
    clientCredentials: () => json({ grant_type: 'client_credentials', client_id, client_secret, audience: api }),
    refresh: (refresh_token) => json({ grant_type: 'refresh_token', client_id, client_secret, refresh_token }),
    async stop() {
      await server.stop()
      removeTempFolder(data_dir)
    },
  }
}
