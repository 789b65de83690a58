// Tables of users, their identities and credentials, tickets, mail and refresh tokens.
import type { Flag } from './flag.ts'

/** Users: one row per user and tenant. */
export type UsersTable = {
  tenant_id: string
  user_id: string
  connection_id: string
  email: string | null
  email_lower: string | null
  email_verified: Flag
  username: string | null
  username_lower: string | null
  phone_number: string | null
  phone_verified: Flag
  name: string | null
  nickname: string | null
  given_name: string | null
  family_name: string | null
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
 * form C.
 */
export type PasswordFormat = 'argon2id' | 'argon2id-nfc'

/** The password of a user, where this store holds it. */
export type CredentialsTable = {
  tenant_id: string
  user_id: string
  hash: string
  format: PasswordFormat
  /** A new id with each password; empty in rows older than this column. */
  credential_id: string
  /** How the password was set: `login`, `reset`, `signup` or `api`. */
  set_through: string
  set_at: number
  /** JSON object: what the legacy store did to a password before it hashed it. Null for a password that was set here. */
  normalization: string | null
}

/**
 * Failed logins, counted for brute-force protection. `subject` is the key: a digest of an address, or of an identifier or a legacy user and
 * an address.
 */
export type BruteForceCountersTable = {
  tenant_id: string
  subject: string
  /** JSON: the address and the identifier in the clear, so that a block can be shown and lifted. */
  description: string
  /** Digest of the canonical identifier or of the legacy user, for all its counters; null where an address alone is counted. */
  identifier_digest: string | null
  failures: number
  failure_limit: number
  /** Running attempts that may still fail, by the slot of time in which they began: `reservation_slot`, and the one before it. */
  reserved: number
  reserved_earlier: number
  reservation_slot: number
  started_at: number
  expires_at: number
}

/** Tickets: links that are sent by mail. The secret of the link is stored as a digest. */
export type TicketsTable = {
  tenant_id: string
  ticket_digest: string
  /** `password_change`, `email_verification` or `admin_setup`. */
  kind: string
  connection_id: string | null
  user_id: string | null
  legacy_id: string | null
  email: string | null
  /** JSON: result_url, client_id, mark_email_as_verified, include_email_in_redirect. */
  data: string
  created_at: number
  expires_at: number
  used_at: number | null
}

/** Mail messages, sealed, kept until the link in them expires. */
export type OutboxTable = {
  tenant_id: string
  message_id: string
  /** JSON `{to, subject, text, html}`, sealed. */
  message_sealed: string
  /** `kept` (no mail server configured), `waiting`, `sent` or `failed`. */
  status: string
  attempts: number
  next_attempt_at: number
  last_error: string | null
  created_at: number
  expires_at: number
}

/** Token families: the refresh tokens that follow from one login. */
export type TokenFamiliesTable = {
  tenant_id: string
  family_id: string
  client_id: string
  user_id: string
  connection_id: string
  /** The browser session of the login; null for a grant without a browser. */
  session_id: string | null
  audience: string | null
  scope: string
  created_at: number
  expires_at: number | null
  revoked_at: number | null
  revoked_because: string | null
}

/** Refresh tokens of a family, stored as digests. */
export type RefreshTokensTable = {
  tenant_id: string
  token_digest: string
  family_id: string
  created_at: number
  last_used_at: number | null
  rotated_at: number | null
}
