import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { ManagementClient } from 'auth0'
import type { Json } from '../../../support/requests.ts'
import { refusalOf } from '../../../support/refusal-of.ts'
import {
  assertNotFound,
  collect,
  connection_options,
  ended,
  import_rows,
  includesOnce,
  numbers,
  public_key_of,
  several,
  sorted,
  unknown_execution,
  type Tour,
} from './kit.ts'

type Api = ManagementClient
const password = 'Compiler no. 1'
const names = numbers.map((nth) => `tour-${nth}`)

async function connections(api: Api): Promise<string> {
  const made: Json[] = []
  for (const name of names)
    made.push(await api.connections.create({ name, strategy: 'auth0', options: connection_options }))
  const listed: Json[] = await collect(api.connections.list({ take: 2 }))
  includesOnce(listed, 'name', names)
  const [{ id }] = made
  assert.equal((await api.connections.get(id)).name, names[0])
  const changed = await api.connections.update(id, { options: { ...made[0].options, disable_signup: true } })
  assert.equal(changed.options?.['disable_signup'], true)
  for (const { id: other } of made.slice(1)) await api.connections.delete(other)
  assert.equal(await refusalOf(api.connections.get(made[1].id)).then((refusal: Json) => refusal.statusCode), 404)
  await api.connections.checkStatus(id)
  return id
}

async function clients(api: Api, connection_id: string): Promise<string> {
  const made: Json[] = []
  for (const name of names) made.push(await api.clients.create({ name, app_type: 'non_interactive' }))
  includesOnce(await collect(api.clients.list({ per_page: 3, is_global: false })), 'name', names)
  const [{ client_id }] = made
  assert.equal((await api.clients.get(client_id)).name, names[0])
  assert.equal((await api.clients.update(client_id, { description: 'changed' })).description, 'changed')
  assert.notEqual((await api.clients.rotateSecret(client_id)).client_secret, made[0].client_secret)
  await api.connections.clients.update(
    connection_id,
    made.map((each) => ({ client_id: each.client_id, status: true })),
  )
  const enabled = await collect(api.connections.clients.get(connection_id, { take: 2 }))
  assert.deepEqual(sorted(enabled, 'client_id'), sorted(made, 'client_id'))
  assert.equal((await collect(api.clients.connections.get(client_id))).length, 1)
  await credentials(api, client_id)
  for (const each of made.slice(1)) await api.clients.delete(each.client_id)
  return client_id
}

async function credentials(api: Api, client_id: string): Promise<void> {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = public_key_of(publicKey)
  const made = await api.clients.credentials.create(client_id, { credential_type: 'public_key', name: 'first', pem })
  const id = made.id ?? ''
  assert.deepEqual(sorted(await api.clients.credentials.list(client_id), 'id'), [id])
  assert.equal((await api.clients.credentials.get(client_id, id)).kid, made.kid)
  const expires_at = new Date(Date.now() + 100_000).toISOString()
  assert.equal((await api.clients.credentials.update(client_id, id, { expires_at })).expires_at, expires_at)
  const changed = await api.clients.update(client_id, {
    client_authentication_methods: { private_key_jwt: { credentials: [{ id }] } },
    token_endpoint_auth_method: null,
  })
  assert.deepEqual(changed.client_authentication_methods?.private_key_jwt?.credentials, [{ id }])
  await api.clients.update(client_id, {
    client_authentication_methods: null,
    token_endpoint_auth_method: 'client_secret_post',
  })
  await api.clients.credentials.delete(client_id, id)
}

