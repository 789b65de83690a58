// What the attackers do: strangers without a token (D), and tenants with scripts of their own (E).
import type { TemplateRequest } from './load-process.ts'

/** A tenant of the attackers, with a client and connections to log in to. */
export type AttackerTenant = { host: string; client_id: string; client_secret: string }

/** An attack: the requests that its load generators send. `login`: the script of the tenant's connections, if it has any. */
export type Attack = { name: string; workers: number; connections?: number; login?: string; requests?: Stranger }
type Stranger = (url: string, tenant: AttackerTenant) => TemplateRequest[]

const json = 'application/json'
const realm_grant = 'http://auth0.com/oauth/grant-type/password-realm'

/** A login to one of the attacker's connections. */
export function attackerLogin(url: string, tenant: AttackerTenant, realm: string): TemplateRequest {
  const { host, client_id, client_secret } = tenant
  const body = {
    grant_type: realm_grant,
    realm,
    username: 'a{n}@attack.example',
    password: 'x',
    client_id,
    client_secret,
  }
  return { url: `${url}/oauth/token`, host, content_type: json, body: JSON.stringify(body) }
}

const tokenRequests =
  (bodies: object[]): Stranger =>
  (url, { host, client_id }) =>
    bodies.map((body) => ({
      url: `${url}/oauth/token`,
      host,
      content_type: json,
      body: JSON.stringify({ client_id, ...body }),
    }))

const never = '(email, password, callback) => {}'
const flood = `(email, password, callback) => {
  const bytes = new TextEncoder().encode('{"t":"ready"}\\n{"t":"started","id":"x"}\\n{"t":"yielded","id":"x"}\\n'.repeat(500))
  const again = () => { for (let n = 0; n < 20; n += 1) Deno.stdout.writeSync(bytes); setTimeout(again, 0) }
  again()
}`
const names = `(email, password, callback) => {
  for (let n = 0; n < 60; n += 1) require('net').connect(80, email.replace('@', n + '.') + '.silent.test').on('error', () => {})
}`

/** The attacks of both kinds. */
export const attacks: readonly Attack[] = [
  {
    name: 'D: sign-up with the longest body, all combining marks',
    workers: 4,
    requests: (url, { host, client_id }) => [
      {
        url: `${url}/dbconnections/signup`,
        host,
        content_type: json,
        body: JSON.stringify({
          client_id,
          connection: 'local',
          email: 'a{pad}{n}@attack.example',
          password: 'Long enough 1!',
        }),
        pad: { text: '\u0307\u0323', times: 16_000 },
      },
    ],
  },
  {
    name: 'D: log events without proof',
    workers: 8,
    requests: tokenRequests([
      { grant_type: 'client_credentials', client_secret: 'wrong{n}', audience: 'https://nowhere.example/' },
      { grant_type: 'refresh_token', refresh_token: 'unknown{n}' },
      { grant_type: realm_grant, realm: 'unknown{n}', username: 'a{n}@attack.example', password: 'x' },
    ]),
  },
  {
    name: 'D: wrong passwords',
    workers: 8,
    requests: (url, tenant) => [attackerLogin(url, tenant, 'local')],
  },
  {
    name: 'E: 300 sockets on an unprotected connection',
    workers: 300,
    requests: (url, tenant) => [attackerLogin(url, tenant, 'local')],
  },
  { name: 'E: scripts that never answer, eight connections', workers: 64, connections: 8, login: never },
  { name: 'E: scripts that open 60 sockets to names without an answer', workers: 8, connections: 4, login: names },
  { name: 'E: scripts that flood the protocol', workers: 8, connections: 4, login: flood },
  { name: 'E: scripts that compute without end', workers: 8, connections: 4, login: '() => { for (;;); }' },
]
