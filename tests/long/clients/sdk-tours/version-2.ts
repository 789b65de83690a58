import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { refusalOf } from '../../../support/refusal-of.ts'
import type { Json } from '../../../support/requests.ts'
import {
  connection_options,
  ended,
  everyPage,
  everyWay,
  import_rows,
  includesOnce,
  numbers,
  sorted,
  unknown_execution,
  type Tour,
} from './kit.ts'

// This release has no types.
type Api = Json
const { ManagementClient } = createRequire(import.meta.url)('auth0-v2')
const password = 'Compiler no. 1'
const names = numbers.map((nth) => `tour-${nth}`)
const per_page = 3

async function connections(api: Api): Promise<string> {
  const made: Json[] = []
  for (const name of names)
    made.push(await api.createConnection({ name, strategy: 'auth0', options: connection_options }))
  includesOnce(
    await everyWay((query) => api.getConnections(query), 'name', { list: 'connections', checkpoints: true }),
    'name',
    names,
  )
  const [{ id }] = made
  assert.equal((await api.getConnection({ id })).name, names[0])
  const options = { ...made[0].options, disable_signup: true }
  assert.equal((await api.updateConnection({ id }, { options })).options.disable_signup, true)
  for (const other of made.slice(1)) await api.deleteConnection({ id: other.id })
  await api.connections.checkStatus({ id })
  return id
}

async function clients(api: Api, id: string): Promise<string> {
  const made: Json[] = []
  for (const name of names) made.push(await api.createClient({ name, app_type: 'non_interactive' }))
  includesOnce(
    await everyWay((query) => api.getClients(query), 'name', { list: 'clients', checkpoints: true }),
    'name',
    names,
  )
  const [{ client_id }] = made
  assert.equal((await api.getClient({ client_id })).name, names[0])
  assert.equal((await api.updateClient({ client_id }, { description: 'changed' })).description, 'changed')
  const rotated = await api.clients.rotateClientSecret({ client_id })
  assert.notEqual(rotated.client_secret, made[0].client_secret)
  // This release enables clients in the connection itself.
  const enabled_clients = sorted(made, 'client_id')
  const changed = await api.updateConnection({ id }, { enabled_clients })
  assert.deepEqual(changed.enabled_clients.toSorted(), enabled_clients)
  for (const each of made.slice(1)) await api.deleteClient({ client_id: each.client_id })
  return client_id
}

async function grants(api: Api, client_id: string): Promise<void> {
  const identifiers = numbers.map((nth) => `https://api-${nth}.example/`)
  const servers: Json[] = []
  for (const identifier of identifiers) {
    servers.push(await api.createResourceServer({ identifier, scopes: [{ value: 'read:all' }] }))
  }
  const listed = await everyWay((query) => api.getResourceServers(query), 'identifier', {
    list: 'resource_servers',
    checkpoints: false,
  })
  includesOnce(listed, 'identifier', identifiers)
  assert.equal((await api.getResourceServer({ id: identifiers[0] })).id, servers[0].id)
  assert.equal((await api.updateResourceServer({ id: servers[0].id }, { name: 'Named' })).name, 'Named')
  const made: Json[] = []
  for (const audience of identifiers) {
    made.push(await api.createClientGrant({ client_id, audience, scope: ['read:all'] }))
  }
  const all = await everyWay((query) => api.getClientGrants({ ...query, client_id }), 'audience', {
    list: 'client_grants',
    checkpoints: true,
  })
  includesOnce(all, 'audience', identifiers)
  assert.deepEqual((await api.updateClientGrant({ id: made[0].id }, { scope: [] })).scope, [])
  for (const { id } of made) await api.deleteClientGrant({ id })
  for (const { id } of servers) await api.deleteResourceServer({ id })
}

