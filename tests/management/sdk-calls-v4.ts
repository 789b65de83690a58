// Calls Auth0's Management SDK 4.x and prints what it answered.
import { ManagementClient } from 'auth0-v4'
import { refusalOf } from '../support/refusal-of.ts'
import { passwordLogin } from './password-login.ts'
import type { SdkInput } from './sdk-process.ts'

const { domain, clientId, clientSecret, login, get_user } = JSON.parse(process.argv[2] ?? '') as SdkInput
const api = new ManagementClient({ domain, clientId, clientSecret })
const answers: Record<string, unknown> = {}

const { data: client } = await api.clients.create({
  name: 'shop',
  app_type: 'regular_web',
  grant_types: ['http://auth0.com/oauth/grant-type/password-realm'],
})
const { data: connection } = await api.connections.create({
  name: 'legacy',
  strategy: 'auth0',
  enabled_clients: [client.client_id],
  options: {
    enabledDatabaseCustomization: true,
    import_mode: true,
    customScripts: { login, get_user },
    configuration: { THE_PASSWORD: 'right one' },
  },
})
answers.connection = connection
answers.enabled = (await api.clients.getEnabledConnections({ client_id: client.client_id })).data
answers.login = await passwordLogin(domain, client, 'legacy', 'ada@legacy.example', 'right one')

for (let index = 0; index < 3; index += 1) {
  await api.users.create({ connection: 'legacy', email: `u${index}@example.com`, password: 'Compiler no. 1' })
}
answers.twice = await refusalOf(
  api.users.create({ connection: 'legacy', email: 'u1@example.com', password: 'Compiler no. 1' }),
)
const odd = { connection: 'legacy', email: 'u9@example.com', password: 'Compiler no. 1', shoe_size: 43 }
answers.unknown_field = await refusalOf(api.users.create(odd))
answers.bare_list = (await api.users.getAll({ per_page: 2, page: 1 })).data.map((user) => user.email)
const { data: counted } = await api.users.getAll({ per_page: 3, page: 0, include_totals: true, fields: 'email' })
answers.counted = counted
answers.searched = (await api.users.getAll({ q: 'email:"ada@legacy.example"', search_engine: 'v3' })).data
const [ada] = (await api.usersByEmail.getByEmail({ email: 'ada@legacy.example' })).data
const id = ada?.user_id ?? ''
answers.ada = (await api.users.get({ id })).data
answers.blocked = (await api.users.update({ id }, { blocked: true })).data
answers.blocked_login = await passwordLogin(domain, client, 'legacy', 'ada@legacy.example', 'right one')
answers.blocks = (await api.userBlocks.get({ id })).data
await api.users.delete({ id })
await api.users.delete({ id })
answers.gone = await refusalOf(api.users.get({ id }))

answers.logs = (await api.logs.getAll({ q: 'type:s', per_page: 10, include_totals: true })).data
const oldest = (await api.logs.getAll({ sort: 'date:1', per_page: 1 })).data[0]
answers.after_checkpoint = (await api.logs.getAll({ from: oldest?.log_id ?? '', take: 2 })).data.map(({ type }) => type)
answers.user_logs = (await api.users.getLogs({ id })).data.map(({ type }) => type)
answers.connections = (await api.connections.getAll({ strategy: ['auth0'], name: 'legacy' })).data.length
answers.changed = (
  await api.connections.update({ id: connection.id }, { options: { ...connection.options, disable_signup: true } })
).data
await api.connections.deleteUserByEmail({ id: connection.id, email: 'u0@example.com' })
answers.users_left = (await api.users.getAll({ sort: 'email:1' })).data.map((user) => user.email)
answers.grants = (await api.clientGrants.getAll({ include_totals: true })).data
answers.servers = (await api.resourceServers.getAll({ include_totals: true })).data
answers.address = await refusalOf(api.anomaly.checkIfIpIsBlocked({ id: '192.0.2.1' }))
answers.settings = (await api.tenants.getSettings()).data
await api.connections.delete({ id: connection.id })
answers.connection_gone = await refusalOf(api.connections.get({ id: connection.id }))

console.log(JSON.stringify(answers))
