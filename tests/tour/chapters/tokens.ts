import type { Chapter } from '../chapter.ts'
import type { JsonObject } from '../json.ts'
import type { TourClient, TourRecorder } from '../tour-recorder.ts'

/** The password of the user that the chapters about tokens start from. */
export const password = 'Correct-horse-7'
/** The audience of their API. */
export const audience = 'https://api.tour.example'
const scope = 'openid profile email read:things offline_access'
const later = { events: 1 }
const basic = ({ client_id, client_secret }: TourClient): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`,
})

/** What the chapters about tokens start from: an API, two clients that may use it, a local connection with one user. */
export async function prepareTokens(tour: TourRecorder) {
  const client = await tour.createClient()
  const page = await tour.createClient({
    name: 'Page',
    app_type: 'spa',
    token_endpoint_auth_method: 'none',
    web_origins: ['https://page.example', 'https://*.pages.example'],
    refresh_token: { rotation_type: 'non-rotating', expiration_type: 'non-expiring' },
  })
  await tour.createConnection('users', {}, [client, page])
  await tour.createConnection('closed', {}, [])
  await tour.api.must('POST', 'resource-servers', {
    name: 'Things',
    identifier: audience,
    scopes: [{ value: 'read:things' }, { value: 'write:things' }],
    allow_offline_access: true,
    token_lifetime: 3600,
  })
  await tour.api.must('POST', 'client-grants', { client_id: client.client_id, audience, scope: ['read:things'] })
  await tour.api.must('POST', 'users', {
    connection: 'users',
    user_id: 'ada',
    email: 'ada@users.example',
    email_verified: true,
    given_name: 'Ada',
    password,
  })
  await tour.forget()
  return { client, page }
}

/** Requests to the token endpoint by one client, recorded. */
export function tokenRequests(tour: TourRecorder, client: TourClient) {
  return (step: string, json: JsonObject, more: { events?: number } = {}) =>
    tour.step(step, { path: '/oauth/token', json: { ...client, ...json } }, { later: more })
}

type Clients = { client: TourClient; page: TourClient }

const client_credentials = { grant_type: 'client_credentials', audience }
const user = { grant_type: 'password', realm: 'users', username: 'ada@users.example', password }

/** The token endpoint: how clients authenticate, the grants and their refusals. */
export const tokens: Chapter = {
  name: 'tokens',
  async run(tour) {
    const clients = await prepareTokens(tour)
    await authenticateClients(tour, clients)
    await requestClientCredentials(tour, clients)
    await logIn(tour, clients)
    await sendFromOrigins(tour, clients)
  },
}

async function authenticateClients(tour: TourRecorder, { client, page }: Clients): Promise<void> {
  const { client_id } = client
  const token = tokenRequests(tour, client)
  await token('no grant_type', {})
  await token('an unknown grant type', { grant_type: 'magic' })
  await token('a grant type that the client may not use', { grant_type: 'authorization_code', code: 'x' })
  await token('a client assertion', { ...client_credentials, client_assertion: 'x' })
  await tour.step('no client', { path: '/oauth/token', json: client_credentials })
  await tour.step('an unknown client', {
    path: '/oauth/token',
    json: { ...client_credentials, client_id: 'unknown', client_secret: 'unknown' },
  })
  await token('a wrong client secret', { ...client_credentials, client_secret: 'wrong' }, later)
  await tour.step('HTTP Basic', { path: '/oauth/token', headers: basic(client), json: client_credentials })
  await tour.step(
    'HTTP Basic with a wrong secret',
    { path: '/oauth/token', headers: basic({ client_id, client_secret: 'wrong' }), json: client_credentials },
    { later },
  )
  await tour.step('HTTP Basic and another client_id in the body', {
    path: '/oauth/token',
    headers: basic(client),
    json: { ...client_credentials, client_id: page.client_id },
  })
  await tour.step('a form', { path: '/oauth/token', form: { ...client, ...client_credentials } })
  await tour.step('a parameter that comes twice', {
    path: '/oauth/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    text: 'grant_type=password&grant_type=password',
  })
  await tour.step('malformed JSON', { path: '/oauth/token', text: '{"grant_type":' })
  await tour.step('a JSON array', { path: '/oauth/token', json: [] })
  await tour.step('another content type', {
    path: '/oauth/token',
    headers: { 'content-type': 'text/xml' },
    text: '<xml/>',
  })
  await tour.step('a body of 2 MB', { path: '/oauth/token', text: JSON.stringify({ x: 'x'.repeat(2_000_000) }) })
}

async function requestClientCredentials(tour: TourRecorder, { client, page }: Clients): Promise<void> {
  const token = tokenRequests(tour, client)
  await token('client credentials', { ...client_credentials })
  await token('client credentials with a scope', { ...client_credentials, scope: 'read:things write:things' })
  await token('client credentials without an audience', { grant_type: 'client_credentials' })
  await token('client credentials for an unknown API', { ...client_credentials, audience: 'https://unknown.example' })
  await token('client credentials without a client grant', {
    ...client_credentials,
    audience: tour.first_run.management_audience,
  })
  await tour.step('client credentials without a secret', {
    path: '/oauth/token',
    json: { ...client_credentials, client_id: page.client_id },
  })
}

async function logIn(tour: TourRecorder, { client }: Clients): Promise<void> {
  const token = tokenRequests(tour, client)
  await token('a login with every scope', { ...user, audience, scope })
  await token('a login for userinfo alone', { ...user, scope: 'openid email' })
  await token('a login without a scope', { ...user })
  await token('a login with the password-realm grant', {
    ...user,
    grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
  })
  await token('the password-realm grant without a realm', {
    ...user,
    realm: '',
    grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
  })
  await token('a login without a username', { ...user, username: '' })
  await token('a login for an unknown API', { ...user, audience: 'https://unknown.example' })
  await token('an unknown realm', { ...user, realm: 'unknown' })
  await token('a realm that is not enabled for the client', { ...user, realm: 'closed' })
  await token('no realm and no default directory', { ...user, realm: '' })
  await tour.manage('a default directory and a default audience', 'PATCH', 'tenants/settings', {
    default_directory: 'users',
    default_audience: audience,
  })
  await token('a login on the default directory', { ...user, realm: '' })
  await token('a wrong password', { ...user, password: 'wrong' })
  await token('an unknown user', { ...user, username: 'unknown@users.example' })
}

/** The headers that say for whom and from which page a request is sent. */
async function sendFromOrigins(tour: TourRecorder, { client, page }: Clients): Promise<void> {
  const { client_id } = client
  const forwarded = {
    path: '/oauth/token',
    headers: { 'auth0-forwarded-for': '192.0.2.40' },
    json: { ...client, ...user },
  }
  await tour.step('auth0-forwarded-for of a client that is not trusted', forwarded)
  await tour.manage('a client whose auth0-forwarded-for is trusted', 'PATCH', `clients/${client_id}`, {
    is_token_endpoint_ip_header_trusted: true,
  })
  await tour.step('auth0-forwarded-for of a trusted client', forwarded)

  for (const origin of ['https://page.example', 'https://a.pages.example', 'https://elsewhere.example']) {
    await tour.step(`a page of ${origin}`, {
      path: '/oauth/token',
      headers: { origin },
      json: { client_id: page.client_id, ...user },
    })
  }
  await tour.step('a preflight', {
    method: 'OPTIONS',
    path: '/oauth/token',
    headers: { origin: 'https://page.example' },
  })
  await tour.step('GET', { path: '/oauth/token' })
}
