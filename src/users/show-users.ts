import type { User as ShownUser } from '../contract/user.ts'
import { User as UserSchema } from '../contract/user.ts'
import type { Db } from '../store/tables.ts'
import { bareId, type User } from './user.ts'

const known = new Set(Object.keys(UserSchema.properties))

const moment = (at_ms: number): string => new Date(at_ms).toISOString()

type Absent<T> = { [Name in keyof T]?: Exclude<T[Name], null> }

/** Leaves out what is null: absent is how the API says unset. */
function present<T extends Record<string, unknown>>(members: T): Absent<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)) as Absent<T>
}

function showUser(user: User, connections: ReadonlyMap<string, string>): ShownUser {
  const extra = Object.fromEntries(Object.entries(user.extra).filter(([name]) => !known.has(name)))
  return {
    ...extra,
    user_id: user.user_id,
    ...present({
      email: user.email,
      username: user.username,
      phone_number: user.phone_number,
      name: user.name,
      nickname: user.nickname,
      given_name: user.given_name,
      family_name: user.family_name,
      picture: user.picture,
      last_ip: user.last_ip,
      last_login: user.last_login === null ? null : moment(user.last_login),
      last_password_reset: user.last_password_reset === null ? null : moment(user.last_password_reset),
    }),
    ...(user.email === null ? {} : { email_verified: user.email_verified }),
    ...(user.phone_number === null ? {} : { phone_verified: user.phone_verified }),
    blocked: user.blocked,
    ...(Object.keys(user.user_metadata).length === 0 ? {} : { user_metadata: user.user_metadata }),
    ...(Object.keys(user.app_metadata).length === 0 ? {} : { app_metadata: user.app_metadata }),
    identities: user.identities.map((identity) => ({
      connection: connections.get(identity.connection_id) ?? '',
      user_id: bareId(identity.identity_user_id),
      provider: identity.strategy,
      isSocial: false,
    })),
    logins_count: user.logins_count,
    created_at: moment(user.created_at),
    updated_at: moment(user.updated_at),
  }
}

/** Users as the API shows them: never a password hash, and nothing that a script gave in the place of what is ours. */
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
