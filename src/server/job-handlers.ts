import { day_ms, isoTime } from '../base/time.ts'
import { delete_connection_data, deleteConnectionData } from '../connections/delete-connection.ts'
import { index_phone_numbers, indexPhoneNumbers } from '../connections/index-phone-numbers.ts'
import type { JobHandlers } from '../jobs/job.ts'
import { purgeJobs } from '../jobs/purge-jobs.ts'
import { purgeDirectoryLoads } from '../migration/directory/end-loads.ts'
import { createUsersImport, purgeImports, users_import } from '../migration/import/import-users.ts'
import type { VerifyKnownDeps } from '../migration/import/verify-known-password.ts'
import { purgeBruteForceCounters } from '../store/brute-force-counters.ts'
import { purgeResetCodes } from '../login/reset-codes.ts'
import { purgeTickets } from '../login/tickets.ts'
import type { SendVerificationDeps } from '../login/verify-email.ts'
import { createVerificationEmailJob, verification_email } from '../login/verification-email-job.ts'
import { purgeEvents } from '../logs/purge-events.ts'
import { purgeScriptLogs, type ScriptLogRetention } from '../logs/purge-script-logs.ts'
import { purgeScriptCalls } from '../logs/script-call-counts.ts'
import { purgeRotatedTokens } from '../oauth/purge-rotated-tokens.ts'
import { purgeAssertions } from '../oauth/verify-client-assertion.ts'
import { purgeCodes } from '../sessions/authorization-codes.ts'
import { purgeSessions } from '../sessions/purge-sessions.ts'
import { purgeLoginCounts } from '../store/login-counts.ts'
import { purgeOutbox } from '../store/outbox.ts'
import { purgeTokenFamilies } from '../store/refresh-tokens.ts'
import { purgeExports } from '../users/export/export-file.ts'
import { createUsersExport, users_export } from '../users/export/export-users.ts'
import { indexPendingMetadata } from '../users/metadata/index-pending-metadata.ts'
import { createPurgeJob } from './purge-job.ts'

const minute_ms = 60_000
const hour_ms = 3_600_000

/** How long logs are kept. */
export type LogRetention = { log_retention_days: number; script_log_retention: ScriptLogRetention }

/** The handlers of the jobs that need the store only. The names are stored in the job rows and must not change. */
export function jobHandlers(
  deps: SendVerificationDeps & VerifyKnownDeps,
  { log_retention_days, script_log_retention }: LogRetention,
): JobHandlers {
  return {
    [delete_connection_data]: deleteConnectionData,
    [index_phone_numbers]: indexPhoneNumbers,
    [users_import]: createUsersImport(deps),
    [users_export]: createUsersExport(deps),
    [verification_email]: createVerificationEmailJob(deps),
    purge_every_minute: createPurgeJob(deps, minute_ms, [
      { name: 'tickets', runForTenant: purgeTickets },
      { name: 'reset_codes', runForTenant: purgeResetCodes },
      { name: 'outbox', runForTenant: purgeOutbox },
      {
        name: 'script_logs',
        runForTenant: (trx, tenant_id, now) => purgeScriptLogs(trx, tenant_id, now, script_log_retention),
      },
      {
        name: 'log_events',
        runForTenant: (trx, tenant_id, now) => purgeEvents(trx, tenant_id, now, log_retention_days),
      },
      { name: 'token_families', runForTenant: purgeTokenFamilies },
      { name: 'sessions', runForTenant: purgeSessions },
      { name: 'codes', runForTenant: purgeCodes },
      { name: 'client_assertions', runForTenant: purgeAssertions },
      { name: 'imports', runForTenant: purgeImports },
      { name: 'directory_loads', runForTenant: purgeDirectoryLoads },
      { name: 'exports', runForTenant: purgeExports },
      { name: 'rotated_tokens', runForTenant: purgeRotatedTokens },
    ]),
    index_metadata_every_minute: createPurgeJob(deps, minute_ms, [
      { name: 'pending_metadata', runForTenant: indexPendingMetadata },
    ]),
    purge_every_hour: createPurgeJob(deps, hour_ms, [
      // Once an hour, because finding the expired counters reads all of them.
      { name: 'brute_force_counters', run: purgeBruteForceCounters },
      { name: 'jobs', runForTenant: purgeJobs },
      {
        name: 'login_counts',
        runForTenant: (trx, tenant_id, now) =>
          purgeLoginCounts(trx, tenant_id, isoTime(now - log_retention_days * day_ms).slice(0, 10)),
      },
      {
        name: 'script_calls',
        runForTenant: (trx, tenant_id, now) =>
          purgeScriptCalls(trx, tenant_id, now - script_log_retention.days * day_ms),
      },
    ]),
  }
}
