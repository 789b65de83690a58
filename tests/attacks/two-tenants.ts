// Two tenants of one server: the attacker has the management client of one and knows ids and tokens of the other.
import type { JsonObject } from '../../src/base/json.ts'
import { createOtherTenant, type OtherTenant } from '../support/other-tenant.ts'
import { objects, ticketIn, type Answer, type TestClient } from '../support/requests.ts'
import type { TestServer } from '../support/test-server.ts'

/** The password of the users. */
export const password = 'Right-one-1'

/** A tenant with a client, and a user `ada@<host>` in the connection `people`. */
type Prepared = { tenant: OtherTenant; client: TestClient; connection: JsonObject; user_id: string }

/** What `createTwoTenants` created. */
export type TwoTenants = Awaited<ReturnType<typeof createTwoTenants>>

async function prepare(server: TestServer, name: string): Promise<Prepared> {
  const tenant = await createOtherTenant(server, name, `${name}.example`)
  const client = await tenant.createClient()
  const connection = await tenant.must('POST', 'connections', {
    name: 'people',
    strategy: 'auth0',
    enabled_clients: [client.client_id],
    options: { configuration: { SECRET: `secret of ${tenant.host}` } },
  })
  const user = { email: `ada@${tenant.host}`, password, user_id: `ada-${tenant.host}` }
  return { tenant, client, connection, user_id: await tenant.createUser('people', user) }
}

/** Logs in to the connection `people` of a tenant and asks for a refresh token. */
export function logIn(tenant: OtherTenant, client: TestClient, username: string, typed = password): Promise<Answer> {
  return tenant.login(client, 'people', username, typed, { scope: 'openid offline_access' })
}

/** Creates the attacker's tenant and the victim's. `known` is what the attacker knows of the victim's tenant. */
export async function createTwoTenants(server: TestServer) {
  const mine = await prepare(server, 'mine')
  const { tenant: victim, client, connection, user_id } = await prepare(server, 'victim')
  const { json: tokens } = await logIn(victim, client, 'ada@victim.example')
  const reset = { client_id: client.client_id, connection: 'people', email: 'ada@victim.example' }
  await victim.post('/dbconnections/change_password', reset)
  await server.settle()
  const mails = (await victim.outbox()).filter((mail) => String(mail['text']).includes('reset-verify'))
  const connection_id = String(connection['id'])
  const known = {
    client,
    connection_id,
    user_id,
    refresh_token: String(tokens.refresh_token),
    access_token: String(tokens.access_token),
    ticket: ticketIn(mails[0]?.['text']),
    sealed: sealedSecret(connection),
    paths: await pathsOf(victim, client, connection_id, user_id),
  }
  return { mine: mine.tenant, victim, known, my_client: mine.client }
}

function sealedSecret(connection: JsonObject): string {
  const { configuration } = connection['options'] as { configuration: { SECRET: string } }
  return configuration.SECRET
}

/** A path of every kind of object of the tenant. */
async function pathsOf(
  tenant: OtherTenant,
  { client_id }: TestClient,
  connection_id: string,
  user_id: string,
): Promise<string[]> {
  const first = async (path: string): Promise<JsonObject> => objects(await tenant.must('GET', path))[0] ?? {}
  return [
    `users/${encodeURIComponent(user_id)}`,
    `users/${encodeURIComponent(user_id)}/logs`,
    `connections/${connection_id}`,
    `connections/${connection_id}/clients`,
    `connections/${connection_id}/script-logs`,
    `clients/${client_id}`,
    `clients/${client_id}/connections`,
    `logs/${String((await first('logs'))['log_id'])}`,
    `client-grants/${String((await first('client-grants'))['id'])}`,
    `resource-servers/${String((await first('resource-servers'))['id'])}`,
    `outbox/${String((await first('outbox'))['id'])}`,
    `migrations/${connection_id}`,
    `migrations/${connection_id}/records`,
  ]
}
