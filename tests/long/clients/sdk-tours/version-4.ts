import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { ManagementClient } from 'auth0-v4'
import type { Json } from '../../../support/requests.ts'
import {
  assertNotFound,
  connection_options,
  ended,
  everyCheckpoint,
  everyPage,
  everyWay,
  import_rows,
  includesOnce,
  numbers,
  public_key_of,
  sorted,
  unknown_execution,
  type Tour,
} from './kit.ts'

// The types of its requests are narrower than what it sends.
type Api = Json
const password = 'Compiler no. 1'
const names = numbers.map((nth) => `tour-${nth}`)
const per_page = 3

async function connections(api: Api): Promise<string> {
  const made: Json[] = []
  for (const name of names) {
    made.push((await api.connections.create({ name, strategy: 'auth0', options: connection_options })).data)
  }
  const listed = await everyWay(async (query) => (await api.connections.getAll(query)).data, 'name', {
    list: 'connections',
    checkpoints: true,
  })
  includesOnce(listed, 'name', names)
  const [{ id }] = made
  assert.equal((await api.connections.get({ id })).data.name, names[0])
  const options = { ...made[0].options, disable_signup: true }
  assert.equal((await api.connections.update({ id }, { options })).data.options.disable_signup, true)
  for (const other of made.slice(1)) await api.connections.delete({ id: other.id })
  await api.connections.checkStatus({ id })
  return id
}

async function clients(api: Api, id: string): Promise<string> {
  const made: Json[] = []
  for (const name of names) made.push((await api.clients.create({ name, app_type: 'non_interactive' })).data)
  includesOnce(
    await everyWay(async (query) => (await api.clients.getAll(query)).data, 'name', {
      list: 'clients',
      checkpoints: true,
    }),
    'name',
    names,
  )
  const [{ client_id }] = made
  assert.equal((await api.clients.get({ client_id })).data.name, names[0])
  assert.equal((await api.clients.update({ client_id }, { description: 'changed' })).data.description, 'changed')
  assert.notEqual((await api.clients.rotateClientSecret({ client_id })).data.client_secret, made[0].client_secret)
  await api.connections.updateEnabledClients(
    { id },
    made.map((each) => ({ client_id: each.client_id, status: true })),
  )
  const enabled = await everyCheckpoint(
    async (from) =>
      (await api.connections.getEnabledClients({ id, take: 2, ...(from === undefined ? {} : { from }) })).data,
    'clients',
  )
  assert.deepEqual(sorted(enabled, 'client_id'), sorted(made, 'client_id'))
  assert.equal((await api.clients.getEnabledConnections({ client_id })).data.connections.length, 1)
  const pem = public_key_of(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)
  const { data: credential } = await api.clients.createCredential({ client_id }, { credential_type: 'public_key', pem })
  const of_credential = { client_id, credential_id: credential.id }
  assert.deepEqual(sorted((await api.clients.getCredentials({ client_id })).data, 'id'), [credential.id])
  assert.equal((await api.clients.getCredential(of_credential)).data.kid, credential.kid)
  const expires_at = new Date(Date.now() + 100_000).toISOString()
  assert.equal((await api.clients.updateCredential(of_credential, { expires_at })).data.expires_at, expires_at)
  await api.clients.deleteCredential(of_credential)
  for (const each of made.slice(1)) await api.clients.delete({ client_id: each.client_id })
  return client_id
}

