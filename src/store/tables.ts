/**
 * Store: the tables, both engines, migrations of the schema, and one file of queries per concept. It knows
 * rows, not rules: what a state may become is decided in the rooms above.
 *
 * Portable by design: times are integers (epoch milliseconds), booleans are 0 or 1, JSON is text, ids are
 * text made by the program, and `tenant_id` leads every key of a tenant's table.
 */
import type { Kysely, Transaction as KyselyTransaction } from 'kysely'

/** 0 is false, 1 is true: one form for both engines. */
export type Flag = 0 | 1

/** Who owns what: one row per tenant. `domain` is the exact host (with port) that picks it. */
export type TenantsTable = {
  tenant_id: string
  name: string
  domain: string
  plan: string
  is_default: Flag
  /** JSON: tenant settings with Auth0's names. */
  settings: string
  created_at: number
  updated_at: number
}

/** Signing keys; the private part is sealed. */
export type SigningKeysTable = {
  tenant_id: string
  kid: string
  alg: string
  /** JSON: the public JWK with `x5c`, `x5t`. */
  public_jwk: string
  private_sealed: string
  /** `next` is published ahead, `current` signs, `previous` still verifies, `revoked` does neither. */
  state: string
  created_at: number
  changed_at: number
}

/** Applications. */
export type ClientsTable = {
  tenant_id: string
  client_id: string
  name: string
  secret_sealed: string
  is_global: Flag
  /** JSON: every other property, as the API shows it. */
  data: string
  created_at: number
  updated_at: number
}

/** APIs that tokens are for. */
export type ResourceServersTable = {
  tenant_id: string
  resource_server_id: string
  identifier: string
  is_system: Flag
  /** JSON: every other property, as the API shows it. */
  data: string
  created_at: number
  updated_at: number
}

/** What a client may ask of a resource server. */
export type ClientGrantsTable = {
  tenant_id: string
  client_grant_id: string
  client_id: string
  audience: string
  /** JSON: array of scope values. */
  scope: string
  allow_all_scopes: Flag
  created_at: number
  updated_at: number
}

/** Connections; `configuration_sealed` holds what scripts read as `configuration`. */
export type ConnectionsTable = {
  tenant_id: string
  connection_id: string
  name: string
  strategy: string
  /** JSON: Auth0's option names, without `configuration`. */
  options: string
  configuration_sealed: string
  /** JSON: display_name, metadata, realms, is_domain_connection and the like. */
  data: string
  /** Rises by one with every change; caches compare it. */
  version: number
  created_at: number
  updated_at: number
}

/** Which clients may use a connection. */
export type ConnectionClientsTable = {
  tenant_id: string
  connection_id: string
  client_id: string
}

/** Which connection answers to a realm name; the connection's own name is one of them. */
export type ConnectionRealmsTable = {
  tenant_id: string
  realm: string
  connection_id: string
}

/** Totals that stay cheap: the sum over `slot` is the value. Slots keep writers from waiting for one row. */
export type ConnectionCountersTable = {
  tenant_id: string
  connection_id: string
  /** `users`, or `state:<migration state>`. */
  counter: string
  slot: number
  value: number
}

/** Users: one row per person and tenant. */
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
  /** JSON objects. */
  user_metadata: string
  app_metadata: string
  /** JSON: any further root attributes a script gave. */
  extra: string
  created_at: number
  updated_at: number
  last_login: number | null
  last_ip: string | null
  logins_count: number
  last_password_reset: number | null
}

/** How a user is known in a connection: `identity_user_id` is the bare id, unique in the connection. */
export type IdentitiesTable = {
  tenant_id: string
  connection_id: string
  identity_user_id: string
  user_id: string
  strategy: string
  created_at: number
}

/** What a person types to be found, in canonical form: unique per connection over all kinds. */
export type UserIdentifiersTable = {
  tenant_id: string
  connection_id: string
  /** `email`, `username` or `phone_number`. */
  kind: string
  value: string
  user_id: string
}

/** The password hash of a user of a connection, when it is kept here. */
export type CredentialsTable = {
  tenant_id: string
  user_id: string
  password_hash: string
  /** How it came here: `login`, `reset`, `signup` or `api`. */
  set_through: string
  set_at: number
}

/** The ledger: one record per legacy user and connection. */
export type MigrationRecordsTable = {
  tenant_id: string
  connection_id: string
  record_id: string
  /** The bare legacy id; null while only an identifier is known. */
  legacy_id: string | null
  email: string | null
  username: string | null
  state: string
  user_id: string | null
  /** The last outcome (see the contract's outcome table) and when. */
  last_outcome: string | null
  last_outcome_at: number | null
  last_error: string | null
  /** JSON: per script, a fingerprint per field of what it last returned. */
  fingerprints: string
  /** JSON: the drift last noticed, or null. */
  drift: string | null
  migrated_at: number | null
  migrated_through: string | null
  created_at: number
  updated_at: number
}

