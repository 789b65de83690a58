import { isJsonObject, type JsonObject } from '../base/json.ts'
import type { Client } from '../clients/client.ts'
import type { Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Caller } from '../logs/record-event.ts'
import { requestReset } from '../login/request-reset.ts'
import { signUp } from '../login/sign-up.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { bareId, type User } from '../users/user.ts'
import { optionalText, requiredText, type Fields } from './fields.ts'
import type { DoorParts } from './oauth-parts.ts'

/** A request about somebody on a database connection, from a client that shows no secret. */
export type DatabaseCall = { tenant: Tenant; fields: Fields; caller: Caller }

const credential_max = 1_048_576
const name_max = 300

async function clientAndConnection(
  parts: DoorParts,
  { tenant, fields }: DatabaseCall,
): Promise<{ client: Client; connection: Connection }> {
  const client_id = requiredText(fields, 'client_id', 256)
  const name = requiredText(fields, 'connection', 128)
  const client = await parts.lookups.client(tenant.tenant_id, client_id)
  const found = client && (await parts.lookups.connection(tenant.tenant_id, name, client.client_id))
  if (!client || !found?.is_enabled) throw new Refusal('unknown_connection')
  return { client, connection: found.connection }
}

// Auth0's bounds on what anybody may write into a profile: 10 texts, names up to 100 and values up to 500 characters.
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
 * Signs somebody up, and shows them as Auth0 does: `_id` is the bare id.
 *
 * @throws {Refusal} what the sign-up refuses. That a user exists is told only where the tenant wants it told.
 */
export async function answerSignUp(parts: DoorParts, call: DatabaseCall): Promise<Record<string, unknown>> {
  const { tenant, fields, caller } = call
  const profile = Object.fromEntries(
    ['username', 'phone_number', 'given_name', 'family_name', 'name', 'nickname', 'picture'].flatMap((name) => {
      const value = optionalText(fields, name, name === 'picture' ? 2000 : name_max)
      return value === undefined ? [] : [[name, value]]
    }),
  )
  const user_metadata = metadataOf(fields)
  const email = requiredText(fields, 'email', credential_max)
  const password = requiredText(fields, 'password', credential_max)
  const { client, connection } = await clientAndConnection(parts, call)
  try {
    const user = await signUp(parts, {
      ...profile,
      ...(user_metadata === undefined ? {} : { user_metadata }),
      tenant,
      connection,
      client,
      email,
      password,
      caller,
    })
    return shown(user)
  } catch (error) {
    const told =
      isJsonObject(tenant.settings['flags']) && tenant.settings['flags']['enable_public_signup_user_exists_error']
    if (error instanceof Refusal && error.code === 'signup_user_exists' && told !== true) {
      throw new Refusal('invalid_signup')
    }
    throw error
  }
}

function shown(user: User): Record<string, unknown> {
  const { email, email_verified, username, phone_number, phone_verified, user_metadata } = user
  const { given_name, family_name, name, nickname, picture } = user
  const maybe = { username, phone_number, given_name, family_name, name, nickname, picture }
  return {
    _id: bareId(user.user_id),
    email,
    email_verified,
    ...Object.fromEntries(Object.entries(maybe).filter(([, value]) => value !== null)),
    ...(phone_number === null ? {} : { phone_verified }),
    ...(Object.keys(user_metadata).length === 0 ? {} : { user_metadata }),
  }
}

/** What whoever asks for a new password is told, whether there is such a user or not. */
export const reset_answer = "We've just sent you an email to reset your password."

/**
 * Takes a request for a new password; what comes of it goes on after the answer.
 *
 * @throws {Refusal} what the connection says of everybody alike
 */
export async function answerChangePassword(parts: DoorParts, call: DatabaseCall): Promise<string> {
  const { tenant, fields, caller } = call
  const identifier =
    optionalText(fields, 'email', credential_max) ??
    optionalText(fields, 'username', credential_max) ??
    requiredText(fields, fields['phone_number'] === undefined ? 'email' : 'phone_number', credential_max)
  const { client, connection } = await clientAndConnection(parts, call)
  requestReset(parts, { tenant, connection, client, identifier, caller })
  return reset_answer
}
