import { isNonEmpty, type NonEmpty } from '../base/non-empty.ts'
import type { Normalization } from '../passwords/formats/index.ts'
import type { PasswordHash } from '../passwords/passwords.ts'
import { readJson } from '../store/json-column.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { CredentialsTable, Db, UsersTable } from '../store/tables.ts'
import { identity_columns, rootId, userFromRows, type User, type UserIdentityRow } from './user.ts'

/** The stored password of a user: its hash, and the id by which a later change of the password is detected. */
export type Credential = PasswordHash & { credential_id: string }

/** The profile of an identity that was linked to another user. */
export type LinkedProfile = { user_id: string; connection_id: string; last_password_reset: number | null }

/** An identity with the credential that a login is verified against; null for one without a password in this store. */
export type FoundCredential = {
  /** The root id of the identity: it has the credential and the ledger's record. */
  user_id: string
  /** Whether the user, or the identity's own profile, is blocked. */
  blocked: boolean
  /** Whether the legacy store had a second factor of the user. */
  has_second_factor: boolean
  /** How the identity is reached. */
  email: string | null
  phone_number: string | null
  phone_verified: boolean
  /** The kind of the identifier by which the user was found; undefined for a user found by an identity. */
  found_by: string | undefined
  credential: Credential | null
  /** The identity's own profile where it was linked to another user. */
  linked: LinkedProfile | undefined
  /** The user who logs in by the identity, as found. Reading it takes work that only a successful login should cost. */
  user(): User
}

type CredentialColumns = Pick<CredentialsTable, 'credential_id' | 'format' | 'hash' | 'normalization'>
type Profile = Pick<
  UsersTable,
  | 'user_id'
  | 'connection_id'
  | 'linked_to'
  | 'blocked'
  | 'legacy_blocked'
  | 'second_factors'
  | 'email'
  | 'phone_number'
  | 'phone_verified'
  | 'last_password_reset'
>
type Row = UserIdentityRow & { found_by?: string } & {
  [Column in keyof CredentialColumns]: CredentialColumns[Column] | null
} & { [Column in keyof Profile as `profile_${Column}`]: Profile[Column] }

function credentialFromRow({ credential_id, format, hash, normalization }: Row): Credential | null {
  if (credential_id === null || format === null || hash === null) return null
  const habits = normalization === null ? {} : { normalization: readJson<Normalization>(normalization) }
  return { credential_id, format, hash, ...habits }
}

function foundIn(rows: readonly Row[]): FoundCredential | undefined {
  if (!isNonEmpty(rows)) return undefined
  const non_empty: NonEmpty<Row> = rows
  const [row] = non_empty
  const flags = [row.blocked, row.legacy_blocked, row.profile_blocked, row.profile_legacy_blocked]
  const { profile_user_id: user_id, profile_connection_id: connection_id } = row
  return {
    user_id,
    blocked: flags.includes(1),
    has_second_factor: row.profile_second_factors !== null,
    email: row.profile_email,
    phone_number: row.profile_phone_number,
    phone_verified: row.profile_phone_verified === 1,
    found_by: row.found_by,
    credential: credentialFromRow(row),
    linked:
      row.profile_linked_to === null
        ? undefined
        : { user_id, connection_id, last_password_reset: row.profile_last_password_reset },
    user: () => userFromRows(non_empty),
  }
}

/** Selects the profiles of identities with their credentials and the users to whom they belong. */
function selectCredentials(db: Db, tenant_id: string) {
  return db
    .selectFrom('users as profile')
    .innerJoin('users', (join) =>
      join
        .onRef('users.tenant_id', '=', 'profile.tenant_id')
        .on((on) => on('users.user_id', '=', on.fn.coalesce('profile.linked_to', 'profile.user_id'))),
    )
    .leftJoin('identities as identity', (join) =>
      join.onRef('identity.tenant_id', '=', 'users.tenant_id').onRef('identity.user_id', '=', 'users.user_id'),
    )
    .leftJoin('credentials', (join) =>
      join
        .onRef('credentials.tenant_id', '=', 'profile.tenant_id')
        .onRef('credentials.user_id', '=', 'profile.user_id'),
    )
    .selectAll('users')
    .select([...identity_columns])
    .select(['credentials.credential_id', 'credentials.format', 'credentials.hash', 'credentials.normalization'])
    .select([
      'profile.user_id as profile_user_id',
      'profile.connection_id as profile_connection_id',
      'profile.linked_to as profile_linked_to',
      'profile.blocked as profile_blocked',
      'profile.legacy_blocked as profile_legacy_blocked',
      'profile.second_factors as profile_second_factors',
      'profile.email as profile_email',
      'profile.phone_number as profile_phone_number',
      'profile.phone_verified as profile_phone_verified',
      'profile.last_password_reset as profile_last_password_reset',
    ])
    .where('profile.tenant_id', '=', tenant_id)
    .orderBy('identity.created_at')
}

type Identified = { tenant_id: string; connection_id: string; identifier: string }

const byIdentifier = prepareQuery((db, { tenant_id, connection_id, identifier }: Identified) =>
  selectCredentials(db, tenant_id)
    .innerJoin('user_identifiers as match', (join) =>
      join.onRef('match.tenant_id', '=', 'profile.tenant_id').onRef('match.user_id', '=', 'profile.user_id'),
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
    .where('profile.user_id', '=', rootId({ identity_user_id }))
    .where('profile.connection_id', '=', connection_id)
    .execute()
  return foundIn(rows)
}
