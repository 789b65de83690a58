import { addToCounter } from '../store/connection-counters.ts'
import { insertRows } from '../store/insert-rows.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { IdentitiesTable, Transaction, UserIdentifiersTable, UsersTable } from '../store/tables.ts'
import { insertLeaves } from './metadata/metadata-leaves.ts'
import { writeProfile } from './user-attributes.ts'
import type { UserProfile } from './user-columns.ts'
import { userFromRow, type User } from './user.ts'
import { credentialRow, insertCredential, type NewCredential } from './write-credential.ts'

/** An identifier that a user logs in with, in canonical form. */
export type UserIdentifier = { kind: 'email' | 'username' | 'phone_number'; value: string }

/** How a user came into this store. */
export type Arrival = NewCredential['set_through'] | 'legacy_mode'

/** Input for creating a user: the identity's bare id becomes the root id `auth0|<bare id>`. */
export type UserToInsert = UserProfile & {
  tenant_id: string
  connection_id: string
  strategy: string
  identity_user_id: string
  at: number
  /** Whether the legacy store blocks the user; default false. */
  legacy_blocked?: boolean
  last_password_reset: number | null
  identifiers: UserIdentifier[]
  credential?: NewCredential
  /** How the user came into this store; by default as the password was set, or through legacy mode without one. */
  arrived_through?: Arrival
  /** When the password was set; by default now. */
  password_set_at?: number | null
  /** The sealed second factors of the legacy store. */
  second_factors?: string | null
}

const insertRow = prepareQuery((db, { row }: { row: UsersTable }) => db.insertInto('users').values(row))
const insertIdentity = prepareQuery((db, { row }: { row: IdentitiesTable }) => db.insertInto('identities').values(row))
const insertIdentifierRows = prepareQuery((db, { rows }: { rows: UserIdentifiersTable[] }) =>
  db.insertInto('user_identifiers').values(rows),
)

/** The name of a profile, else the e-mail address, else the username, else the phone number. */
export const nameOf = ({ name, email, username, phone_number }: UserProfile): string | null =>
  name ?? email ?? username ?? phone_number

function defaultNickname({ email, username }: UserProfile): string | null {
  return username ?? email?.slice(0, email.lastIndexOf('@')) ?? null
}

function rowOf(user: UserToInsert, user_id: string): UsersTable {
  return {
    tenant_id: user.tenant_id,
    user_id,
    connection_id: user.connection_id,
    ...writeProfile({ ...user, name: nameOf(user), nickname: user.nickname ?? defaultNickname(user) }),
    created_at: user.at,
    updated_at: user.at,
    last_login: null,
    last_ip: null,
    logins_count: 0,
    last_password_reset: user.last_password_reset,
    legacy_blocked: user.legacy_blocked === true ? 1 : 0,
    arrived_through: user.arrived_through ?? user.credential?.set_through ?? 'legacy_mode',
    arrived_at: user.at,
    second_factors: user.second_factors ?? null,
    linked_to: null,
  }
}

/**
 * Inserts a user with identity, identifiers and credential, counts the user, and returns the user as read from the store.
 * A unique violation (`uniqueViolation`) means that another user has the id or an identifier.
 */
export async function insertUser(trx: Transaction, user: UserToInsert): Promise<User> {
  const { tenant_id, connection_id, identity_user_id, strategy, at } = user
  const user_id = `auth0|${identity_user_id}`
  const row = rowOf(user, user_id)
  await insertRow(trx, { row })
  await insertLeaves(trx, [row])
  await insertIdentity(trx, {
    row: { tenant_id, connection_id, identity_user_id, user_id, strategy, created_at: at },
  })
  await insertIdentifiers(trx, tenant_id, connection_id, user_id, user.identifiers)
  if (user.credential) await insertCredential(trx, tenant_id, user_id, user.credential, at)
  await addToCounter(trx, tenant_id, connection_id, 'users', 1)
  return userFromRow(row, [{ connection_id, identity_user_id, strategy }])
}

/**
 * Inserts users of one connection, in a fixed number of statements, and counts them. A unique violation means that another user has one of
 * the ids or identifiers.
 */
export async function insertUsers(trx: Transaction, users: readonly UserToInsert[]): Promise<void> {
  const [first] = users
  if (!first) return
  const { tenant_id, connection_id } = first
  const idOf = ({ identity_user_id }: UserToInsert): string => `auth0|${identity_user_id}`
  const identities = users.map((user) => {
    const { identity_user_id, strategy, at: created_at } = user
    return { tenant_id, connection_id, identity_user_id, user_id: idOf(user), strategy, created_at }
  })
  const identifiers = users.flatMap((user) =>
    user.identifiers.map(({ kind, value }) => ({ tenant_id, connection_id, kind, value, user_id: idOf(user) })),
  )
  const credentials = users.flatMap((user) => {
    const { credential, at, password_set_at } = user
    return credential ? [credentialRow(tenant_id, idOf(user), credential, password_set_at ?? at)] : []
  })
  const rows = users.map((user) => rowOf(user, idOf(user)))
  await insertRows(trx, 'users', rows)
  await insertLeaves(trx, rows)
  await insertRows(trx, 'identities', identities)
  await insertRows(trx, 'user_identifiers', identifiers)
  await insertRows(trx, 'credentials', credentials)
  await addToCounter(trx, tenant_id, connection_id, 'users', users.length)
}

/** Inserts the identifiers of a user. A unique violation means that another user of the connection has one of them. */
export async function insertIdentifiers(
  trx: Transaction,
  tenant_id: string,
  connection_id: string,
  user_id: string,
  identifiers: UserIdentifier[],
): Promise<void> {
  if (identifiers.length === 0) return
  const rows = identifiers.map(({ kind, value }) => ({ tenant_id, connection_id, kind, value, user_id }))
  await insertIdentifierRows(trx, { rows })
}
