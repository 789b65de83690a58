import { isNonEmpty, type NonEmpty } from '../base/non-empty.ts'
import type { Normalization } from '../passwords/formats/index.ts'
import type { PasswordHash } from '../passwords/passwords.ts'
import { readJson } from '../store/json-column.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { CredentialsTable, Db } from '../store/tables.ts'
import { selectUsers, userFromRows, type User, type UserIdentityRow } from './user.ts'

/** The stored password of a user: its hash, and the id by which a later change of the password is detected. */
export type Credential = PasswordHash & { credential_id: string }

/** A user with the credential that a login is verified against; null for a user without a password in this store. */
export type FoundCredential = {
  user_id: string
  blocked: boolean
  /** Whether the legacy store had a second factor of the user. */
  has_second_factor: boolean
  email: string | null
  /** The kind of the identifier by which the user was found; undefined for a user found by an identity. */
  found_by: string | undefined
  credential: Credential | null
  /** The user as found. Reading it takes work that only a successful login should cost. */
  user(): User
}

type CredentialColumns = Pick<CredentialsTable, 'credential_id' | 'format' | 'hash' | 'normalization'>
type Row = UserIdentityRow & { found_by?: string } & {
  [Column in keyof CredentialColumns]: CredentialColumns[Column] | null
}

function credentialFromRow({ credential_id, format, hash, normalization }: Row): Credential | null {
  if (credential_id === null || format === null || hash === null) return null
  const habits = normalization === null ? {} : { normalization: readJson<Normalization>(normalization) }
  return { credential_id, format, hash, ...habits }
}

function foundIn(rows: readonly Row[]): FoundCredential | undefined {
  if (!isNonEmpty(rows)) return undefined
  const non_empty: NonEmpty<Row> = rows
  const [row] = non_empty
  return {
    user_id: row.user_id,
    blocked: row.blocked === 1 || row.legacy_blocked === 1,
    has_second_factor: row.second_factors !== null,
    email: row.email,
    found_by: row.found_by,
    credential: credentialFromRow(row),
    user: () => userFromRows(non_empty),
  }
}

function selectCredentials(db: Db, tenant_id: string) {
  return selectUsers(db, tenant_id)
    .leftJoin('credentials', (join) =>
      join.onRef('credentials.tenant_id', '=', 'users.tenant_id').onRef('credentials.user_id', '=', 'users.user_id'),
    )
    .select(['credentials.credential_id', 'credentials.format', 'credentials.hash', 'credentials.normalization'])
}

type Identified = { tenant_id: string; connection_id: string; identifier: string }

const byIdentifier = prepareQuery((db, { tenant_id, connection_id, identifier }: Identified) =>
  selectCredentials(db, tenant_id)
    .innerJoin('user_identifiers as match', (join) =>
      join.onRef('match.tenant_id', '=', 'users.tenant_id').onRef('match.user_id', '=', 'users.user_id'),
    )
    .select('match.kind as found_by')
    .where('match.connection_id', '=', connection_id)
    .where('match.value', '=', identifier)
    .where('match.tenant_id', '=', tenant_id),
)

/** Finds the user of a connection with this identifier (in canonical form), and the credential, in one query. */
export async function findCredential(
  db: Db,
  tenant_id: string,
  connection_id: string,
  identifier: string,
): Promise<FoundCredential | undefined> {
  return foundIn((await byIdentifier(db, { tenant_id, connection_id, identifier })).rows)
}

/** Finds the user of a connection with this identity (by its bare id), and the credential, in one query. */
export async function findCredentialByIdentity(
  db: Db,
  tenant_id: string,
  connection_id: string,
  identity_user_id: string,
): Promise<FoundCredential | undefined> {
  const rows = await selectCredentials(db, tenant_id)
    .innerJoin('identities as match', (join) =>
      join.onRef('match.tenant_id', '=', 'users.tenant_id').onRef('match.user_id', '=', 'users.user_id'),
    )
    .where('match.connection_id', '=', connection_id)
    .where('match.identity_user_id', '=', identity_user_id)
    .where('match.tenant_id', '=', tenant_id)
    .execute()
  return foundIn(rows)
}
