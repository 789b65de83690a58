// Calls Auth0's Management SDK 7.x and prints what it answered.
import { ManagementClient } from 'auth0'
import { refusalOf } from '../support/refusal-of.ts'
import { passwordLogin } from './password-login.ts'
import type { SdkInput } from './sdk-process.ts'

const { domain, clientId, clientSecret, login, get_user } = JSON.parse(process.argv[2] ?? '') as SdkInput
const api = new ManagementClient({ domain, clientId, clientSecret })
const answers: Record<string, unknown> = {}

const connection = await api.connections.create({
  name: 'legacy',
  strategy: 'auth0',
  options: {
    enabledDatabaseCustomization: true,
    import_mode: true,
    customScripts: { login, get_user },
    configuration: { THE_PASSWORD: 'right one' },
  },
})
const connection_id = connection.id ?? ''
answers.connection = connection
answers.connection_read = await api.connections.get(connection_id)
answers.connection_updated = await api.connections.update(connection_id, {
  options: { ...connection.options, disable_signup: true },
})

const client = await api.clients.create({
  name: 'shop',
  app_type: 'regular_web',
  grant_types: ['http://auth0.com/oauth/grant-type/password-realm'],
})
answers.client = client
await api.connections.clients.update(connection_id, [{ client_id: client.client_id ?? '', status: true }])
answers.connection_clients = []
for await (const one of await api.connections.clients.get(connection_id)) {
  ;(answers.connection_clients as unknown[]).push(one)
}
answers.wrong = await passwordLogin(domain, client, 'legacy', 'ada@legacy.example', 'wrong one')
answers.login = await passwordLogin(domain, client, 'legacy', 'ada@legacy.example', 'right one')

for (let index = 0; index < 7; index += 1) {
  await api.users.create({
    connection: 'legacy',
    email: `u${index}@example.com`,
    password: 'Compiler no. 1',
    user_metadata: { index },
  })
}
answers.known_in_legacy = await refusalOf(
  api.users.create({ connection: 'legacy', email: 'ada@legacy.example', password: 'Compiler no. 1' }),
)
answers.twice = await refusalOf(
  api.users.create({ connection: 'legacy', email: 'U1@example.com', password: 'Compiler no. 1' }),
)

const emails = async (page: AsyncIterable<{ email?: string | undefined }>): Promise<string[]> => {
  const found: string[] = []
  for await (const user of page) found.push(user.email ?? '')
  return found
}
answers.listed = await emails(await api.users.list({ per_page: 3 }))
answers.searched = await emails(
  await api.users.list({ q: 'identities.connection:"legacy" AND email:u*', search_engine: 'v3', sort: 'email:-1' }),
)
answers.by_metadata = await emails(await api.users.list({ q: 'user_metadata.index:3' }))
answers.by_plan = await emails(await api.users.list({ q: 'app_metadata.plan:gold' }))
answers.bad_search = await refusalOf(api.users.list({ q: 'email:"' }))
const [ada] = await api.users.listUsersByEmail({ email: 'ADA@legacy.example' })
const user_id = ada?.user_id ?? ''
answers.ada = await api.users.get(user_id)
answers.fields = await api.users.get(user_id, { fields: 'email,user_id', include_fields: true })
answers.changed = await api.users.update(user_id, { user_metadata: { a: { b: 1 } }, app_metadata: { plan: 'silver' } })

answers.blocked = await api.users.update(user_id, { blocked: true })
answers.blocked_login = await passwordLogin(domain, client, 'legacy', 'ada@legacy.example', 'right one')
await api.users.update(user_id, { blocked: false })
answers.unblocked_login = await passwordLogin(domain, client, 'legacy', 'ada@legacy.example', 'right one')

for (let index = 0; index < 10; index += 1) await passwordLogin(domain, client, 'legacy', 'u1@example.com', 'wrong')
answers.locked_login = await passwordLogin(domain, client, 'legacy', 'u1@example.com', 'Compiler no. 1')
answers.blocks = await api.userBlocks.listByIdentifier({ identifier: 'u1@example.com' })
await api.userBlocks.deleteByIdentifier({ identifier: 'u1@example.com' })
answers.no_blocks = await api.userBlocks.listByIdentifier({ identifier: 'u1@example.com' })
answers.lifted_login = await passwordLogin(domain, client, 'legacy', 'u1@example.com', 'Compiler no. 1')

