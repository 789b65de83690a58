import { send } from '../tour/http-request.ts'
import type { CheckoutServer } from '../tour/checkout-server.ts'
import { textMember, type Json, type JsonObject } from '../tour/json.ts'
import { openTenantApi, type ManagementClient, type TenantApi } from '../tour/tenant-api.ts'
import { loginRequest, type TourClient } from '../tour/tour-recorder.ts'
import type { OldAdmin, OldStore } from './old-store.ts'

/** Passwords of the users: those kept here, and those of the legacy store. */
export const passwords = { here: 'Correct-horse-7', legacy: 'a legacy password' }

/** The address from which a login is locked. */
export const locked_ip = '192.0.2.9'

const password_realm = 'http://auth0.com/oauth/grant-type/password-realm'

const users = `
  const users = {
    ada: { user_id: 'ada', email: 'ada@legacy.example', email_verified: true, name: 'Ada', app_metadata: { plan: 'gold' } },
    bob: { user_id: 'bob', email: 'bob@legacy.example', email_verified: true, username: 'bobby' },
    cleo: { user_id: 'cleo', email: 'cleo@legacy.example' },
    dora: { user_id: 'dora', email: 'dora@legacy.example' },
    emil: { user_id: 'emil', email: 'emil@legacy.example', email_verified: true },
    finn: { user_id: 'finn', email: 'finn@legacy.example' },
    omar: { user_id: 'omar', email: 'omar@legacy.example', username: '@omar' },
    pia: { user_id: 'pia', email: 'pia@legacy.example', username: 'pia@shop' },
    seen: { user_id: 'seen', email: 'seen@legacy.example' },
  }
  const user = users[identifier.toLowerCase().replace(/^@/, '').split('@')[0]]`
const login = `function login(identifier, password, callback) {${users}
  console.log('login was called')
  if (identifier.startsWith('denied')) return callback(new UnauthorizedError('Your contract has ended.'))
  if (!user) return callback(new WrongUsernameOrPasswordError(null, 'no such user'))
  if (password !== configuration.PASSWORD) return callback(new WrongUsernameOrPasswordError(user.user_id, 'wrong password'))
  callback(null, user)
}`
const get_user = `function getByEmail(identifier, callback) {${users}
  callback(null, user || null)
}`

function legacyOptions(import_mode: boolean, id_namespace: string): JsonObject {
  return {
    enabledDatabaseCustomization: true,
    import_mode,
    id_namespace,
    customScripts: { login, get_user },
    configuration: { PASSWORD: passwords.legacy },
  }
}

/** The Management API client that `first-run.json` names. */
export function firstManagement(server: CheckoutServer): ManagementClient {
  const { issuer, management_audience, management_client_id, management_client_secret } = server.firstRun()
  return {
    host: new URL(issuer).host,
    audience: management_audience,
    client_id: management_client_id,
    client_secret: management_client_secret,
  }
}

/** The secret of a link. */
export function ticketOf(link: string): string {
  const ticket = /ticket=([A-Za-z0-9]{32})/.exec(link)?.[1]
  if (ticket === undefined) throw new Error(`There is no ticket in ${link}`)
  return ticket
}

/** Follows the set-up link of an admin. */
export async function setUpAdmin(server: CheckoutServer, link: string, admin: OldAdmin): Promise<OldAdmin> {
  const { host, pathname } = new URL(link)
  const { email, password } = admin
  const form = { ticket: ticketOf(link), email, password, password_repeat: password }
  const headers = { 'sec-fetch-site': 'same-origin' }
  await sendOk(server, { path: pathname, host, form, headers })
  return admin
}

async function sendOk(server: CheckoutServer, request: Parameters<typeof send>[1], status = 200): Promise<Json> {
  const answer = await send(server.port, request)
  if (answer.status !== status) throw new Error(`${request.path}: ${answer.status} ${answer.text}`)
  return answer.json ?? null
}