async function users(api: Api, connection_id: string): Promise<string> {
  const emails = numbers.map((nth) => `user-${nth}@shop.example`)
  const made: Json[] = []
  for (const email of emails) {
    made.push(await api.createUser({ connection: 'tour-0', email, password, app_metadata: { tour: 'sdk' } }))
  }
  const listed = await everyWay((query) => api.getUsers(query), 'email', { list: 'users', checkpoints: false })
  includesOnce(listed, 'email', emails)
  const search = { search_engine: 'v3', q: 'app_metadata.tour:sdk', sort: 'email:-1', per_page: 2 }
  const searched = await everyPage((page) => api.getUsers({ ...search, page }))
  assert.deepEqual(
    searched.map(({ email }) => email),
    emails.toReversed(),
  )
  const [{ user_id: id, email }] = made
  assert.equal((await api.getUsersByEmail(email))[0].user_id, id)
  assert.equal((await api.getUser({ id })).email, email)
  assert.equal((await api.updateUser({ id }, { blocked: true })).blocked, true)
  assert.deepEqual((await api.updateUserMetadata({ id }, { a: '1' })).user_metadata, { a: '1' })
  assert.deepEqual((await api.updateAppMetadata({ id }, { tour: 'changed' })).app_metadata, { tour: 'changed' })
  await api.updateUser({ id }, { blocked: false })
  assert.deepEqual((await api.getUserBlocks({ id })).blocked_for, [])
  await api.unblockUser({ id })
  assert.deepEqual((await api.getUserBlocksByIdentifier({ identifier: email })).blocked_for, [])
  await api.unblockUserByIdentifier({ identifier: email })
  assert.ok(Array.isArray(await api.getUserLogs({ id, per_page: 2, page: 0 })))
  assert.match((await api.createPasswordChangeTicket({ user_id: id })).ticket, /ticket=/)
  assert.match((await api.createEmailVerificationTicket({ user_id: id })).ticket, /ticket=/)
  const { user_id: linked } = made[2].identities[0]
  assert.equal((await api.linkUsers(id, { provider: 'auth0', user_id: linked })).length, 2)
  assert.equal((await api.unlinkUsers({ id, provider: 'auth0', user_id: linked })).length, 1)
  await api.connections.deleteUserByEmail({ id: connection_id, email: made[1].email })
  for (const each of made.slice(2)) await api.deleteUser({ id: each.user_id })
  return id
}

async function jobs(api: Api, connection_id: string, user_id: string): Promise<void> {
  const imported = await api.importUsersJob({ users_json: import_rows, connection_id })
  const job = await ended(() => api.getJob({ id: imported.id }))
  assert.deepEqual([job.summary.inserted, job.summary.failed], [1, 1])
  assert.equal((await api.getJobErrors({ id: imported.id }))[0].user.email, 'no address')
  const exported = await api.exportUsers({ connection_id, format: 'csv', fields: [{ name: 'email' }] })
  assert.ok((await ended(() => api.getJob({ id: exported.id }))).location)
  const mail = await api.sendEmailVerification({ user_id })
  assert.equal((await ended(() => api.getJob({ id: mail.id }))).status, 'completed')
}

async function rules(api: Api): Promise<void> {
  const made: Json[] = []
  const script = 'function rule(user, context, callback) { callback(null, user, context) }'
  for (const name of names) made.push(await api.createRule({ name, script, enabled: false }))
  assert.deepEqual(
    sorted(await everyWay((query) => api.getRules(query), 'name', { list: 'rules', checkpoints: false }), 'name'),
    names,
  )
  const [{ id }] = made
  assert.equal((await api.getRule({ id })).name, names[0])
  assert.equal((await api.updateRule({ id }, { name: 'changed' })).name, 'changed')
  for (const each of made) await api.deleteRule({ id: each.id })
  await api.setRulesConfig({ key: 'KEY' }, { value: 'value' })
  assert.deepEqual(await api.getRulesConfigs(), [{ key: 'KEY' }])
  await api.deleteRulesConfig({ key: 'KEY' })
}

async function actions(api: Api): Promise<void> {
  const made: Json[] = []
  const supported_triggers = [{ id: 'post-login', version: 'v3' }]
  const code = 'exports.onExecutePostLogin = async () => {}'
  for (const name of names) made.push(await api.actions.create({ name, code, supported_triggers }))
  const listed = await everyPage(async (page) => (await api.actions.getAll({ page, per_page })).actions)
  assert.deepEqual(sorted(listed, 'name'), names)
  const [{ id }] = made
  assert.equal((await api.actions.get({ id })).name, names[0])
  await api.actions.deploy({ id })
  await api.actions.update({ id }, { code: `${code}\n` })
  await api.actions.deploy({ id })
  const { versions } = await api.actions.getVersions({ id })
  assert.deepEqual(sorted(versions, 'number'), ['1', '2'])
  const of_version = { id, version_id: versions.find(({ number }: Json) => number === 1).id }
  assert.equal((await api.actions.getVersion(of_version)).number, 1)
  await api.actions.deployVersion(of_version)
  assert.ok((await api.actions.getAllTriggers()).triggers.length > 0)
  const bindings = [{ ref: { type: 'action_id', value: id }, display_name: 'Bound' }]
  const trigger_id = 'post-login'
  await api.actions.updateTriggerBindings({ trigger_id }, { bindings })
  assert.equal((await api.actions.getTriggerBindings({ trigger_id })).bindings.length, 1)
  await api.actions.updateTriggerBindings({ trigger_id }, { bindings: [] })
  assert.ok((await api.actions.test({ id }, { payload: {} })).payload)
  assert.equal((await refusalOf(api.actions.getExecution({ execution_id: unknown_execution }))).statusCode, 404)
  for (const each of made) await api.actions.delete({ id: each.id, force: true })
}