async function grants(api: Api, client_id: string): Promise<void> {
  const identifiers = numbers.map((nth) => `https://api-${nth}.example/`)
  const servers: Json[] = []
  for (const identifier of identifiers) {
    servers.push((await api.resourceServers.create({ identifier, scopes: [{ value: 'read:all' }] })).data)
  }
  const lists = { list: 'resource_servers', checkpoints: false }
  includesOnce(
    await everyWay(async (query) => (await api.resourceServers.getAll(query)).data, 'identifier', lists),
    'identifier',
    identifiers,
  )
  assert.equal((await api.resourceServers.get({ id: identifiers[0] })).data.id, servers[0].id)
  assert.equal((await api.resourceServers.update({ id: servers[0].id }, { name: 'Named' })).data.name, 'Named')
  const made: Json[] = []
  for (const audience of identifiers) {
    made.push((await api.clientGrants.create({ client_id, audience, scope: ['read:all'] })).data)
  }
  const all = await everyWay(
    async (query) => (await api.clientGrants.getAll({ ...query, client_id })).data,
    'audience',
    {
      list: 'client_grants',
      checkpoints: true,
    },
  )
  includesOnce(all, 'audience', identifiers)
  assert.deepEqual((await api.clientGrants.update({ id: made[0].id }, { scope: [] })).data.scope, [])
  for (const { id } of made) await api.clientGrants.delete({ id })
  for (const { id } of servers) await api.resourceServers.delete({ id })
}

async function users(api: Api, connection_id: string): Promise<string> {
  const emails = numbers.map((nth) => `user-${nth}@shop.example`)
  const made: Json[] = []
  for (const email of emails) {
    made.push((await api.users.create({ connection: 'tour-0', email, password, app_metadata: { tour: 'sdk' } })).data)
  }
  const getAll = async (query: Json): Promise<Json> => (await api.users.getAll(query)).data
  includesOnce(await everyWay(getAll, 'email', { list: 'users', checkpoints: false }), 'email', emails)
  const searched = await everyPage(
    async (page) => (await api.users.getAll({ page, per_page: 2, q: 'app_metadata.tour:sdk', sort: 'email:-1' })).data,
  )
  assert.deepEqual(
    searched.map(({ email }) => email),
    emails.toReversed(),
  )
  const [{ user_id: id, email }] = made
  assert.equal((await api.usersByEmail.getByEmail({ email })).data[0].user_id, id)
  assert.equal((await api.users.get({ id })).data.email, email)
  assert.equal((await api.users.update({ id }, { blocked: true })).data.blocked, true)
  await api.users.update({ id }, { blocked: false })
  assert.deepEqual((await api.userBlocks.get({ id })).data.blocked_for, [])
  await api.userBlocks.delete({ id })
  assert.deepEqual((await api.userBlocks.getAll({ identifier: email })).data.blocked_for, [])
  await api.userBlocks.deleteAll({ identifier: email })
  assert.ok(Array.isArray((await api.users.getLogs({ id, per_page: 2 })).data))
  assert.match((await api.tickets.changePassword({ user_id: id })).data.ticket, /ticket=/)
  assert.match((await api.tickets.verifyEmail({ user_id: id })).data.ticket, /ticket=/)
  const { user_id: linked } = made[2].identities[0]
  assert.equal((await api.users.link({ id }, { provider: 'auth0', user_id: linked })).data.length, 2)
  assert.equal((await api.users.unlink({ id, provider: 'auth0', user_id: linked })).data.length, 1)
  assert.deepEqual((await api.users.getSessions({ user_id: id })).data.sessions, [])
  assert.deepEqual((await api.users.getRefreshTokens({ user_id: id })).data.tokens, [])
  await api.users.deleteSessions({ user_id: id })
  await api.users.deleteRefreshTokens({ user_id: id })
  await assertNotFound(api.sessions.get({ id: 'none' }), api.sessions.delete({ id: 'none' }))
  await assertNotFound(api.refreshTokens.get({ id: 'none' }), api.refreshTokens.delete({ id: 'none' }))
  await api.connections.deleteUserByEmail({ id: connection_id, email: made[1].email })
  for (const each of made.slice(2)) await api.users.delete({ id: each.user_id })
  return id
}

