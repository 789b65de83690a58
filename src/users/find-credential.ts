import type { Db } from '../store/tables.ts'

/** What a login needs to know of a user of this store. `password_hash` is null for a user without a password here. */
export type FoundCredential = {
  user_id: string
  blocked: boolean
  password_hash: string | null
  email: string | null
}

/** The user that an identifier (in canonical form) names in a connection, with the password hash: one query. */
export async function findCredential(
  db: Db,
  tenant_id: string,
  connection_id: string,
  identifier: string,
): Promise<FoundCredential | undefined> {
  const row = await db
    .selectFrom('user_identifiers as identifier')
    .innerJoin('users', (join) =>
      join.onRef('users.tenant_id', '=', 'identifier.tenant_id').onRef('users.user_id', '=', 'identifier.user_id'),
    )
    .leftJoin('credentials', (join) =>
      join
        .onRef('credentials.tenant_id', '=', 'identifier.tenant_id')
        .onRef('credentials.user_id', '=', 'identifier.user_id'),
    )
    .select(['users.user_id', 'users.blocked', 'users.email', 'credentials.password_hash'])
    .where('identifier.tenant_id', '=', tenant_id)
    .where('identifier.connection_id', '=', connection_id)
    .where('identifier.value', '=', identifier)
    .executeTakeFirst()
  return row && { user_id: row.user_id, blocked: row.blocked === 1, email: row.email, password_hash: row.password_hash }
}

/** The same for a user found by the bare id of the connection's identity. */
export async function findCredentialByIdentity(
  db: Db,
  tenant_id: string,
  connection_id: string,
  identity_user_id: string,
): Promise<FoundCredential | undefined> {
  const row = await db
    .selectFrom('identities as identity')
    .innerJoin('users', (join) =>
      join.onRef('users.tenant_id', '=', 'identity.tenant_id').onRef('users.user_id', '=', 'identity.user_id'),
    )
    .leftJoin('credentials', (join) =>
      join
        .onRef('credentials.tenant_id', '=', 'identity.tenant_id')
        .onRef('credentials.user_id', '=', 'identity.user_id'),
    )
    .select(['users.user_id', 'users.blocked', 'users.email', 'credentials.password_hash'])
    .where('identity.tenant_id', '=', tenant_id)
    .where('identity.connection_id', '=', connection_id)
    .where('identity.identity_user_id', '=', identity_user_id)
    .executeTakeFirst()
  return row && { user_id: row.user_id, blocked: row.blocked === 1, email: row.email, password_hash: row.password_hash }
}
