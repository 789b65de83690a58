import { isFilled, type Filled } from '../base/filled.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { Db } from '../store/tables.ts'
import { selectUsers, userFromRows, type User, type UserIdentityRow } from './user.ts'

/** A user of this store with what a login is held against. `password_hash` is null for a user without a password here. */
export type FoundCredential = {
  user_id: string
  blocked: boolean
  password_hash: string | null
  email: string | null
  /** The user as found. Reading it takes work that only a login that succeeds should cost. */
  user(): User
}

type Row = UserIdentityRow & { password_hash: string | null }

function foundIn(rows: readonly Row[]): FoundCredential | undefined {
  if (!isFilled(rows)) return undefined
  const filled: Filled<Row> = rows
  const [{ user_id, blocked, password_hash, email }] = filled
  return { user_id, blocked: blocked === 1, password_hash, email, user: () => userFromRows(filled) }
}

function selectCredentials(db: Db, tenant_id: string) {
  return selectUsers(db, tenant_id)
    .leftJoin('credentials', (join) =>
      join.onRef('credentials.tenant_id', '=', 'users.tenant_id').onRef('credentials.user_id', '=', 'users.user_id'),
    )
    .select('credentials.password_hash')
}

type Named = { tenant_id: string; connection_id: string; identifier: string }

const byIdentifier = prepareQuery((db, { tenant_id, connection_id, identifier }: Named) =>
  selectCredentials(db, tenant_id)
    .innerJoin('user_identifiers as named', (join) =>
      join.onRef('named.tenant_id', '=', 'users.tenant_id').onRef('named.user_id', '=', 'users.user_id'),
    )
    .where('named.connection_id', '=', connection_id)
    .where('named.value', '=', identifier)
    .where('named.tenant_id', '=', tenant_id),
)

/** The user that an identifier (in canonical form) names in a connection, with the password hash: one query. */
export async function findCredential(
  db: Db,
  tenant_id: string,
  connection_id: string,
  identifier: string,
): Promise<FoundCredential | undefined> {
  return foundIn((await byIdentifier(db, { tenant_id, connection_id, identifier })).rows)
}

/** The same for a user found by the bare id of the connection's identity. */
export async function findCredentialByIdentity(
  db: Db,
  tenant_id: string,
  connection_id: string,
  identity_user_id: string,
): Promise<FoundCredential | undefined> {
  const rows = await selectCredentials(db, tenant_id)
    .innerJoin('identities as named', (join) =>
      join.onRef('named.tenant_id', '=', 'users.tenant_id').onRef('named.user_id', '=', 'users.user_id'),
    )
    .where('named.connection_id', '=', connection_id)
    .where('named.identity_user_id', '=', identity_user_id)
    .where('named.tenant_id', '=', tenant_id)
    .execute()
  return foundIn(rows)
}
