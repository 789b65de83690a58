import type { JsonObject, JsonValue } from '../base/json.ts'
import type { ScriptName } from '../contract/action-scripts.ts'
import type { Connection } from './connection.ts'

/** The type of an identifier, by Auth0's names of attributes. */
export type IdentifierType = 'email' | 'phone_number' | 'username'

/** Reads an identifier as it was typed. A phone number is one in the international form (E.164), which may be grouped. */
export function identifierType(typed: string): IdentifierType {
  if (typed.includes('@')) return 'email'
  return /^\+[1-9]\d{1,14}$/.test(typed.replace(/[\s().-]/g, '')) ? 'phone_number' : 'username'
}

// The scripts whose first argument is the typed identifier.
const by_identifier = new Set<ScriptName>(['login', 'get_user'])

/**
 * The `context` argument of a call, where `options.enable_script_context` asks for one: the connection, and for `login` and
 * `get_user` the type of the identifier. It is empty for `delete`.
 */
export function scriptContext(connection: Connection, script: ScriptName, args: readonly JsonValue[]): JsonObject {
  if (script === 'delete') return {}
  const [typed] = args
  return {
    connection: { id: connection.connection_id, name: connection.name },
    ...(by_identifier.has(script) && typeof typed === 'string' ? { identifierType: identifierType(typed) } : {}),
  }
}
