import { isoTime } from '../base/time.ts'
import { defined } from '../base/defined.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import { showUser, showUsers } from '../users/show-users.ts'
import type { Db } from '../store/tables.ts'
import type { PostLoginInput } from './post-login.ts'

const objectOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {})

/** The `user` of a rule: the profile as the Management API shows it. */
export async function ruleUser(db: Db, { tenant, user, connection }: PostLoginInput): Promise<JsonObject> {
  const { connection_id, name } = connection
  // A user of this connection only, as almost all are, costs no query.
  const [identity, ...linked] = user.identities
  const is_of_one = linked.length === 0 && identity?.connection_id === connection_id
  const [shown] = is_of_one
    ? [showUser(user, new Map([[connection_id, name]]))]
    : await showUsers(db, tenant.tenant_id, [user])
  return shown as unknown as JsonObject
}

/** The `context` of a rule, with Auth0's names. A member without a value here is empty or absent. */
export function ruleContext(input: PostLoginInput, now: number): JsonObject {
  const { tenant, client, connection, caller, grant, is_resumed, logins_count } = input
  const { protocol, scope, audience, query, body, authenticated_at, session_id } = grant
  const method: JsonValue = { name: 'pwd', timestamp: isoTime(authenticated_at ?? now) }
  return {
    tenant: tenant.name,
    clientID: client.client_id,
    clientName: client.name,
    clientMetadata: objectOf(client.data['client_metadata']),
    connectionID: connection.connection_id,
    connection: connection.name,
    connectionStrategy: connection.strategy,
    connectionOptions: {},
    connectionMetadata: objectOf(connection.data['metadata']),
    samlConfiguration: {},
    jwtConfiguration: {},
    protocol: is_resumed ? 'redirect-callback' : protocol,
    stats: { loginsCount: logins_count },
    sso: { with_auth0: false, with_dbconn: false, current_clients: [] },
    accessToken: { scope: [...scope] },
    idToken: {},
    request: {
      userAgent: caller.user_agent,
      ip: caller.ip,
      hostname: caller.hostname,
      query: { ...query },
      body: { ...body },
      geoip: {},
    },
    authentication: { methods: [method] },
    authorization: { roles: [] },
    ...defined({ sessionID: session_id, audience }),
  }
}