async function createClient(api: TenantApi, name: string, refresh_token: JsonObject): Promise<TourClient> {
  const made = await api.must('POST', 'clients', {
    name,
    app_type: 'regular_web',
    grant_types: ['password', password_realm, 'refresh_token', 'client_credentials'],
    token_endpoint_auth_method: 'client_secret_post',
    refresh_token,
  })
  return { client_id: textMember(made, 'client_id'), client_secret: textMember(made, 'client_secret') }
}

async function createConnection(api: TenantApi, name: string, options: JsonObject, clients: TourClient[]) {
  const enabled_clients = clients.map(({ client_id }) => client_id)
  return textMember(await api.must('POST', 'connections', { name, strategy: 'auth0', options, enabled_clients }), 'id')
}

type Making = { server: CheckoutServer; api: TenantApi; rotating: TourClient; non_rotating: TourClient; legacy: string }

const wrong_password = { password: 'a wrong password' }
const offline = { scope: 'openid offline_access' }

/** A login from `locked_ip`, on the legacy connection unless another realm is given. */
function logIn({ server, rotating }: Making, username: string, status = 200, more: JsonObject = {}): Promise<Json> {
  const login = { client: rotating, realm: 'legacy', username, password: passwords.legacy, more, ip: locked_ip }
  return sendOk(server, loginRequest(login), status)
}

/** Fills the store of a server that was started for the first time. The answers are read later, by `readAnswers`. */
export async function populate(server: CheckoutServer): Promise<Omit<OldStore, 'made_at' | 'secret_key' | 'answers'>> {
  const management = firstManagement(server)
  const api = await openTenantApi(server.port, management)
  const rotates = { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 0 }
  const rotating = await createClient(api, 'Shop', rotates)
  const never_ends = { rotation_type: 'non-rotating', expiration_type: 'non-expiring' }
  const non_rotating = await createClient(api, 'Desk', never_ends)
  const clients = [rotating, non_rotating]
  const users_id = await createConnection(api, 'users', {}, clients)
  await createConnection(api, 'named', { requires_username: true }, clients)
  const legacy = await createConnection(api, 'legacy', legacyOptions(true, 'old'), clients)
  await createConnection(api, 'cached', legacyOptions(false, 'kept'), clients)
  const making: Making = { server, api, rotating, non_rotating, legacy }

  await makeLocalUsers(server, api, rotating)
  await makeLegacyUsers(making)
  await makeFailures(making)
  const refresh_tokens = await makeRefreshTokens(making)
  const open_tickets = await makeTickets(making)
  const { first_admin, second, second_client, second_admin, used_admin } = await makeSecondTenant(server, api)
  return {
    management: { first: management, second },
    clients: { rotating, non_rotating, second: second_client },
    connection_ids: { users: users_id, legacy },
    passwords,
    admins: [first_admin, second_admin],
    tickets: { ...open_tickets, open_admin: '', used_admin },
    refresh_tokens,
  }
}

/** Users who moved, one of them blocked and one deleted since, one with a username that holds an @; and one who is cached. */
async function makeLegacyUsers(making: Making): Promise<void> {
  const { api } = making
  for (const name of ['ada', 'omar', 'pia', 'emil', 'cleo', 'finn']) await logIn(making, `${name}@legacy.example`)
  for (const username of ['@omar', 'pia@shop']) await logIn(making, username)
  await logIn(making, 'ada@legacy.example', 200, { realm: 'cached' })
  await api.must('PATCH', 'users/auth0%7Cold%7Cemil', { blocked: true })
  await api.must('DELETE', 'users/auth0%7Cold%7Ccleo')
}

