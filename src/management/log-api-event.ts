import { defined } from '../base/defined.ts'
import type { Clock } from '../base/clock.ts'
import { isSecretName } from '../base/is-secret-name.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import type { Route } from '../contract/route.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import type { Db } from '../store/tables.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { BearerToken } from './authorize-route.ts'

const mask = '*****'
// The scope `read:logs` does not permit reading secrets and script sources. These names say by themselves nothing of a secret.
const secret_names =
  /^(arguments|source|script|code|encryption_key|custom_login_page|form_template|httpAuthorization|httpCustomHeaders|smtp_pass|accessKeyId|configuration|bareConfiguration|customScripts|known_user|addons|mobile|link_with)$/
// Settings of clients and connections that are named after secrets, and hold none.
const setting_names =
  /^(refresh_token|passwordPolicy|forgot_password_(text|url)|password_(policy|history|dictionary|no_personal_info|complexity_options|options|normalization|recipe))$/

const body_max = 8000

const isHidden = (name: string): boolean => secret_names.test(name) || (isSecretName(name) && !setting_names.test(name))

function masked(value: JsonValue, name: string, is_secret: boolean): JsonValue {
  const is_hidden = is_secret || isHidden(name)
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([member, member_value]) => [member, masked(member_value, member, is_hidden)]),
    )
  }
  if (Array.isArray(value)) return value.map((item) => masked(item, name, is_secret))
  // A flag tells no secret: whether passwords are verified here, or hashes exported.
  return value !== null && typeof value !== 'boolean' && is_hidden ? mask : value
}

/** A request's body with its secrets masked. Of a long body only the names of its members are kept. */
function maskBody(body: unknown, { tag }: Route): JsonValue {
  if (!isJsonObject(body) && !Array.isArray(body)) return null
  // The value that a rule reads may be any secret.
  const masked_body = masked(body as JsonValue, '', tag === 'rules-configs')
  if (JSON.stringify(masked_body).length <= body_max) return masked_body
  return { omitted: 'too long', members: isJsonObject(masked_body) ? Object.keys(masked_body).slice(0, 100) : [] }
}

/** A request that changed data. */
export type ApiWrite = {
  route: Route
  path: string
  tenant: Tenant
  token: BearerToken
  caller: Caller
  query: JsonObject
  body: unknown
  status: number
}

/** Writes the log event of a request that changed data. It contains no secrets. */
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
    ...(token.user_name === undefined ? {} : { user_id: token.sub, user_name: token.user_name }),
    caller,
    details: {
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
          credentials: { scopes: [...token.scopes].toSorted(), ...defined({ jti: token.jti }) },
        },
      },
      response: { statusCode: write.status },
    },
  })
}
