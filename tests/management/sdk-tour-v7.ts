// The tour of Auth0's Management SDK 7.x: prints what it saw.
import { ManagementClient } from 'auth0'
import { passwordLogin, refusalOf, type Tour } from './sdk-house.ts'

const { domain, clientId, clientSecret, login, get_user } = JSON.parse(process.argv[2] ?? '') as Tour
const api = new ManagementClient({ domain, clientId, clientSecret })
const seen: Record<string, unknown> = {}

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
seen.connection = connection
seen.connection_read = await api.connections.get(connection_id)
seen.connection_updated = await api.connections.update(connection_id, {
  options: { ...connection.options, disable_signup: true },
})

const client = await api.clients.create({
  name: 'shop',
  app_type: 'regular_web',
  grant_types: ['http://auth0.com/oauth/grant-type/password-realm'],
})
seen.client = client
await api.connections.clients.update(connection_id, [{ client_id: client.client_id ?? '', status: true }])
seen.connection_clients = []
for await (const one of await api.connections.clients.get(connection_id)) {
  ;(seen.connection_clients as unknown[]).push(one)
}
seen.wrong = await passwordLogin(domain, client, 'legacy', 'ada@legacy.example', 'wrong one')
seen.login = await passwordLogin(domain, client, 'legacy', 'ada@legacy.example', 'right one')

for (let index = 0; index < 7; index += 1) {
  await api.users.create({
    connection: 'legacy',
    email: `u${index}@example.com`,
    password: 'Compiler no. 1',
    user_metadata: { index },
  })
}
seen.known_in_legacy = await refusalOf(
  api.users.create({ connection: 'legacy', email: 'ada@legacy.example', password: 'Compiler no. 1' }),
)
seen.twice = await refusalOf(
  api.users.create({ connection: 'legacy', email: 'U1@example.com', password: 'Compiler no. 1' }),
)

const emails = async (page: AsyncIterable<{ email?: string | undefined }>): Promise<string[]> => {
  const found: string[] = []
  for await (const user of page) found.push(user.email ?? '')
  return found
}
seen.listed = await emails(await api.users.list({ per_page: 3 }))
seen.searched = await emails(
  await api.users.list({ q: 'identities.connection:"legacy" AND email:u*', search_engine: 'v3', sort: 'email:-1' }),
)
seen.by_metadata = await emails(await api.users.list({ q: 'user_metadata.index:3' }))
seen.by_plan = await emails(await api.users.list({ q: 'app_metadata.plan:gold' }))
seen.bad_search = await refusalOf(api.users.list({ q: 'email:"' }))
const [ada] = await api.users.listUsersByEmail({ email: 'ADA@legacy.example' })
const user_id = ada?.user_id ?? ''
seen.ada = await api.users.get(user_id)
seen.fields = await api.users.get(user_id, { fields: 'email,user_id', include_fields: true })
seen.changed = await api.users.update(user_id, { user_metadata: { a: { b: 1 } }, app_metadata: { plan: 'silver' } })

seen.blocked = await api.users.update(user_id, { blocked: true })
seen.blocked_login = await passwordLogin(domain, client, 'legacy', 'ada@legacy.example', 'right one')
await api.users.update(user_id, { blocked: false })
seen.unblocked_login = await passwordLogin(domain, client, 'legacy', 'ada@legacy.example', 'right one')

for (let index = 0; index < 10; index += 1) await passwordLogin(domain, client, 'legacy', 'u1@example.com', 'wrong')
seen.locked_login = await passwordLogin(domain, client, 'legacy', 'u1@example.com', 'Compiler no. 1')
seen.blocks = await api.userBlocks.listByIdentifier({ identifier: 'u1@example.com' })
await api.userBlocks.deleteByIdentifier({ identifier: 'u1@example.com' })
seen.no_blocks = await api.userBlocks.listByIdentifier({ identifier: 'u1@example.com' })
seen.lifted_login = await passwordLogin(domain, client, 'legacy', 'u1@example.com', 'Compiler no. 1')

await api.users.delete(user_id)
seen.gone = await refusalOf(api.users.get(user_id))
seen.tombstoned_login = await passwordLogin(domain, client, 'legacy', 'ada@legacy.example', 'right one')

const types: string[] = []
for await (const event of await api.logs.list({ per_page: 50 })) types.push(event.type ?? '')
seen.log_types = types
const found = []
for await (const event of await api.logs.list({ search: `type:s AND user_id:"${user_id}"` })) found.push(event)
seen.ada_logins = found
seen.event = await api.logs.get(found[0]?.log_id ?? '')
const ofUser = []
for await (const event of await api.users.logs.list(user_id)) ofUser.push(event.type)
seen.user_logs = ofUser

const server = await api.resourceServers.create({
  identifier: 'https://orders.example/',
  scopes: [{ value: 'read:orders' }],
})
const grant = await api.clientGrants.create({
  client_id: client.client_id ?? '',
  audience: 'https://orders.example/',
  scope: ['read:orders'],
})
seen.server = await api.resourceServers.get('https://orders.example/')
seen.grants = []
for await (const one of await api.clientGrants.list({ client_id: client.client_id ?? '' })) {
  ;(seen.grants as unknown[]).push(one)
}
await api.clientGrants.delete(grant.id ?? '')
await api.resourceServers.delete(server.id ?? '')
const names: string[] = []
for await (const one of await api.clients.list({ is_global: false })) names.push(one.name ?? '')
seen.client_names = names
seen.rotated = await api.clients.rotateSecret(client.client_id ?? '')
seen.settings = await api.tenants.settings.update({ friendly_name: 'Shop', default_directory: 'legacy' })
const other = await api.users.create({
  connection: 'legacy',
  email: 'new@example.com',
  password: 'Quite-new-1',
  verify_email: false,
})
seen.reset_ticket = await api.tickets.changePassword({ user_id: other.user_id ?? '', ttl_sec: 600 })
seen.verification_ticket = await api.tickets.verifyEmail({ user_id: other.user_id ?? '' })
seen.keys = await api.keys.signing.list()
seen.rotated_key = await api.keys.signing.rotate()
seen.key = await api.keys.signing.get(String((seen.rotated_key as { kid: string }).kid))
const after_rotation = await api.keys.signing.list()
seen.previous_key = after_rotation.find((key) => key.previous === true)
// Not the previous one: it signed the token of this tour.
const ahead = after_rotation.find((key) => key.next === true)
seen.revoked_key = await api.keys.signing.revoke(ahead?.kid ?? '')
seen.unknown_key = await refusalOf(api.keys.signing.get('nobodys'))
seen.unimplemented = await refusalOf(api.logStreams.list())
await api.clients.delete(client.client_id ?? '')
await api.connections.delete(connection_id)
seen.connections = []
for await (const one of await api.connections.list()) (seen.connections as unknown[]).push(one)
seen.users_left = await emails(await api.users.list())

console.log(JSON.stringify(seen))