await api.users.delete(user_id)
answers.gone = await refusalOf(api.users.get(user_id))
answers.tombstoned_login = await passwordLogin(domain, client, 'legacy', 'ada@legacy.example', 'right one')

const types: string[] = []
for await (const event of await api.logs.list({ per_page: 50 })) types.push(event.type ?? '')
answers.log_types = types
const found = []
for await (const event of await api.logs.list({ search: `type:s AND user_id:"${user_id}"` })) found.push(event)
answers.ada_logins = found
answers.event = await api.logs.get(found[0]?.log_id ?? '')
const ofUser = []
for await (const event of await api.users.logs.list(user_id)) ofUser.push(event.type)
answers.user_logs = ofUser

const server = await api.resourceServers.create({
  identifier: 'https://orders.example/',
  scopes: [{ value: 'read:orders' }],
})
const grant = await api.clientGrants.create({
  client_id: client.client_id ?? '',
  audience: 'https://orders.example/',
  scope: ['read:orders'],
})
answers.server = await api.resourceServers.get('https://orders.example/')
answers.grants = []
for await (const one of await api.clientGrants.list({ client_id: client.client_id ?? '' })) {
  ;(answers.grants as unknown[]).push(one)
}
await api.clientGrants.delete(grant.id ?? '')
await api.resourceServers.delete(server.id ?? '')
const names: string[] = []
for await (const one of await api.clients.list({ is_global: false })) names.push(one.name ?? '')
answers.client_names = names
answers.rotated = await api.clients.rotateSecret(client.client_id ?? '')
answers.settings = await api.tenants.settings.update({ friendly_name: 'Shop', default_directory: 'legacy' })
const other = await api.users.create({
  connection: 'legacy',
  email: 'new@example.com',
  password: 'Quite-new-1',
  verify_email: false,
})
answers.reset_ticket = await api.tickets.changePassword({ user_id: other.user_id ?? '', ttl_sec: 600 })
answers.verification_ticket = await api.tickets.verifyEmail({ user_id: other.user_id ?? '' })
answers.active_users = await api.stats.getActiveUsersCount()
answers.daily = await api.stats.getDaily({})
answers.brute_force = await api.attackProtection.bruteForceProtection.update({ max_attempts: 20 })
answers.throttling = await api.attackProtection.suspiciousIpThrottling.get()
await api.emails.provider.create({ name: 'smtp', credentials: { smtp_host: 'mail.shop.example', smtp_port: 587 } })
answers.mail_service = await api.emails.provider.get()
await api.emails.provider.delete()
await api.emailTemplates.create({ template: 'welcome_email', subject: 'Hello', body: '<p>Hello</p>' } as never)
answers.mail_template = await api.emailTemplates.update('welcome_email', { subject: 'Hi' })
const stream = await api.logStreams.create({
  name: 'siem',
  type: 'http',
  sink: { httpEndpoint: 'https://siem.shop.example/' },
} as never)
answers.streams = await api.logStreams.list()
await api.logStreams.delete(String((stream as { id?: string }).id))
answers.keys = await api.keys.signing.list()
answers.rotated_key = await api.keys.signing.rotate()
answers.key = await api.keys.signing.get(String((answers.rotated_key as { kid: string }).kid))
const after_rotation = await api.keys.signing.list()
answers.previous_key = after_rotation.find((key) => key.previous === true)
// Not the previous one: it signed the token of these calls.
const ahead = after_rotation.find((key) => key.next === true)
answers.revoked_key = await api.keys.signing.revoke(ahead?.kid ?? '')
answers.unknown_key = await refusalOf(api.keys.signing.get('nobodys'))
answers.unimplemented = await refusalOf(api.organizations.get('org_none'))
await api.clients.delete(client.client_id ?? '')
await api.connections.delete(connection_id)
answers.connections = []
for await (const one of await api.connections.list()) (answers.connections as unknown[]).push(one)
// A job deletes the users after the answer.
const deadline = Date.now() + 10_000
do answers.users_left = await emails(await api.users.list())
while ((answers.users_left as unknown[]).length > 0 && Date.now() < deadline)

console.log(JSON.stringify(answers))