async function grants(api: Api, client_id: string): Promise<void> {
  const identifiers = numbers.map((nth) => `https://api-${nth}.example/`)
  const servers: Json[] = []
  for (const identifier of identifiers) {
    servers.push(await api.resourceServers.create({ identifier, scopes: [{ value: 'read:all' }] }))
  }
  includesOnce(await collect(api.resourceServers.list({ per_page: 3 })), 'identifier', identifiers)
  assert.equal((await api.resourceServers.get(identifiers[0] ?? '')).id, servers[0].id)
  assert.equal((await api.resourceServers.update(servers[0].id, { name: 'Named' })).name, 'Named')
  const made: Json[] = []
  for (const audience of identifiers) {
    made.push(await api.clientGrants.create({ client_id, audience, scope: ['read:all'] }))
  }
  includesOnce(await collect(api.clientGrants.list({ take: 2, client_id })), 'audience', identifiers)
  assert.equal((await api.clientGrants.get(made[0].id)).audience, identifiers[0])
  assert.deepEqual((await api.clientGrants.update(made[0].id, { scope: [] })).scope, [])
  for (const { id } of made) await api.clientGrants.delete(id)
  for (const { id } of servers) await api.resourceServers.delete(id)
}

async function users(api: Api): Promise<string> {
  const emails = numbers.map((nth) => `user-${nth}@shop.example`)
  const made: Json[] = []
  for (const email of emails) {
    made.push(await api.users.create({ connection: 'tour-0', email, password, user_metadata: { tour: 'sdk' } }))
  }
  includesOnce(await collect(api.users.list({ per_page: 3 })), 'email', emails)
  const searched = await collect(api.users.list({ per_page: 2, q: 'user_metadata.tour:sdk', sort: 'email:-1' }))
  assert.deepEqual(
    searched.map(({ email }) => email),
    emails.toReversed(),
  )
  const [{ user_id, email }] = made
  assert.equal((await api.users.listUsersByEmail({ email }))[0]?.user_id, user_id)
  assert.equal((await api.users.get(user_id)).email, email)
  const changed = await api.users.update(user_id, { user_metadata: { tour: 'changed' }, blocked: true })
  assert.deepEqual([changed.blocked, changed.user_metadata], [true, { tour: 'changed' }])
  await api.users.update(user_id, { blocked: false })
  assert.deepEqual((await api.userBlocks.list(user_id)).blocked_for, [])
  await api.userBlocks.delete(user_id)
  assert.deepEqual((await api.userBlocks.listByIdentifier({ identifier: email })).blocked_for, [])
  await api.userBlocks.deleteByIdentifier({ identifier: email })
  assert.ok((await collect(api.users.logs.list(user_id, { per_page: 2 }))).length >= 0)
  assert.match((await api.tickets.changePassword({ user_id, ttl_sec: 60 })).ticket, /ticket=/)
  assert.match((await api.tickets.verifyEmail({ user_id })).ticket, /ticket=/)
  const { user_id: linked } = made[2].identities[0]
  assert.equal((await api.users.identities.link(user_id, { provider: 'auth0', user_id: linked })).length, 2)
  assert.equal((await api.users.identities.delete(user_id, 'auth0', linked)).length, 1)
  assert.deepEqual(await collect(api.users.sessions.list(user_id)), [])
  assert.deepEqual(await collect(api.users.refreshToken.list(user_id)), [])
  await api.users.sessions.delete(user_id)
  await api.users.refreshToken.delete(user_id)
  await assertNotFound(
    api.sessions.get('none'),
    api.sessions.delete('none'),
    api.refreshTokens.get('none'),
    api.refreshTokens.delete('none'),
  )
  await api.connections.users.deleteByEmail((await collect(api.connections.list({ name: 'tour-0' })))[0]?.id ?? '', {
    email: made[1].email,
  })
  for (const each of made.slice(2)) await api.users.delete(each.user_id)
  assert.equal((await collect(api.users.list({ q: 'user_metadata.tour:sdk' }))).length, 0)
  return user_id
}

