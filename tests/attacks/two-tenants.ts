// Two tenants of one server: what an attacker who has one of them knows of the other.
import type { JsonObject } from '../../src/base/json.ts'
import { member, objects, type Answer, type TestClient, type TestHouse } from '../support/house.ts'
import { makeTenant, sendTo, type OtherTenant } from './hostile.ts'

const text = (answer: { json: Answer['json'] }, name: string): string => String(member(answer.json, name))

/** What `makeTwoTenants` makes. */
export type TwoTenants = Awaited<ReturnType<typeof makeTwoTenants>>

/** Makes the attacker's tenant and the victim's, each with a client, a connection and a user. */
export async function makeTwoTenants(house: TestHouse) {
  let my_client: TestClient = { client_id: '', client_secret: '' }
  const known = {
    client: { client_id: '', client_secret: '' } satisfies TestClient,
    connection_id: '',
    user_id: '',
    refresh_token: '',
    access_token: '',
    ticket: '',
    sealed: '',
    ids: {} as Record<string, string>,
  }
  const password = 'Right-one-1'
  const grants = ['password', 'http://auth0.com/oauth/grant-type/password-realm', 'refresh_token', 'client_credentials']

  const makeClient = async (tenant: OtherTenant): Promise<TestClient> => {
    const made = await tenant.must('POST', 'clients', {
      name: 'application',
      app_type: 'regular_web',
      grant_types: grants,
      token_endpoint_auth_method: 'client_secret_post',
    })
    return { client_id: String(member(made, 'client_id')), client_secret: String(member(made, 'client_secret')) }
  }
  const token = (tenant: OtherTenant, body: JsonObject): Promise<Answer> =>
    sendTo(house, { path: '/oauth/token', host: tenant.host, body })
  const login = (tenant: OtherTenant, client: TestClient, username: string, more: JsonObject = {}): Promise<Answer> =>
    token(tenant, {
      grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
      ...client,
      realm: 'people',
      username,
      password,
      scope: 'openid offline_access',
      ...more,
    })

  const mine = await makeTenant(house, 'mine', 'mine.example')
  const victim = await makeTenant(house, 'victim', 'victim.example')
  for (const tenant of [mine, victim]) {
    const client = await makeClient(tenant)
    const connection = await tenant.must('POST', 'connections', {
      name: 'people',
      strategy: 'auth0',
      enabled_clients: [client.client_id],
      options: { configuration: { SECRET: `secret of ${tenant.host}` } },
    })
    const user = await tenant.must('POST', 'users', {
      connection: 'people',
      email: `ada@${tenant.host}`,
      password,
      user_id: `ada-${tenant.host}`,
    })
    if (tenant === mine) {
      my_client = client
      continue
    }
    known.client = client
    known.connection_id = String(member(connection, 'id'))
    known.sealed = String(member(member(member(connection, 'options'), 'configuration'), 'SECRET'))
    known.user_id = String(member(user, 'user_id'))
  }
  const logged_in = await login(victim, known.client, 'ada@victim.example')
  known.refresh_token = text(logged_in, 'refresh_token')
  known.access_token = text(logged_in, 'access_token')
  await sendTo(house, {
    path: '/dbconnections/change_password',
    host: victim.host,
    body: { client_id: known.client.client_id, connection: 'people', email: 'ada@victim.example' },
  })
  await house.house.background.drained()
  const mails = objects(await victim.must('GET', 'outbox'))
  known.ticket = mails.map((mail) => /ticket=([A-Za-z0-9]{32})/.exec(String(mail['text']))?.[1]).find(Boolean) ?? ''
  const first = async (path: string, list?: string): Promise<JsonObject> =>
    objects(await victim.must('GET', path), list)[0] ?? {}
  known.ids = {
    [`users/${encodeURIComponent(known.user_id)}`]: known.user_id,
    [`users/${encodeURIComponent(known.user_id)}/logs`]: '',
    [`connections/${known.connection_id}`]: known.connection_id,
    [`connections/${known.connection_id}/clients`]: known.connection_id,
    [`connections/${known.connection_id}/script-logs`]: '',
    [`clients/${known.client.client_id}`]: known.client.client_id,
    [`clients/${known.client.client_id}/connections`]: '',
    [`logs/${String((await first('logs'))['log_id'])}`]: '',
    [`client-grants/${String((await first('client-grants'))['id'])}`]: '',
    [`resource-servers/${String((await first('resource-servers'))['id'])}`]: '',
    [`outbox/${String((await first('outbox'))['id'])}`]: '',
    [`migrations/${known.connection_id}`]: '',
    [`migrations/${known.connection_id}/records`]: '',
  }
  return { mine, victim, known, my_client, password, grants, makeClient, token, login }
}