async function logs(api: Api): Promise<void> {
  const q = 'type:sapi'
  const events = await everyPage((page) => api.getLogs({ page, per_page: 20, q, sort: 'date:1' }))
  const [{ log_id: oldest }] = events
  const next = await api.getLogs({ from: oldest, take: 50 })
  assert.ok(next.length > 0 && next.every(({ log_id }: Json) => log_id > oldest))
  assert.equal((await api.getLog({ id: oldest })).log_id, oldest)
  const sink = { httpEndpoint: 'https://siem.shop.example/' }
  const { id } = await api.createLogStream({ name: 'siem', type: 'http', sink })
  assert.deepEqual(sorted(await api.getLogStreams(), 'id'), [id])
  assert.equal((await api.getLogStream({ id })).name, 'siem')
  assert.equal((await api.updateLogStream({ id }, { status: 'paused' })).status, 'paused')
  await api.deleteLogStream({ id })
  assert.equal(typeof (await api.getActiveUsersCount()), 'number')
  assert.ok(Array.isArray(await api.getDailyStats({ from: '20260101', to: '20260131' })))
}

async function mail(api: Api): Promise<void> {
  await api.configureEmailProvider({ name: 'smtp', credentials: { smtp_host: 'mail.shop.example', smtp_port: 587 } })
  assert.equal((await api.getEmailProvider()).name, 'smtp')
  const default_from_address = 'shop@shop.example'
  const changed = await api.updateEmailProvider({}, { default_from_address })
  assert.equal(changed.default_from_address, default_from_address)
  await api.deleteEmailProvider()
  const text = { subject: 'Hello', body: '<p>Hello</p>', from: default_from_address, syntax: 'liquid', enabled: true }
  const name = 'welcome_email'
  await api.createEmailTemplate({ template: name, ...text })
  assert.equal((await api.getEmailTemplate({ name })).subject, 'Hello')
  assert.equal((await api.updateEmailTemplate({ name }, { subject: 'Hi' })).subject, 'Hi')
}

async function tenant(api: Api): Promise<void> {
  assert.equal((await api.updateTenantSettings({ friendly_name: 'Shop' })).friendly_name, 'Shop')
  assert.equal((await api.getTenantSettings()).friendly_name, 'Shop')
  const colors = { primary: '#0a5c36' }
  assert.deepEqual((await api.updateBrandingSettings({}, { colors })).colors, colors)
  assert.deepEqual((await api.getBrandingSettings()).colors, colors)
  assert.equal((await api.updatePromptsSettings({}, { identifier_first: true })).identifier_first, true)
  assert.equal((await api.getPromptsSettings()).identifier_first, true)
  const of_text = { prompt: 'login', language: 'en' }
  await api.updateCustomTextByLanguage({ ...of_text, body: { login: { login_title: 'Hello' } } })
  assert.deepEqual(await api.getCustomTextByLanguage(of_text), { login: { login_title: 'Hello' } })
  const protection = api.attackProtection
  assert.equal((await protection.updateBruteForceConfig({}, { max_attempts: 20 })).max_attempts, 20)
  assert.equal((await protection.getBruteForceConfig()).max_attempts, 20)
  assert.equal((await protection.updateSuspiciousIpThrottlingConfig({}, { enabled: true })).enabled, true)
  assert.equal((await protection.getSuspiciousIpThrottlingConfig()).enabled, true)
  await protection.updateBreachedPasswordDetectionConfig({}, { enabled: false })
  assert.equal((await protection.getBreachedPasswordDetectionConfig()).enabled, false)
}

/** The tour of `auth0` 2.x. */
export const tour: Tour = async (settings) => {
  const api: Api = new ManagementClient(settings)
  const connection_id = await connections(api)
  const client_id = await clients(api, connection_id)
  await grants(api, client_id)
  const user_id = await users(api, connection_id)
  await jobs(api, connection_id, user_id)
  await rules(api)
  await actions(api)
  await logs(api)
  await mail(api)
  await tenant(api)
}
