/**
 * Users: who a user is, how they are found, changed and shown. It knows no scripts, no ledger and no tokens.
 */
import { isFilled, type Filled } from '../base/filled.ts'
import type { JsonObject } from '../base/json.ts'
import { readJson } from '../store/json-column.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { Db, UsersTable } from '../store/tables.ts'

/** How a user is known in a connection. */
export type Identity = { connection_id: string; identity_user_id: string; strategy: string }

/** What is said of a person, whoever says it: a script, an administrator, or the person. */
export type UserProfile = {
  email: string | null
  email_verified: boolean
  username: string | null
  phone_number: string | null
  phone_verified: boolean
  name: string | null
  nickname: string | null
  given_name: string | null
  family_name: string | null
  picture: string | null
  blocked: boolean
  user_metadata: JsonObject
  app_metadata: JsonObject
  /** Further root attributes that a script gave. */
  extra: JsonObject
}

/** A user, with the identities that make them up, the primary one first. */
export type User = UserProfile & {
  tenant_id: string
  /** `auth0|<bare id>`. */
  user_id: string
  connection_id: string
  created_at: number
  updated_at: number
  last_login: number | null
  last_ip: string | null
  logins_count: number
  last_password_reset: number | null
  identities: Identity[]
}

/** The user in this row, with these identities. */
export function userFromRow(row: UsersTable, identities: Identity[]): User {
  return {
    tenant_id: row.tenant_id,
    user_id: row.user_id,
    connection_id: row.connection_id,
    email: row.email,
    email_verified: row.email_verified === 1,
    username: row.username,
    phone_number: row.phone_number,
    phone_verified: row.phone_verified === 1,
    name: row.name,
    nickname: row.nickname,
    given_name: row.given_name,
    family_name: row.family_name,
    picture: row.picture,
    blocked: row.blocked === 1,
    user_metadata: readJson<JsonObject>(row.user_metadata),
    app_metadata: readJson<JsonObject>(row.app_metadata),
    extra: readJson<JsonObject>(row.extra),
    created_at: row.created_at,
    updated_at: row.updated_at,
    last_login: row.last_login,
    last_ip: row.last_ip,
    logins_count: row.logins_count,
    last_password_reset: row.last_password_reset,
    identities,
  }
}

/** The bare id of a root id: `auth0|7` → `7`. */
export function bareId(user_id: string): string {
  return user_id.startsWith('auth0|') ? user_id.slice('auth0|'.length) : user_id
}

/** A row of a user with one of the identities; a user with several has as many rows. */
export type UserIdentityRow = UsersTable & {
  identity_connection_id: string | null
  identity_user_id: string | null
  identity_strategy: string | null
}

/** Selects users with their identities, the oldest identity first; the caller says which users of `tenant_id`. */
export function selectUsers(db: Db, tenant_id: string) {
  return db
    .selectFrom('users')
    .leftJoin('identities as identity', (join) =>
      join.onRef('identity.tenant_id', '=', 'users.tenant_id').onRef('identity.user_id', '=', 'users.user_id'),
    )
    .selectAll('users')
    .select([
      'identity.connection_id as identity_connection_id',
      'identity.identity_user_id',
      'identity.strategy as identity_strategy',
    ])
    .where('users.tenant_id', '=', tenant_id)
    .orderBy('identity.created_at')
}

/** The one user whom these rows are of. */
export function userFromRows(rows: Filled<UserIdentityRow>): User {
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

/** The user with this root id, or undefined. */
export async function userById(db: Db, tenant_id: string, user_id: string): Promise<User | undefined> {
  const { rows } = await readUser(db, { tenant_id, user_id })
  return isFilled(rows) ? userFromRows(rows) : undefined
}

/** Users from their rows, their identities read in one query. Order is kept. */
export async function withIdentities(db: Db, tenant_id: string, rows: UsersTable[]): Promise<User[]> {
  if (rows.length === 0) return []
  const identities = await db
    .selectFrom('identities')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where(
      'user_id',
      'in',
      rows.map((row) => row.user_id),
    )
    .orderBy('created_at')
    .execute()
  const byUser = Map.groupBy(identities, (identity) => identity.user_id)
  return rows.map((row) => {
    const own = byUser.get(row.user_id) ?? []
    return userFromRow(
      row,
      own.map(({ connection_id, identity_user_id, strategy }) => ({ connection_id, identity_user_id, strategy })),
    )
  })
}
