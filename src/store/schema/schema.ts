/** The schema's migrations, oldest first. A migration that has been released is never edited; a new one follows it. */
import type { Transaction } from '../tables.ts'
import { makeActionTables } from './action-schema.ts'
import { makeAdminTables } from './admin-schema.ts'
import { renameBruteForceCounters } from './brute-force-counters.ts'
import { addBruteForceReservations } from './brute-force-reservations.ts'
import { addArrivals } from './arrivals.ts'
import { indexArrivalsOfConnections } from './arrivals-of-connections.ts'
import { makeClientCredentials } from './client-credentials.ts'
import { makeClientTables } from './client-schema.ts'
import { addConfigurationOrigins } from './configuration-origins.ts'
import { makeConnectionTables } from './connection-schema.ts'
import { addCredentialFormats } from './credential-formats.ts'
import { makeDirectoryTables } from './directory-schema.ts'
import { makeFinishTables } from './finishes.ts'
import { makeLegacyActivityTable } from './legacy-activity.ts'
import { addLinkedUsers } from './linked-users.ts'
import { addLegacyBlocks } from './legacy-blocks.ts'
import { makeJobTables } from './job-schema.ts'
import { indexLinksOfLegacyUsers } from './links-of-legacy-users.ts'
import { addListIndexes } from './list-indexes.ts'
import { addLogPositions } from './log-positions.ts'
import { makeLogTerms } from './log-terms.ts'
import { makeLogTables } from './log-schema.ts'
import { makeLoginCounts } from './login-counts.ts'
import { makeEmailSettings } from './email-settings.ts'
import { makeLogStreams } from './log-streams.ts'
import { addMetadataLeaves } from './metadata-leaves.ts'
import { makeMigrationTables } from './migration-schema.ts'
import { nameScopes } from './named-scopes.ts'
import { addNamesInLowerCase } from './names-in-lower-case.ts'
import { addPasswordNormalizations } from './password-normalizations.ts'
import { addProfileChanges } from './profile-changes.ts'
import { indexRotatedTokens } from './rotated-tokens.ts'
import { addRecordDecisions } from './record-decisions.ts'
import { addRecordsByAge } from './records-by-age.ts'
import { addRecordsByOutcome } from './records-by-outcome.ts'
import { addRehearsals } from './rehearsals.ts'
import { makeRuleTables } from './rule-schema.ts'
import { addScriptCallDurations } from './script-call-durations.ts'
import { addScriptCalls } from './script-calls.ts'
import { addScriptVersions } from './script-versions.ts'
import { addSealedScripts } from './sealed-scripts.ts'
import { makeSessionTables } from './session-schema.ts'
import { addSessionCallers } from './session-callers.ts'
import { addSpellings } from './spellings.ts'
import { addSystemTenant } from './system-tenant.ts'
import { makeTenantTables } from './tenant-schema.ts'
import { addTextMessages } from './text-messages.ts'
import { addTicketClaims } from './ticket-claims.ts'
import { makeTicketTables } from './ticket-schema.ts'
import { addTicketsOfUsers } from './tickets-of-users.ts'
import { addTokenFamilySessions } from './token-family-sessions.ts'
import { makeTokenTables } from './token-schema.ts'
import { makeUserTables } from './user-schema.ts'
import { addUsernameIdentifiers } from './username-identifiers.ts'
import { indexUsernamesByPrefix } from './usernames-by-prefix.ts'
import { addUsersImports } from './users-imports.ts'

/** One step of the schema. It runs in one transaction, in plain portable SQL. */
export type SchemaMigration = { version: number; name: string; up(trx: Transaction): Promise<void> }

async function foundation(trx: Transaction): Promise<void> {
  await makeLogTables(trx)
  await makeTenantTables(trx)
  await makeClientTables(trx)
  await makeConnectionTables(trx)
  await makeAdminTables(trx)
  await makeUserTables(trx)
  await makeTicketTables(trx)
  await makeTokenTables(trx)
  await makeMigrationTables(trx)
}

/** Every migration of the schema, oldest first. */
export const schemaMigrations: readonly SchemaMigration[] = [
  { version: 1, name: 'foundation', up: foundation },
  { version: 2, name: 'jobs', up: makeJobTables },
  { version: 3, name: 'system tenant', up: addSystemTenant },
  { version: 4, name: 'credential formats', up: addCredentialFormats },
  { version: 5, name: 'brute force counters', up: renameBruteForceCounters },
  { version: 6, name: 'token family sessions', up: addTokenFamilySessions },
  { version: 7, name: 'sealed scripts', up: addSealedScripts },
  { version: 8, name: 'brute force reservations', up: addBruteForceReservations },
  { version: 9, name: 'profile changes', up: addProfileChanges },
  { version: 10, name: 'list indexes', up: addListIndexes },
  { version: 11, name: 'legacy blocks', up: addLegacyBlocks },
  { version: 12, name: 'username identifiers', up: addUsernameIdentifiers },
  { version: 13, name: 'log positions', up: addLogPositions },
  { version: 14, name: 'rotated tokens', up: indexRotatedTokens },
  { version: 15, name: 'spellings', up: addSpellings },
  { version: 16, name: 'records by age', up: addRecordsByAge },
  { version: 17, name: 'script versions', up: addScriptVersions },
  { version: 18, name: 'password normalizations', up: addPasswordNormalizations },
  { version: 19, name: 'script calls', up: addScriptCalls },
  { version: 20, name: 'sessions', up: makeSessionTables },
  { version: 21, name: 'ticket claims', up: addTicketClaims },
  { version: 22, name: 'script call durations', up: addScriptCallDurations },
  { version: 23, name: 'users imports', up: addUsersImports },
  { version: 24, name: 'log streams', up: makeLogStreams },
  { version: 25, name: 'email settings', up: makeEmailSettings },
  { version: 26, name: 'rules', up: makeRuleTables },
  { version: 27, name: 'actions', up: makeActionTables },
  { version: 28, name: 'text messages', up: addTextMessages },
  { version: 29, name: 'arrivals', up: addArrivals },
  { version: 30, name: 'directory', up: makeDirectoryTables },
  { version: 31, name: 'finishes', up: makeFinishTables },
  { version: 32, name: 'record decisions', up: addRecordDecisions },
  { version: 33, name: 'log terms', up: makeLogTerms },
  { version: 34, name: 'legacy activity', up: makeLegacyActivityTable },
  { version: 35, name: 'rehearsals', up: addRehearsals },
  { version: 36, name: 'named scopes', up: nameScopes },
  { version: 37, name: 'client credentials', up: makeClientCredentials },
  { version: 38, name: 'metadata leaves', up: addMetadataLeaves },
  { version: 39, name: 'linked users', up: addLinkedUsers },
  { version: 40, name: 'names in lower case', up: addNamesInLowerCase },
  { version: 41, name: 'configuration origins', up: addConfigurationOrigins },
  { version: 42, name: 'login counts', up: makeLoginCounts },
  { version: 43, name: 'records by outcome', up: addRecordsByOutcome },
  { version: 44, name: 'session callers', up: addSessionCallers },
  { version: 45, name: 'tickets of users', up: addTicketsOfUsers },
  { version: 46, name: 'arrivals of connections', up: indexArrivalsOfConnections },
  { version: 47, name: 'usernames by prefix', up: indexUsernamesByPrefix },
  { version: 48, name: 'links of legacy users', up: indexLinksOfLegacyUsers },
]