async function jobs(api: Api, connection_id: string, user_id: string): Promise<void> {
  const file = new File([import_rows], 'users.json')
  const { data: imported } = await api.jobs.importUsers({ users: file, connection_id, upsert: true })
  const read = (id: string) => async () => (await api.jobs.get({ id })).data
  const job = await ended(read(imported.id))
  assert.deepEqual([job.summary.inserted, job.summary.failed], [1, 1])
  assert.equal((await api.jobs.getErrors({ id: imported.id })).data[0].user.email, 'no address')
  const { data: exported } = await api.jobs.exportUsers({ connection_id, format: 'json' })
  assert.ok((await ended(read(exported.id))).location)
  assert.equal((await api.jobs.getErrors({ id: exported.id })).status, 204)
  assert.equal((await ended(read((await api.jobs.verifyEmail({ user_id })).data.id))).status, 'completed')
}

async function rules(api: Api): Promise<void> {
  const made: Json[] = []
  const script = 'function rule(user, context, callback) { callback(null, user, context) }'
  for (const name of names) made.push((await api.rules.create({ name, script, enabled: false })).data)
  const listed = await everyWay(async (query) => (await api.rules.getAll(query)).data, 'name', {
    list: 'rules',
    checkpoints: false,
  })
  assert.deepEqual(sorted(listed, 'name'), names)
  const [{ id }] = made
  assert.equal((await api.rules.get({ id })).data.name, names[0])
  assert.equal((await api.rules.update({ id }, { name: 'changed' })).data.name, 'changed')
  for (const each of made) await api.rules.delete({ id: each.id })
  await api.rulesConfigs.set({ key: 'KEY' }, { value: 'value' })
  assert.deepEqual((await api.rulesConfigs.getAll()).data, [{ key: 'KEY' }])
  await api.rulesConfigs.delete({ key: 'KEY' })
}

async function actions(api: Api): Promise<void> {
  const made: Json[] = []
  const supported_triggers = [{ id: 'post-login', version: 'v3' }]
  const code = 'exports.onExecutePostLogin = async () => {}'
  for (const name of names) made.push((await api.actions.create({ name, code, supported_triggers })).data)
  const listed = await everyPage(async (page) => (await api.actions.getAll({ page, per_page })).data.actions)
  assert.deepEqual(sorted(listed, 'name'), names)
  const [{ id }] = made
  assert.equal((await api.actions.get({ id })).data.name, names[0])
  await api.actions.deploy({ id })
  await api.actions.update({ id }, { code: `${code}\n` })
  await api.actions.deploy({ id })
  const { versions } = (await api.actions.getVersions({ actionId: id })).data
  assert.deepEqual(sorted(versions, 'number'), ['1', '2'])
  const first = versions.find(({ number }: Json) => number === 1)
  assert.equal((await api.actions.getVersion({ actionId: id, id: first.id })).data.number, 1)
  await api.actions.deployVersion({ actionId: id, id: first.id }, {})
  assert.ok((await api.actions.getAllTriggers()).data.triggers.length > 0)
  const bindings = [{ ref: { type: 'action_id', value: id }, display_name: 'Bound' }]
  const triggerId = 'post-login'
  await api.actions.updateTriggerBindings({ triggerId }, { bindings })
  assert.equal((await api.actions.getTriggerBindings({ triggerId })).data.bindings.length, 1)
  await api.actions.updateTriggerBindings({ triggerId }, { bindings: [] })
  assert.ok((await api.actions.test({ id }, { payload: {} })).data.payload)
  await assertNotFound(api.actions.getExecution({ id: unknown_execution }))
  for (const each of made) await api.actions.delete({ id: each.id, force: true })
}