/** Records of refused logins, a locked identifier, and three failures of another. */
async function makeFailures(making: Making): Promise<void> {
  await logIn(making, 'cleo@legacy.example', 403)
  await logIn(making, 'denied@legacy.example', 403)
  await logIn(making, 'seen@legacy.example', 403, wrong_password)
  for (let attempt = 0; attempt < 10; attempt += 1) await logIn(making, 'finn@legacy.example', 403, wrong_password)
  await logIn(making, 'finn@legacy.example', 429)
  const sam = { realm: 'users', ...wrong_password }
  for (let attempt = 0; attempt < 3; attempt += 1) await logIn(making, 'sam@users.example', 403, sam)
}

/** A rotating refresh token that was used once with the one that followed it, and one without rotation. */
async function makeRefreshTokens(making: Making): Promise<OldStore['refresh_tokens']> {
  const { server, rotating, non_rotating } = making
  const used = textMember(await logIn(making, 'ada@legacy.example', 200, offline), 'refresh_token')
  const json = { grant_type: 'refresh_token', ...rotating, refresh_token: used }
  const current = textMember(await sendOk(server, { path: '/oauth/token', json }), 'refresh_token')
  const kept = await logIn(making, 'omar@legacy.example', 200, { ...offline, ...non_rotating })
  return { used, current, non_rotating: textMember(kept, 'refresh_token') }
}

async function makeTickets({ api, legacy }: Making) {
  const create = async (kind: string, json: Json): Promise<string> =>
    ticketOf(textMember(await api.must('POST', `tickets/${kind}`, json), 'ticket'))
  return {
    password_of_moved: await create('password-change', { user_id: 'auth0|old|ada', mark_email_as_verified: true }),
    password_of_unmoved: await create('password-change', { connection_id: legacy, email: 'dora@legacy.example' }),
    verification: await create('email-verification', { user_id: 'auth0|old|omar' }),
  }
}

/** A user who signed up, one made by an administrator with a username, and one whose username holds an @. */
async function makeLocalUsers(server: CheckoutServer, api: TenantApi, client: TourClient): Promise<void> {
  const { client_id } = client
  const password = passwords.here
  await sendOk(server, {
    path: '/dbconnections/signup',
    json: { client_id, connection: 'users', email: 'Sam@users.example', password, user_metadata: { colour: 'green' } },
  })
  const named = { connection: 'named', email_verified: true, password }
  await api.must('POST', 'users', { ...named, email: 'nina@users.example', username: 'Nina', user_id: 'nina' })
  await api.must('POST', 'users', { ...named, email: 'otto@users.example', username: '@otto', user_id: 'otto' })
  await sendOk(server, {
    path: '/dbconnections/change_password',
    json: { client_id, connection: 'users', email: 'sam@users.example' },
  })
  await api.newMail(2)
}

/** A second tenant with a client and a user, and the first admins of both tenants: one address, two passwords. */
async function makeSecondTenant(server: CheckoutServer, api: TenantApi) {
  const email = 'owner@acme.example'
  const first_link = server.firstRun().admin_setup_url
  const first_admin = await setUpAdmin(server, first_link, {
    tenant: 'default',
    email,
    password: 'the first long password',
  })
  const made = await api.must('POST', 'tenants', { name: 'second', domain: 'second.example', plan: 'enterprise' })
  const second: ManagementClient = {
    host: 'second.example',
    audience: textMember(made, 'management_audience'),
    client_id: textMember(made, 'management_client_id'),
    client_secret: textMember(made, 'management_client_secret'),
  }
  const link = textMember(made, 'admin_setup_url')
  const second_admin = await setUpAdmin(server, link, { tenant: 'second', email, password: 'the second long password' })
  const second_api = await openTenantApi(server.port, second)
  const second_client = await createClient(second_api, 'Second shop', {
    rotation_type: 'rotating',
    expiration_type: 'expiring',
  })
  await createConnection(second_api, 'users', {}, [second_client])
  await second_api.must('POST', 'users', {
    connection: 'users',
    user_id: 'sam',
    email: 'sam@users.example',
    email_verified: true,
    password: passwords.here,
  })
  return { first_admin, second, second_client, second_admin, used_admin: ticketOf(first_link) }
}