/** The identifiers under which a record is known, in canonical form. */
export type MigrationIdentifiersTable = {
  tenant_id: string
  connection_id: string
  identifier: string
  record_id: string
}

/** A record's history: one row per transition or noteworthy attempt. */
export type MigrationEventsTable = {
  tenant_id: string
  connection_id: string
  record_id: string
  event_id: string
  at: number
  from_state: string | null
  to_state: string
  /** `login`, `reset_request`, `reset_confirm`, `signup`, `api`, `directory`. */
  through: string
  outcome: string | null
  /** JSON: error text, drifted field names, durations. Never values of a profile. */
  detail: string
}

/** Moves by day, for the funnel: `day` is `YYYY-MM-DD` in UTC. */
export type MigrationDaysTable = {
  tenant_id: string
  connection_id: string
  day: string
  state: string
  slot: number
  value: number
}

/** Failed logins in a row: the shield. `subject` is a digest of what is counted. */
export type ShieldCountersTable = {
  tenant_id: string
  subject: string
  /** JSON: what the subject stands for, so that a block can be shown and lifted. */
  description: string
  /** Digest of the canonical identifier, for all its counters; null where an address alone is counted. */
  identifier_digest: string | null
  /** Failed attempts, and attempts under way that may yet fail. */
  failures: number
  failure_limit: number
  started_at: number
  expires_at: number
}

/** Mailed links. The secret is kept as a digest. */
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

/** Mail that was written: kept sealed until its link ends. */
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

/** A chain of refresh tokens that came from one login. */
export type TokenFamiliesTable = {
  tenant_id: string
  family_id: string
  client_id: string
  user_id: string
  connection_id: string
  audience: string | null
  scope: string
  created_at: number
  expires_at: number | null
  revoked_at: number | null
  revoked_because: string | null
}

/** One refresh token of a family, kept as a digest. */
export type RefreshTokensTable = {
  tenant_id: string
  token_digest: string
  family_id: string
  created_at: number
  last_used_at: number | null
  rotated_at: number | null
}

/** What happened: the tenant's log. */
export type LogEventsTable = {
  tenant_id: string
  log_id: string
  date: number
  type: string
  description: string | null
  connection_id: string | null
  connection: string | null
  client_id: string | null
  client_name: string | null
  user_id: string | null
  user_name: string | null
  ip: string | null
  hostname: string | null
  user_agent: string | null
  audience: string | null
  scope: string | null
  strategy: string | null
  strategy_type: string | null
  /** JSON. */
  details: string
}

/** What action scripts wrote with `console`, and what the sandbox had to say of them. */
export type ScriptLogsTable = {
  tenant_id: string
  connection_id: string
  line_id: string
  at: number
  script: string
  call_id: string
  level: string
  text: string
}

/** People who run a tenant. */
export type AdminsTable = {
  tenant_id: string
  admin_id: string
  email_lower: string
  password_hash: string
  role: string
  created_at: number
}

/** Which migrations of the schema have run. */
export type SchemaVersionsTable = {
  version: number
  name: string
  applied_at: number
}

/** Small facts about the installation as a whole, such as the check value of the sealing key. */
export type InstallationTable = {
  name: string
  value: string
}

/** Every table, as Kysely sees it. */
export type Database = {
  tenants: TenantsTable
  signing_keys: SigningKeysTable
  clients: ClientsTable
  resource_servers: ResourceServersTable
  client_grants: ClientGrantsTable
  connections: ConnectionsTable
  connection_clients: ConnectionClientsTable
  connection_realms: ConnectionRealmsTable
  connection_counters: ConnectionCountersTable
  users: UsersTable
  identities: IdentitiesTable
  user_identifiers: UserIdentifiersTable
  credentials: CredentialsTable
  migration_records: MigrationRecordsTable
  migration_identifiers: MigrationIdentifiersTable
  migration_events: MigrationEventsTable
  migration_days: MigrationDaysTable
  shield_counters: ShieldCountersTable
  tickets: TicketsTable
  outbox: OutboxTable
  token_families: TokenFamiliesTable
  refresh_tokens: RefreshTokensTable
  log_events: LogEventsTable
  script_logs: ScriptLogsTable
  admins: AdminsTable
  schema_versions: SchemaVersionsTable
  installation: InstallationTable
}

/** The store outside a transaction, or a transaction where either will do. */
export type Db = Kysely<Database>

/** A transaction: what must run in one asks for this type. */
export type Transaction = KyselyTransaction<Database>