async function jobs(api: Api, connection_id: string, user_id: string): Promise<void> {
  const users_file = new File([import_rows], 'users.json')
  const imported = await api.jobs.usersImports.create({ users: users_file, connection_id, external_id: 'sdk' })
  const job = await ended(() => api.jobs.get(imported.id))
  assert.deepEqual([job.summary.inserted, job.summary.failed, job.external_id], [1, 1, 'sdk'])
  const errors: Json = await api.jobs.errors.get(imported.id)
  assert.deepEqual(errors[0].user.email, 'no address')
  const exported = await api.jobs.usersExports.create({ connection_id, format: 'csv', fields: [{ name: 'email' }] })
  assert.ok((await ended(() => api.jobs.get(exported.id ?? ''))).location)
  assert.equal(await api.jobs.errors.get(exported.id ?? ''), undefined)
  const mail = await api.jobs.verificationEmail.create({ user_id })
  assert.equal((await ended(() => api.jobs.get(mail.id ?? ''))).status, 'completed')
}

async function rules(api: Api): Promise<void> {
  const made: Json[] = []
  const script = 'function rule(user, context, callback) { callback(null, user, context) }'
  for (const name of names) made.push(await api.rules.create({ name, script, enabled: false }))
  assert.deepEqual(sorted(await collect(api.rules.list({ per_page: 3 })), 'name'), names)
  const [{ id }] = made
  assert.equal((await api.rules.get(id)).name, names[0])
  assert.equal((await api.rules.update(id, { name: 'changed' })).name, 'changed')
  for (const each of made) await api.rules.delete(each.id)
  assert.equal((await api.rulesConfigs.set('KEY', { value: 'value' })).key, 'KEY')
  assert.deepEqual(await api.rulesConfigs.list(), [{ key: 'KEY' }])
  await api.rulesConfigs.delete('KEY')
}

async function actions(api: Api): Promise<void> {
  const made: Json[] = []
  const trigger = { id: 'post-login', version: 'v3' } as const
  const code = 'exports.onExecutePostLogin = async () => {}'
  for (const name of names) {
    made.push(
      await api.actions.create({ name, code, supported_triggers: [trigger], secrets: [{ name: 'A', value: 'a' }] }),
    )
  }
  assert.deepEqual(sorted(await collect(api.actions.list({ per_page: 3 })), 'name'), names)
  const [{ id }] = made
  assert.equal((await api.actions.get(id)).name, names[0])
  await api.actions.deploy(id)
  await api.actions.update(id, { code: `${code}\n` })
  await api.actions.deploy(id)
  const versions = await collect(api.actions.versions.list(id, { per_page: 1 }))
  assert.deepEqual(sorted(versions, 'number'), ['1', '2'])
  const first = versions.find(({ number }) => number === 1)
  assert.equal((await api.actions.versions.get(id, first?.id ?? '')).number, 1)
  await api.actions.versions.deploy(id, first?.id ?? '')
  assert.ok((await api.actions.triggers.list()).triggers?.some((each) => each.id === 'post-login'))
  const bound = await api.actions.triggers.bindings.updateMany('post-login', {
    bindings: [{ ref: { type: 'action_id', value: id }, display_name: 'Bound' }],
  })
  assert.equal(bound.bindings?.[0]?.display_name, 'Bound')
  assert.equal((await collect(api.actions.triggers.bindings.list('post-login'))).length, 1)
  await api.actions.triggers.bindings.updateMany('post-login', { bindings: [] })
  assert.ok((await api.actions.test(id, { payload: {} })).payload)
  assert.equal((await refusalOf(api.actions.executions.get(unknown_execution))).statusCode, 404)
  assert.deepEqual((await collect(api.actions.modules.list())).length, 0)
  for (const each of made) await api.actions.delete(each.id, { force: true })
}

async function logs(api: Api): Promise<void> {
  const events = await collect(api.logs.list({ per_page: 20, search: 'type:sapi' }))
  assert.ok(events.length > several)
  assert.equal(new Set(events.map(({ log_id }) => log_id)).size, events.length)
  assert.equal((await api.logs.get(events[0]?.log_id ?? '')).log_id, events[0]?.log_id)
  const stream: Json = await api.logStreams.create({
    name: 'siem',
    type: 'http',
    sink: { httpEndpoint: 'https://siem.shop.example/' },
  } as never)
  assert.deepEqual(sorted(await api.logStreams.list(), 'id'), [stream.id])
  assert.equal(((await api.logStreams.get(stream.id)) as Json).name, 'siem')
  assert.equal(((await api.logStreams.update(stream.id, { status: 'paused' })) as Json).status, 'paused')
  await api.logStreams.delete(stream.id)
  assert.equal(typeof (await api.stats.getActiveUsersCount()), 'number')
  assert.ok(Array.isArray(await api.stats.getDaily({ from: '20260101', to: '20260131' })))
}

