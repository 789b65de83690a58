import { defined } from '../base/defined.ts'
import type { UserIdentity } from '../contract/identity.ts'
import type { User as ShownUser } from '../contract/user.ts'
import type { Db } from '../store/tables.ts'
import { withPicture } from './default-picture.ts'
import { readAttributes, showAttributes } from './user-attributes.ts'
import { contract_members, documentsOf, readRows } from './user-rows.ts'
import { bareId, rootId, type User } from './user.ts'

type ProfileData = NonNullable<UserIdentity['profileData']>

/**
 * A user as the API returns one. `connections`: the names of the user's connections by their ids; `profiles`: the profiles of linked
 * identities by their root ids.
 */
export function showUser(
  user: User,
  connections: ReadonlyMap<string, string>,
  profiles: ReadonlyMap<string, ProfileData> = new Map(),
): ShownUser {
  const extra = Object.fromEntries(Object.entries(user.extra).filter(([name]) => !contract_members.has(name)))
  return {
    ...extra,
    ...showAttributes(withPicture(user)),
    identities: user.identities.map((identity) => ({
      connection: connections.get(identity.connection_id) ?? '',
      user_id: bareId(identity.identity_user_id),
      provider: identity.strategy,
      isSocial: false,
      ...defined({ profileData: profiles.get(rootId(identity)) }),
    })),
  }
}

const profile_data = [
  'email',
  'email_verified',
  'username',
  'phone_number',
  'phone_verified',
  'name',
  'nickname',
  'given_name',
  'family_name',
  'picture',
] as const

/** The profiles of the identities that were linked to users, by their root ids. Most users have none, which costs no query. */
async function linkedProfiles(
  db: Db,
  tenant_id: string,
  users: readonly User[],
): Promise<ReadonlyMap<string, ProfileData>> {
  const ids = users.flatMap((user) => user.identities.map(rootId).filter((id) => id !== user.user_id))
  if (ids.length === 0) return new Map()
  const query = db.selectFrom('users').where('users.tenant_id', '=', tenant_id).where('users.user_id', 'in', ids)
  const rows = await readRows(query, documentsOf(profile_data))
  return new Map(
    rows.map((row) => {
      const shown = showAttributes(readAttributes(row))
      return [
        row.user_id,
        Object.fromEntries(profile_data.map((name) => [name, shown[name]]).filter(([, value]) => value !== undefined)),
      ]
    }),
  )
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
  const profiles = await linkedProfiles(db, tenant_id, users)
  return users.map((user) => showUser(user, names, profiles))
}
