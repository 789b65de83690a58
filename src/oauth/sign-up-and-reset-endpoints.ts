import { defined } from '../base/defined.ts'
import type { Language } from '../base/message.ts'
import { isJsonObject, type JsonObject } from '../base/json.ts'
import type { ClientCache } from '../clients/client-cache.ts'
import type { Client } from '../clients/client.ts'
import type { ConnectionCache } from '../connections/connection-cache.ts'
import type { Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Caller } from '../logs/record-event.ts'
import { requestReset, type RequestResetDeps } from '../login/request-reset.ts'
import { signUp, type SignUpDeps } from '../login/sign-up.ts'
import { contactText } from '../pages/contact-text.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { showAttributes } from '../users/user-attributes.ts'
import { profile_texts } from '../users/user-columns.ts'
import { bareId, type User } from '../users/user.ts'
import { publicSignUpError } from './public-sign-up-error.ts'
import { credential_max, optionalText, requiredText, type Fields } from './request-fields.ts'

/** Dependencies of the sign-up and the password reset endpoint. */
export type DatabaseConnectionsDeps = SignUpDeps &
  RequestResetDeps & { clients: Pick<ClientCache, 'client'>; connections: ConnectionCache }

/** A request about a user of a database connection, from a client that sends no secret. */
export type DatabaseCall = { tenant: Tenant; fields: Fields; language: Language; caller: Caller }

const attribute_max = 300

/** The connection that a request names, and its client. As at Auth0, `client_id` may be left out: names are unique in a tenant. */
async function clientAndConnection(
  deps: Pick<DatabaseConnectionsDeps, 'clients' | 'connections'>,
  { tenant, fields }: DatabaseCall,
): Promise<{ client?: Client; connection: Connection }> {
  const client_id = optionalText(fields, 'client_id', 256)
  const name = requiredText(fields, 'connection', 128)
  if (client_id === undefined) {
    const found = await deps.connections.forAnyClient(tenant.tenant_id, name)
    if (!found?.is_enabled) throw new Refusal('unknown_connection')
    return { connection: found.connection }
  }
  const client = await deps.clients.client(tenant.tenant_id, client_id)
  const found = client && (await deps.connections.forClient(tenant.tenant_id, name, client.client_id))
  if (!client || !found?.is_enabled) throw new Refusal('unknown_connection')
  return { client, connection: found.connection }
}

// Auth0's limits on user_metadata at sign-up: 10 strings, names of at most 100 and values of at most 500 characters.
function metadataOf(fields: Fields): JsonObject | undefined {
  const value = fields['user_metadata']
  if (value === undefined || value === null) return undefined
  const entries = isJsonObject(value) ? Object.entries(value) : undefined
  const texts = entries?.map(([key]) => [key, optionalText(value as Fields, key, 500) ?? ''] as const)
  if (!texts || texts.length > 10 || texts.some(([key]) => key.length > 100 || key.includes('\u0000'))) {
    throw new Refusal('invalid_request', {
      message:
        'user_metadata must hold at most 10 strings, with names of at most 100 and values of at most 500 characters.',
    })
  }
  return Object.fromEntries(texts)
}

/**
 * Signs up a user and returns the user as Auth0 does: `_id` is the id without its prefix.
 *
 * @throws {Refusal} the refusals of `signUp`, with `invalid_signup` in place of `signup_user_exists` unless the tenant's flag
 *   `enable_public_signup_user_exists_error` is set
 */
export async function answerSignUp(
  deps: DatabaseConnectionsDeps,
  call: DatabaseCall,
): Promise<Record<string, unknown>> {
  const { tenant, fields, language, caller } = call
  const profile = Object.fromEntries(
    profile_texts.flatMap((name) => {
      const max = name === 'picture' ? 2000 : name === 'email' ? credential_max : attribute_max
      const value = optionalText(fields, name, max)
      return value === undefined ? [] : [[name, value]]
    }),
  )
  const user_metadata = metadataOf(fields)
  if (!(['email', 'username', 'phone_number'] as const).some((name) => name in profile)) {
    requiredText(fields, 'email', credential_max)
  }
  const password = requiredText(fields, 'password', credential_max)
  const { client, connection } = await clientAndConnection(deps, call)
  try {
    const user = await signUp(deps, {
      ...profile,
      ...defined({ user_metadata, client }),
      tenant,
      connection,
      password,
      language,
      caller,
    })
    return showSignedUp(user)
  } catch (error) {
    throw publicSignUpError(tenant, error)
  }
}

const shown_names = new Set<string>([...profile_texts, 'email_verified', 'phone_verified', 'user_metadata'])

function showSignedUp(user: User): Record<string, unknown> {
  const members = Object.entries(showAttributes(user)).filter(([name]) => shown_names.has(name))
  return { _id: bareId(user.user_id), ...Object.fromEntries(members) }
}

/**
 * The response to every request for a new password, whether the user exists or not. Where the migration of the connection is being finished,
 * what to do when no message comes follows it, for all.
 */
const reset_answer = "We've just sent you an email to reset your password."

/**
 * Accepts a request for a new password. The user is looked up after the response.
 *
 * @throws {Refusal} a refusal that does not depend on the user
 */
export async function answerChangePassword(deps: DatabaseConnectionsDeps, call: DatabaseCall): Promise<string> {
  const { tenant, fields, language, caller } = call
  const identifier =
    optionalText(fields, 'email', credential_max) ??
    optionalText(fields, 'username', credential_max) ??
    requiredText(fields, fields['phone_number'] === undefined ? 'email' : 'phone_number', credential_max)
  const { client, connection } = await clientAndConnection(deps, call)
  requestReset(deps, { ...defined({ client }), tenant, connection, identifier, language, caller })
  return connection.finish_step === null ? reset_answer : `${reset_answer} ${contactText(tenant, language)}`
}