async function mail(api: Api): Promise<void> {
  const credentials_of_mail = { smtp_host: 'mail.shop.example', smtp_port: 587 }
  await api.emails.provider.create({ name: 'smtp', credentials: credentials_of_mail })
  assert.equal((await api.emails.provider.get()).name, 'smtp')
  const changed = await api.emails.provider.update({ default_from_address: 'shop@shop.example' })
  assert.equal(changed.default_from_address, 'shop@shop.example')
  await api.emails.provider.delete()
  const text = { subject: 'Hello', body: '<p>Hello</p>', from: 'shop@shop.example', syntax: 'liquid', enabled: true }
  await api.emailTemplates.create({ template: 'welcome_email', ...text })
  assert.equal((await api.emailTemplates.get('welcome_email')).subject, 'Hello')
  assert.equal((await api.emailTemplates.update('welcome_email', { subject: 'Hi' })).subject, 'Hi')
  const replaced = { template: 'welcome_email' as const, ...text, subject: 'Again' }
  assert.equal((await api.emailTemplates.set('welcome_email', replaced)).subject, 'Again')
}

async function tenant(api: Api): Promise<void> {
  assert.equal((await api.tenants.settings.update({ friendly_name: 'Shop' })).friendly_name, 'Shop')
  assert.equal((await api.tenants.settings.get()).friendly_name, 'Shop')
  assert.equal((await api.branding.update({ colors: { primary: '#0a5c36' } })).colors?.primary, '#0a5c36')
  assert.equal((await api.branding.get()).colors?.primary, '#0a5c36')
  assert.equal((await api.prompts.updateSettings({ identifier_first: true })).identifier_first, true)
  assert.equal((await api.prompts.getSettings()).identifier_first, true)
  await api.prompts.customText.set('login', 'en', { login: { login_title: 'Hello' } })
  assert.deepEqual(await api.prompts.customText.get('login', 'en'), { login: { login_title: 'Hello' } })
  const { bruteForceProtection, suspiciousIpThrottling, breachedPasswordDetection } = api.attackProtection
  assert.equal((await bruteForceProtection.update({ max_attempts: 20 })).max_attempts, 20)
  assert.equal((await bruteForceProtection.get()).max_attempts, 20)
  assert.equal((await suspiciousIpThrottling.update({ enabled: true })).enabled, true)
  assert.equal((await suspiciousIpThrottling.get()).enabled, true)
  assert.equal((await breachedPasswordDetection.get()).enabled, false)
  await breachedPasswordDetection.update({ enabled: false })
  assert.equal(((await refusalOf(api.anomaly.blocks.checkIp('203.0.113.1'))) as Json).statusCode, 404)
  await api.anomaly.blocks.unblockIp('203.0.113.1')
}

async function keys(api: Api): Promise<void> {
  const [current] = await api.keys.signing.list()
  assert.equal(current?.current, true)
  const { kid } = await api.keys.signing.rotate()
  assert.equal((await api.keys.signing.get(kid)).current, true)
  const next = (await api.keys.signing.list()).find((key) => key.next === true)
  await api.keys.signing.revoke(next?.kid ?? '')
}

/** The tour of `auth0` 7.x. */
export const tour: Tour = async (settings) => {
  const api = new ManagementClient(settings)
  const connection_id = await connections(api)
  const client_id = await clients(api, connection_id)
  await grants(api, client_id)
  const user_id = await users(api)
  await jobs(api, connection_id, user_id)
  await rules(api)
  await actions(api)
  await logs(api)
  await mail(api)
  await tenant(api)
  await keys(api)
}
