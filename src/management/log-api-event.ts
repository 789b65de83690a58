import { defined } from '../base/defined.ts'
import type { Clock } from '../base/clock.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import type { Route } from '../contract/route.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import type { Db } from '../store/tables.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { BearerToken } from './authorize-route.ts'
import { maskSecrets } from './mask-secrets.ts'
import type { Change } from './observe-change.ts'

const body_max = 8000

/** A request's body with its secrets masked. Of a long body only the names of its members are kept. */
function maskBody(body: unknown, { tag }: Route): JsonValue {
  if (!isJsonObject(body) && !Array.isArray(body)) return null
  // The value that a rule reads may be any secret.
  const masked_body = maskSecrets(body as JsonValue, '', tag === 'rules-configs')
  if (JSON.stringify(masked_body).length <= body_max) return masked_body
  return { omitted: 'too long', members: isJsonObject(masked_body) ? Object.keys(masked_body).slice(0, 100) : [] }
}

/** A request that changed data. */
export type ApiWrite = {
  /** The name of the operation in the contract. */
  operation: string
  route: Route
  path: string
  tenant: Tenant
  token: BearerToken
  caller: Caller
  query: JsonObject
  body: unknown
  status: number
  /** The id of what the request created. */
  created_id: string | undefined
  /** The connection that the request was about. */
  connection_id: string | undefined
} & Change

// The scopes of an admin are those of the role.
const credentialsOf = ({ role, scopes, jti }: BearerToken): JsonObject => ({
  ...(role === undefined ? { scopes: [...scopes].toSorted() } : { role }),
  ...defined({ jti }),
})

/** The connection of a request as events name it. A deleted one is named by its id. */
async function connectionFacts(
  db: Db,
  { tenant, connection_id }: ApiWrite,
): Promise<{ connection_id?: string; connection?: string }> {
  if (connection_id === undefined) return {}
  const found = await db
    .selectFrom('connections')
    .select('name')
    .where('tenant_id', '=', tenant.tenant_id)
    .where('connection_id', '=', connection_id)
    .executeTakeFirst()
  return { connection_id, ...defined({ connection: found?.name }) }
}

/** Writes the log event of a request that changed data: who, what, and the members before and after. It contains no secrets. */
export async function logApiEvent(deps: { db: Db; clock: Clock }, write: ApiWrite): Promise<void> {
  const { route, tenant, token, caller } = write
  const client = await deps.db
    .selectFrom('clients')
    .select('name')
    .where('tenant_id', '=', tenant.tenant_id)
    .where('client_id', '=', token.client_id)
    .executeTakeFirst()
  await recordEvent(deps.db, tenant.tenant_id, deps.clock.now(), {
    type: 'sapi',
    description: route.summary,
    client_id: token.client_id,
    ...(client === undefined ? {} : { client_name: client.name }),
    ...(await connectionFacts(deps.db, write)),
    ...(token.user_name === undefined ? {} : { user_id: token.sub, user_name: token.user_name }),
    caller,
    details: {
      operation: write.operation,
      resource: route.tag,
      ...defined({ resource_name: write.resource_name, created_id: write.created_id, changes: write.changes }),
      request: {
        method: route.method.toLowerCase(),
        path: write.path,
        query: write.query,
        body: maskBody(write.body, route),
        userAgent: caller.user_agent,
        channel: 'api',
        ip: caller.ip,
        auth: {
          user: token.sub,
          strategy: 'jwt',
          credentials: credentialsOf(token),
        },
      },
      response: { statusCode: write.status },
    },
  })
}
