// Tables of users, their identities, identifiers and credentials.
import type { Flag } from './flag.ts'

/** Users: one row per user and tenant. */
export type UsersTable = {
  tenant_id: string
  user_id: string
  connection_id: string
  email: string | null
  email_lower: string | null
  /** The domain of `email_lower`. */
  email_domain: string | null
  email_verified: Flag
  username: string | null
  username_lower: string | null
  phone_number: string | null
  phone_verified: Flag
  name: string | null
  nickname: string | null
  given_name: string | null
  family_name: string | null
  /** The names in lower case. */
  name_lower: string | null
  nickname_lower: string | null
  given_name_lower: string | null
  family_name_lower: string | null
  picture: string | null
  blocked: Flag
  /** Whether the legacy store reported the user as blocked at the last login in legacy mode. */
  legacy_blocked: Flag
  /** JSON objects. */
  user_metadata: string
  app_metadata: string
  /** JSON object: further root attributes that a script returned. */
  extra: string
  created_at: number
  updated_at: number
  last_login: number | null
  last_ip: string | null
  logins_count: number
  last_password_reset: number | null
  /** How the user came into this store: `login`, `reset`, `import`, `signup`, `api` or `legacy_mode`. */
  arrived_through: string | null
  /** When, in epoch milliseconds. */
  arrived_at: number | null
  /** JSON array, sealed: second factors that the legacy store had. Null for none. */
  second_factors: string | null
  /**
   * The id of the user to whom this one was linked. Such a row is no user: it keeps the profile of an identity, whose credential and
   * identifiers have this row's id.
   */
  linked_to: string | null
}

/** Identities of users in connections: `identity_user_id` is the bare id, unique in the connection. */
export type IdentitiesTable = {
  tenant_id: string
  connection_id: string
  identity_user_id: string
  user_id: string
  strategy: string
  created_at: number
}

/** The values of users' metadata, for searches. */
export type MetadataLeavesTable = {
  tenant_id: string
  user_id: string
  /** `user_metadata` or `app_metadata` and the names of the members, with dots between them. */
  path: string
  /**
   * The type of the value; `present` for an object or array with no other row at its path; `document` where searches for the path, or for any
   * path where it is empty, have to read the document.
   */
  kind: 'text' | 'number' | 'flag' | 'present' | 'document'
  /** The text; numbers, and flags as 0 and 1, in the form of `sortableNumber`. */
  value: string
}

/** Identifiers that users log in with, in canonical form: unique per connection over all kinds. */
export type UserIdentifiersTable = {
  tenant_id: string
  connection_id: string
  /** `email`, `username` or `phone_number`. */
  kind: string
  value: string
  user_id: string
}

/**
 * How a password hash was made, and therefore how it is verified: argon2id of the password as it was typed, or in Unicode's normalization
 * form C; or by another system, and the column has its JSON, sealed.
 */
export type PasswordFormat = 'argon2id' | 'argon2id-nfc' | 'foreign'

/** The password of a user, where this store holds it. */
export type CredentialsTable = {
  tenant_id: string
  user_id: string
  hash: string
  format: PasswordFormat
  /** A new id with each password; empty in rows older than this column. */
  credential_id: string
  /** How the password was set: `login`, `reset`, `signup`, `api` or `import`. */
  set_through: string
  set_at: number
  /** JSON object: what the legacy store did to a password before it hashed it. Null for a password that was set here. */
  normalization: string | null
}
