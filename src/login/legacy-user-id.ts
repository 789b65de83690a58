import type { Connection } from '../connections/connection.ts'
import type { User } from '../users/user.ts'

/** The id of a user in the legacy store, as its scripts return it: without `auth0|` and without the namespace of the connection. */
export function legacyUserId({ connection_id, options }: Connection, user: User): string {
  const identity = user.identities.find((each) => each.connection_id === connection_id)
  if (!identity) throw new Error(`${user.user_id} has no identity in ${connection_id}`)
  const { identity_user_id } = identity
  const prefix = options.id_namespace === undefined ? '' : `${options.id_namespace}|`
  return identity_user_id.startsWith(prefix) ? identity_user_id.slice(prefix.length) : identity_user_id
}
