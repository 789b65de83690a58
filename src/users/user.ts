/**
 * Users: their attributes, identities, identifiers and credentials; how a user is created, found, searched, changed and
 * shown. It knows no scripts, no ledger and no endpoints.
 */
import { isNonEmpty, type NonEmpty } from '../base/non-empty.ts'
import type { JsonObject } from '../base/json.ts'
import { readJson } from '../store/json-column.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { Db, UsersTable } from '../store/tables.ts'
import { readAttributes } from './user-attributes.ts'
import type { UserAttributes, UserProfile } from './user-columns.ts'

/** The identity of a user in a connection. `identity_user_id` is the bare id. */
export type Identity = { connection_id: string; identity_user_id: string; strategy: string }

/** A user with the identities: the main one, then those that were linked to it, the oldest first. */
export type User = UserAttributes &
  Pick<UserProfile, 'extra'> & {
    tenant_id: string
    /** The connection of the main identity. */
    connection_id: string
    identities: Identity[]
  }

/** Whether the user may not log in: blocked here, or by the legacy store at the last login in legacy mode. */
export function isBlocked({ blocked, legacy_blocked }: Pick<User, 'blocked' | 'legacy_blocked'>): boolean {
  return blocked || legacy_blocked
}

/** The root id of an identity: that of its user, unless it was linked to another one. */
export const rootId = ({ identity_user_id }: Pick<Identity, 'identity_user_id'>): string => `auth0|${identity_user_id}`

/** The columns of a row from which a user is built, shown and sorted. */
export type UserRow = Omit<UsersTable, 'email_domain' | 'second_factors'>

/** Builds a user from a row and the identities. */
export function userFromRow(row: UserRow, identities: Identity[]): User {
  const { tenant_id, connection_id, user_id } = row
  const isMain = (identity: Identity): boolean => rootId(identity) === user_id
  return {
    tenant_id,
    connection_id,
    ...readAttributes(row),
    extra: readJson<JsonObject>(row.extra),
    identities:
      identities.length < 2
        ? identities
        : [...identities.filter(isMain), ...identities.filter((identity) => !isMain(identity))],
  }
}

/** The bare id of a root id: `auth0|7` → `7`. */
export function bareId(user_id: string): string {
  return user_id.startsWith('auth0|') ? user_id.slice('auth0|'.length) : user_id
}

/** What a user is called in logs and on pages: the e-mail address, else the username, the phone number or the id. */
export function shownName({ email, username, phone_number, user_id }: User): string {
  return email ?? username ?? phone_number ?? user_id
}

/** A row of a user joined with one identity: there are as many rows as identities. */
export type UserIdentityRow = UsersTable & {
  identity_connection_id: string | null
  identity_user_id: string | null
  identity_strategy: string | null
}

/** The columns of a joined identity in `UserIdentityRow`. */
export const identity_columns = [
  'identity.connection_id as identity_connection_id',
  'identity.identity_user_id',
  'identity.strategy as identity_strategy',
] as const

/** Selects users of a tenant with their identities, the oldest identity first; the caller adds the condition. Linked users are none. */
function selectUsers(db: Db, tenant_id: string) {
  return db
    .selectFrom('users')
    .leftJoin('identities as identity', (join) =>
      join.onRef('identity.tenant_id', '=', 'users.tenant_id').onRef('identity.user_id', '=', 'users.user_id'),
    )
    .selectAll('users')
    .select([...identity_columns])
    .where('users.tenant_id', '=', tenant_id)
    .where('users.linked_to', 'is', null)
    .orderBy('identity.created_at')
}

/** Builds a user from the rows that a user's identities are joined to. */
export function userFromRows(rows: NonEmpty<UserIdentityRow>): User {
  const identities = rows.flatMap(({ identity_connection_id, identity_user_id, identity_strategy }) =>
    identity_connection_id === null || identity_user_id === null || identity_strategy === null
      ? []
      : [{ connection_id: identity_connection_id, identity_user_id, strategy: identity_strategy }],
  )
  return userFromRow(rows[0], identities)
}

const readUser = prepareQuery((db, { tenant_id, user_id }: { tenant_id: string; user_id: string }) =>
  selectUsers(db, tenant_id).where('users.user_id', '=', user_id),
)

/** The user with this root id, or undefined; also for the id of a user who was linked to another one. */
export async function userById(db: Db, tenant_id: string, user_id: string): Promise<User | undefined> {
  const { rows } = await readUser(db, { tenant_id, user_id })
  return isNonEmpty(rows) ? userFromRows(rows) : undefined
}

/**
 * The profile of the identity with this root id, with this identity only: the user's own, or one that was linked to another user. Undefined
 * for an id that is unknown.
 */
export async function profileById(
  db: Db,
  tenant_id: string,
  user_id: string,
): Promise<(User & { linked_to: string | null }) | undefined> {
  const row = await db
    .selectFrom('users')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .executeTakeFirst()
  if (!row) return undefined
  const identities = await db
    .selectFrom('identities')
    .select(['connection_id', 'identity_user_id', 'strategy'])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', row.connection_id)
    .where('identity_user_id', '=', bareId(user_id))
    .execute()
  return { ...userFromRow(row, identities), linked_to: row.linked_to }
}

/** The user to whom the identity with this root id belongs: itself, or the one to whom it was linked. Undefined for an id that is unknown. */
export async function ownerOf(db: Db, tenant_id: string, user_id: string): Promise<User | undefined> {
  const row = await db
    .selectFrom('users')
    .select('linked_to')
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .executeTakeFirst()
  return row && (await userById(db, tenant_id, row.linked_to ?? user_id))
}

/** The identities of users by the user's id, the oldest first, in one query. */
export async function identitiesOf(
  db: Db,
  tenant_id: string,
  users: readonly { user_id: string }[],
): Promise<ReadonlyMap<string, Identity[]>> {
  if (users.length === 0) return new Map()
  const rows = await db
    .selectFrom('identities')
    .select(['user_id', 'connection_id', 'identity_user_id', 'strategy'])
    .where('tenant_id', '=', tenant_id)
    .where(
      'user_id',
      'in',
      users.map(({ user_id }) => user_id),
    )
    .orderBy('created_at')
    .execute()
  const identities = new Map<string, Identity[]>()
  for (const { user_id, ...identity } of rows) identities.set(user_id, [...(identities.get(user_id) ?? []), identity])
  return identities
}