async function logs(api: Api): Promise<void> {
  const q = 'type:sapi'
  const readLogs = async (page: number) => (await api.logs.getAll({ page, per_page: 20, q, sort: 'date:1' })).data
  const events = await everyPage(readLogs)
  const [{ log_id: oldest }] = events
  const walked: Json[] = []
  for (let from = oldest; from !== undefined; from = walked.at(-1).log_id) {
    const { data } = await api.logs.getAll({ from, take: 50 })
    if (data.length === 0) break
    walked.push(...data)
  }
  const written = walked.filter(({ type }) => type === 'sapi')
  assert.ok(events.slice(1).every(({ log_id }) => written.some((event) => event.log_id === log_id)))
  assert.equal((await api.logs.get({ id: oldest })).data.log_id, oldest)
  const sink = { httpEndpoint: 'https://siem.shop.example/' }
  const { id } = (await api.logStreams.create({ name: 'siem', type: 'http', sink })).data
  assert.deepEqual(sorted((await api.logStreams.getAll()).data, 'id'), [id])
  assert.equal((await api.logStreams.get({ id })).data.name, 'siem')
  assert.equal((await api.logStreams.update({ id }, { status: 'paused' })).data.status, 'paused')
  await api.logStreams.delete({ id })
  // This release reads the number as a text.
  assert.equal((await api.stats.getActiveUsersCount()).data, '0')
  assert.ok(Array.isArray((await api.stats.getDaily({ from: '20260101', to: '20260131' })).data))
}

async function mail(api: Api): Promise<void> {
  await api.emails.configure({ name: 'smtp', credentials: { smtp_host: 'mail.shop.example', smtp_port: 587 } })
  assert.equal((await api.emails.get()).data.name, 'smtp')
  const default_from_address = 'shop@shop.example'
  assert.equal((await api.emails.update({ default_from_address })).data.default_from_address, default_from_address)
  const text = { subject: 'Hello', body: '<p>Hello</p>', from: default_from_address, syntax: 'liquid', enabled: true }
  const templateName = 'welcome_email'
  await api.emailTemplates.create({ template: templateName, ...text })
  assert.equal((await api.emailTemplates.get({ templateName })).data.subject, 'Hello')
  assert.equal((await api.emailTemplates.update({ templateName }, { subject: 'Hi' })).data.subject, 'Hi')
  const replaced = { template: templateName, ...text, subject: 'Again' }
  assert.equal((await api.emailTemplates.put({ templateName }, replaced)).data.subject, 'Again')
}

async function tenant(api: Api): Promise<void> {
  assert.equal((await api.tenants.updateSettings({ friendly_name: 'Shop' })).data.friendly_name, 'Shop')
  assert.equal((await api.tenants.getSettings()).data.friendly_name, 'Shop')
  const colors = { primary: '#0a5c36' }
  assert.deepEqual((await api.branding.updateSettings({ colors })).data.colors, colors)
  assert.deepEqual((await api.branding.getSettings()).data.colors, colors)
  assert.equal((await api.prompts.update({ identifier_first: true })).data.identifier_first, true)
  assert.equal((await api.prompts.get()).data.identifier_first, true)
  const of_text = { prompt: 'login', language: 'en' }
  await api.prompts.updateCustomTextByLanguage(of_text, { login: { login_title: 'Hello' } })
  assert.deepEqual((await api.prompts.getCustomTextByLanguage(of_text)).data, { login: { login_title: 'Hello' } })
  const protection = api.attackProtection
  assert.equal((await protection.updateBruteForceConfig({ max_attempts: 20 })).data.max_attempts, 20)
  assert.equal((await protection.getBruteForceConfig()).data.max_attempts, 20)
  assert.equal((await protection.updateSuspiciousIpThrottlingConfig({ enabled: true })).data.enabled, true)
  assert.equal((await protection.getSuspiciousIpThrottlingConfig()).data.enabled, true)
  await protection.updateBreachedPasswordDetectionConfig({ enabled: false })
  assert.equal((await protection.getBreachedPasswordDetectionConfig()).data.enabled, false)
  const id = '203.0.113.1'
  await assertNotFound(api.anomaly.checkIfIpIsBlocked({ id }))
  await api.anomaly.deleteBlockedIp({ id })
}

async function keys(api: Api): Promise<void> {
  assert.equal((await api.keys.getAll()).data[0].current, true)
  const { kid } = (await api.keys.rotate()).data
  assert.equal((await api.keys.get({ kid })).data.current, true)
  const next = (await api.keys.getAll()).data.find((key: Json) => key.next === true)
  await api.keys.revoke({ kid: next.kid })
}

/** The tour of `auth0` 4.x. */
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
  await keys(api)
}
