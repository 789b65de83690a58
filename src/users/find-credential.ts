import type { Db, Flag } from '../store/tables.ts'

/** What a login needs to know of a user of this store. `password_hash` is null for a user without a password here. */
export type FoundCredential = {
  user_id: string
  blocked: boolean
  password_hash: string | null
  email: string | null
}

function people(db: Db, tenant_id: string) {
  return db
    .selectFrom('users')
    .leftJoin('credentials', (join) =>
      join.onRef('credentials.tenant_id', '=', 'users.tenant_id').onRef('credentials.user_id', '=', 'users.user_id'),
    )
    .select(['users.user_id', 'users.blocked', 'users.email', 'credentials.password_hash'])
    .where('users.tenant_id', '=', tenant_id)
}

type Row = { user_id: string; blocked: Flag; email: string | null; password_hash: string | null }

function found(row: Row | undefined): FoundCredential | undefined {
  return row && { user_id: row.user_id, blocked: row.blocked === 1, email: row.email, password_hash: row.password_hash }
}

/** The user that an identifier (in canonical form) names in a connection, with the password hash: one query. */
export async function findCredential(
  db: Db,
  tenant_id: string,
  connection_id: string,
  identifier: string,
): Promise<FoundCredential | undefined> {
  const row = await people(db, tenant_id)
    .innerJoin('user_identifiers as named', (join) =>
      join.onRef('named.tenant_id', '=', 'users.tenant_id').onRef('named.user_id', '=', 'users.user_id'),
    )
    .where('named.connection_id', '=', connection_id)
    .where('named.value', '=', identifier)
    .where('named.tenant_id', '=', tenant_id)
    .executeTakeFirst()
  return found(row)
}

/** The same for a user found by the bare id of the connection's identity. */
export async function findCredentialByIdentity(
  db: Db,
  tenant_id: string,
  connection_id: string,
  identity_user_id: string,
): Promise<FoundCredential | undefined> {
  const row = await people(db, tenant_id)
    .innerJoin('identities as identity', (join) =>
      join.onRef('identity.tenant_id', '=', 'users.tenant_id').onRef('identity.user_id', '=', 'users.user_id'),
    )
    .where('identity.connection_id', '=', connection_id)
    .where('identity.identity_user_id', '=', identity_user_id)
    .where('identity.tenant_id', '=', tenant_id)
    .executeTakeFirst()
  return found(row)
}
