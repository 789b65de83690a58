import type { User as ShownUser } from '../contract/user.ts'
import { User as UserSchema } from '../contract/user.ts'
import type { Db } from '../store/tables.ts'
import { withPicture } from './default-picture.ts'
import { showAttributes } from './user-attributes.ts'
import { bareId, type User } from './user.ts'

const known = new Set(Object.keys(UserSchema.properties))

/** A user as the API returns one; `connections`: the names of the user's connections by their ids. */
export function showUser(user: User, connections: ReadonlyMap<string, string>): ShownUser {
  const extra = Object.fromEntries(Object.entries(user.extra).filter(([name]) => !known.has(name)))
  return {
    ...extra,
    ...showAttributes(withPicture(user)),
    identities: user.identities.map((identity) => ({
      connection: connections.get(identity.connection_id) ?? '',
      user_id: bareId(identity.identity_user_id),
      provider: identity.strategy,
      isSocial: false,
    })),
  }
}

/** The users as the API returns them: without password hashes. Attributes that a script returned never replace those of the contract. */
export async function showUsers(db: Db, tenant_id: string, users: User[]): Promise<ShownUser[]> {
  const ids = [...new Set(users.flatMap((user) => user.identities.map((identity) => identity.connection_id)))]
  if (ids.length === 0) return users.map((user) => showUser(user, new Map()))
  const rows = await db
    .selectFrom('connections')
    .select(['connection_id', 'name'])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', 'in', ids)
    .execute()
  const names = new Map(rows.map((row) => [row.connection_id, row.name]))
  return users.map((user) => showUser(user, names))
}
