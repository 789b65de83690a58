import { isObject, member, type Json } from './json.ts'
import type { Recording } from './recording.ts'

/** Outcomes without a recorded step, each with the reason. */
export const outcomes_not_recorded: Readonly<Record<string, string>> = {
  denied_by_rule: 'No tenant can have rules or actions; tests/login/post-login.test.ts provokes it.',
  second_factor_unsupported: 'The tour imports no file; tests/management/users-imports.test.ts provokes it.',
  excluded: 'The tour makes no decisions; tests/migration/decisions.test.ts provokes it.',
  rules_not_run: 'No tenant can have rules or actions; tests/sandbox/slow-start.test.ts provokes it.',
  rule_error: 'No tenant can have rules or actions; tests/login/post-login.test.ts provokes it.',
}

const elsewhere = (file: string, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, `tests/${file} calls it, and shows what it limits or delivers.`]))

/** Operations of the Management API without a recorded step, each with the reason. */
export const operations_not_recorded: Readonly<Record<string, string>> = {
  createUsersImport: 'The tour sends no file; tests/management/users-imports.test.ts does.',
  createUsersExport: 'Its file is in no recording; tests/management/users-exports.test.ts reads it.',
  createVerificationEmail: 'Its mail has a random link; tests/management/users-exports.test.ts sends it.',
  getJobFile: 'Its file is in no recording; tests/management/users-exports.test.ts reads it.',
  listJobs: 'Its progress depends on the time; tests/management/users-exports.test.ts reads it.',
  getJob: 'The tour sends no file; tests/management/users-imports.test.ts reads it.',
  listJobErrors: 'The tour sends no file; tests/management/users-imports.test.ts reads it.',
  getConnectionStatus: 'It depends on the logins before; tests/management/logs-and-ledger.test.ts reads it.',
  getActiveUsers: 'It depends on the logins before; tests/management/logs-and-ledger.test.ts reads it.',
  listDailyStats: 'Its days are those of the run; tests/management/logs-and-ledger.test.ts reads them.',
  ...elsewhere('management/attack-protection.test.ts', [
    'getBruteForceProtection',
    'updateBruteForceProtection',
    'getSuspiciousIpThrottling',
    'updateSuspiciousIpThrottling',
    'getBreachedPasswordDetection',
    'updateBreachedPasswordDetection',
  ]),
  ...elsewhere('logs/log-streams.test.ts', [
    'listLogStreams',
    'createLogStream',
    'getLogStream',
    'updateLogStream',
    'rotateLogStreamSecret',
    'deleteLogStream',
  ]),
  ...elsewhere('mail/tenant-mail.test.ts', [
    'getMailDelivery',
    'getEmailProvider',
    'createEmailProvider',
    'updateEmailProvider',
    'deleteEmailProvider',
    'createEmailTemplate',
    'getEmailTemplate',
    'replaceEmailTemplate',
    'updateEmailTemplate',
    'testEmailProvider',
  ]),
  ...elsewhere('logs/test-log-stream.test.ts', ['testLogStream']),
  ...elsewhere('management/previews.test.ts', [
    'listEmailTemplates',
    'previewEmailTemplate',
    'previewPage',
    'getDefaultTexts',
  ]),
  ...elsewhere('connections/script-saves.test.ts', [
    'listScripts',
    'updateScripts',
    'listConfiguration',
    'updateConfiguration',
    'getEgress',
    'setEgress',
    'testDestination',
  ]),
  ...elsewhere('oauth/sign-in-test.test.ts', ['createSignInTest', 'listSignInTestAttempts', 'completeSignInTest']),
  ...elsewhere('management/connections.test.ts', [
    'updateConnectionSettings',
    'listScriptTemplates',
    'generateScripts',
  ]),
  ...elsewhere('admins/members.test.ts', [
    'listTenantAdmins',
    'getTenantAdmin',
    'updateTenantAdmin',
    'deleteTenantAdmin',
    'signOutTenantAdmin',
    'listAdminInvitations',
    'createAdminInvitation',
    'deleteAdminInvitation',
  ]),
  ...elsewhere('migration/decisions.test.ts', ['setDecision', 'deleteDecision', 'exportDecisions', 'loadDecisions']),
  ...elsewhere('rules/credentials-exchange.test.ts', ['testAction', 'getActionExecution']),
  ...elsewhere('rules/tries.test.ts', ['orderRules', 'tryRule', 'summarizeActions']),
  ...elsewhere('management/client-credentials.test.ts', [
    'listClientCredentials',
    'createClientCredential',
    'getClientCredential',
    'updateClientCredential',
    'deleteClientCredential',
  ]),
  ...elsewhere('migration/finish.test.ts', [
    'getPreflight',
    'getFinish',
    'startFinishStep',
    'rollBackFinish',
    'listLatecomers',
    'linkMigrationRecord',
    'releaseMigrationRecord',
  ]),
  ...elsewhere('management/sessions-of-users.test.ts', [
    'listUserSessions',
    'deleteUserSessions',
    'getSession',
    'deleteSession',
    'listUserRefreshTokens',
    'deleteUserRefreshTokens',
    'getRefreshToken',
    'deleteRefreshToken',
  ]),
  ...elsewhere('management/people.test.ts', ['findPeople', 'unlockPerson', 'sendLinkToPerson']),
  ...elsewhere('migration/legacy-activity.test.ts', ['startLegacyActivity', 'getLegacyActivity']),
  ...elsewhere('migration/report.test.ts', ['getMigrationReport']),
  ...elsewhere('management/migration-progress.test.ts', [
    'listMigrations',
    'getMigrationLogins',
    'getMigrationDays',
    'getMigrationCauses',
    'getMigrationGroups',
    'exportMigrationRecords',
    'getTenantPlan',
    'getFirstSteps',
    'decideCause',
  ]),
  ...elsewhere('management/directory.test.ts', [
    'loadDirectory',
    'listDirectoryLoads',
    'getDirectoryLoad',
    'confirmDirectoryLoad',
    'cancelDirectoryLoad',
  ]),
  ...elsewhere('management/directory-users.test.ts', ['importTail']),
  ...elsewhere('migration/rehearsal.test.ts', ['startRehearsal', 'listRehearsals', 'getRehearsal', 'cancelRehearsal']),
  followScriptLogs: 'Its answer does not end; tests/management/script-log-stream.test.ts reads it.',
}

/** The names of the operations that the recordings visit. A fixed part of a path wins over a parameter. */
export function visitedOperations(
  recordings: Recording[],
  routes: Readonly<Record<string, { method: string; url: string }>>,
): Set<string> {
  const operations = Object.entries(routes)
    .map(([name, { method, url }]) => ({
      name,
      method,
      form: new RegExp(`^${url.replaceAll(/:[a-z_]+/g, '[^/?]+')}$`),
      url,
    }))
    .toSorted((one, other) => Number(one.url.includes(':')) - Number(other.url.includes(':')))
  const visited = recordings.flatMap(({ steps }) =>
    steps.map(({ request }) => {
      const path = String(request['path']).split('?')[0] ?? ''
      return operations.find(({ method, form }) => method === request['method'] && form.test(path))?.name
    }),
  )
  return new Set(visited.filter((name) => name !== undefined))
}

/** The outcomes that the recorded log events name. */
export function recordedOutcomes(recordings: Recording[]): Set<string> {
  const events = recordings.flatMap(({ steps }) => steps.flatMap(({ log_events = [] }) => log_events))
  const names = events.map((event: Json) =>
    member(member(isObject(event) ? event['details'] : {}, 'migration'), 'outcome'),
  )
  return new Set(names.filter((name) => typeof name === 'string'))
}
