/**
 * Store: the tables, both engines, migrations of the schema, and one file of queries per concept. It knows rows, not rules: the
 * modules above decide which changes of a row are permitted.
 *
 * Portable by design: times are integers (epoch milliseconds), booleans are 0 or 1, JSON is text, ids are
 * text made by the program, and `tenant_id` leads every key of a tenant's table.
 */
import type { Kysely, Transaction as KyselyTransaction } from 'kysely'
import type {
  AdminsTable,
  ClientAssertionsTable,
  ClientCredentialsTable,
  ClientGrantsTable,
  ClientsTable,
  ConnectionClientsTable,
  ConnectionRealmsTable,
  ConnectionsTable,
  ResourceServersTable,
  ScriptVersionsTable,
  SigningKeysTable,
  TenantAdminsTable,
  TenantsTable,
} from './tenant-tables.ts'
import type {
  CredentialsTable,
  IdentitiesTable,
  MetadataLeavesTable,
  UserIdentifiersTable,
  UsersTable,
} from './user-tables.ts'
import type {
  ConnectionCountersTable,
  MigrationDaysTable,
  MigrationEventsTable,
  MigrationIdentifiersTable,
  MigrationRecordsTable,
} from './migration-tables.ts'
import type { FinishesTable, LatecomersTable } from './finish-tables.ts'
import type { ActionBindingsTable, ActionVersionsTable, ActionsTable } from './action-tables.ts'
import type {
  DirectoryLoadsTable,
  DirectoryRowsTable,
  DirectorySharedIdentifiersTable,
  DirectoryStagedRowsTable,
} from './directory-tables.ts'
import type { LegacyActivitiesTable } from './legacy-activity-tables.ts'
import type { JobErrorsTable, JobFileChunksTable, JobFilesTable, JobsTable } from './job-tables.ts'
import type {
  LogEventsTable,
  LogPositionsTable,
  LogStreamsTable,
  LogTermsTable,
  LoginCountsTable,
  ScriptCallsTable,
  ScriptLogsTable,
} from './log-tables.ts'
import type { BruteForceCountersTable } from './brute-force-tables.ts'
import type {
  EmailProvidersTable,
  EmailTemplatesTable,
  OutboxTable,
  ResetCodesTable,
  TicketsTable,
} from './mail-tables.ts'
import type { RehearsalsTable } from './rehearsal-tables.ts'
import type { RecordDecisionsTable, ReservedIdentifiersTable } from './decision-tables.ts'
import type { CodesTable, ConsentsTable, SessionsTable } from './session-tables.ts'
import type { RefreshTokensTable, TokenFamiliesTable } from './token-tables.ts'
import type { RulesConfigsTable, RulesTable } from './rule-tables.ts'
import type { InstallationTable, SchemaVersionsTable } from './installation-tables.ts'

export type { Flag } from './flag.ts'
export type * from './tenant-tables.ts'
export type * from './user-tables.ts'
export type * from './migration-tables.ts'
export type * from './directory-tables.ts'
export type * from './finish-tables.ts'
export type * from './decision-tables.ts'
export type * from './rehearsal-tables.ts'
export type * from './log-tables.ts'
export type * from './installation-tables.ts'
export type * from './brute-force-tables.ts'
export type * from './mail-tables.ts'
export type * from './token-tables.ts'
export type * from './session-tables.ts'
export type * from './job-tables.ts'
export type * from './legacy-activity-tables.ts'
export type * from './rule-tables.ts'
export type * from './action-tables.ts'

/** Every table, as Kysely sees it. */
export type Database = {
  tenants: TenantsTable
  signing_keys: SigningKeysTable
  clients: ClientsTable
  client_credentials: ClientCredentialsTable
  client_assertions: ClientAssertionsTable
  resource_servers: ResourceServersTable
  client_grants: ClientGrantsTable
  connections: ConnectionsTable
  connection_clients: ConnectionClientsTable
  connection_realms: ConnectionRealmsTable
  script_versions: ScriptVersionsTable
  rules: RulesTable
  rules_configs: RulesConfigsTable
  actions: ActionsTable
  action_versions: ActionVersionsTable
  action_bindings: ActionBindingsTable
  connection_counters: ConnectionCountersTable
  users: UsersTable
  identities: IdentitiesTable
  metadata_leaves: MetadataLeavesTable
  user_identifiers: UserIdentifiersTable
  credentials: CredentialsTable
  migration_records: MigrationRecordsTable
  migration_identifiers: MigrationIdentifiersTable
  migration_events: MigrationEventsTable
  migration_days: MigrationDaysTable
  finishes: FinishesTable
  latecomers: LatecomersTable
  directory_loads: DirectoryLoadsTable
  directory_staged_rows: DirectoryStagedRowsTable
  directory_rows: DirectoryRowsTable
  directory_shared_identifiers: DirectorySharedIdentifiersTable
  record_decisions: RecordDecisionsTable
  reserved_identifiers: ReservedIdentifiersTable
  rehearsals: RehearsalsTable
  brute_force_counters: BruteForceCountersTable
  tickets: TicketsTable
  reset_codes: ResetCodesTable
  outbox: OutboxTable
  email_providers: EmailProvidersTable
  email_templates: EmailTemplatesTable
  token_families: TokenFamiliesTable
  refresh_tokens: RefreshTokensTable
  sessions: SessionsTable
  codes: CodesTable
  consents: ConsentsTable
  log_events: LogEventsTable
  log_terms: LogTermsTable
  login_counts: LoginCountsTable
  log_positions: LogPositionsTable
  log_streams: LogStreamsTable
  script_logs: ScriptLogsTable
  script_calls: ScriptCallsTable
  legacy_activities: LegacyActivitiesTable
  jobs: JobsTable
  job_files: JobFilesTable
  job_file_chunks: JobFileChunksTable
  job_errors: JobErrorsTable
  tenant_admins: TenantAdminsTable
  admins: AdminsTable
  schema_versions: SchemaVersionsTable
  installation: InstallationTable
}

/** The store, or a transaction where a function accepts either. */
export type Db = Kysely<Database>

/** A transaction, for a function that must run in one. */
export type Transaction = KyselyTransaction<Database>
