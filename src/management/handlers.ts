import { actionHandlers } from './action-handlers.ts'
import { attackProtectionHandlers } from './attack-protection-handlers.ts'
import { clientCredentialHandlers } from './client-credential-handlers.ts'
import { clientGrantHandlers, clientHandlers, resourceServerHandlers } from './client-handlers.ts'
import { configurationHandlers } from './configuration-handlers.ts'
import { connectionHandlers } from './connection-handlers.ts'
import { finishHandlers } from './finish-handlers.ts'
import { rehearsalHandlers } from './rehearsal-handlers.ts'
import { decisionHandlers } from './decision-handlers.ts'
import { directoryHandlers } from './directory-handlers.ts'
import type { Handlers } from './handler.ts'
import { identityHandlers } from './identity-handlers.ts'
import { jobApiHandlers } from './job-api-handlers.ts'
import { emailHandlers } from './email-handlers.ts'
import { legacyActivityHandlers } from './legacy-activity-handlers.ts'
import { logHandlers } from './log-handlers.ts'
import { logStreamHandlers } from './log-stream-handlers.ts'
import { migrationReportHandlers } from './migration-report-handlers.ts'
import { migrationProgressHandlers } from './migration-progress-handlers.ts'
import { migrationHandlers } from './migration-handlers.ts'
import { outboxHandlers } from './outbox-handlers.ts'
import { pagePreviewHandlers } from './page-preview-handlers.ts'
import { peopleHandlers } from './people-handlers.ts'
import { ruleHandlers } from './rule-handlers.ts'
import { scriptHandlers } from './script-handlers.ts'
import { scriptTemplateHandlers } from './script-template-handlers.ts'
import { promptHandlers } from './prompt-handlers.ts'
import { refreshTokenHandlers } from './refresh-token-handlers.ts'
import { sessionHandlers } from './session-handlers.ts'
import { signInTestHandlers } from './sign-in-test-handlers.ts'
import { signingKeyHandlers } from './signing-key-handlers.ts'
import { statsHandlers } from './stats-handlers.ts'
import { tenantAdminHandlers } from './tenant-admin-handlers.ts'
import { tenantHandlers } from './tenant-handlers.ts'
import { userBlockHandlers } from './user-block-handlers.ts'
import { userTicketHandlers } from './user-ticket-handlers.ts'
import { userHandlers } from './user-handlers.ts'

/** Dependencies of all operations. */
export type HandlersDeps = Parameters<typeof userHandlers>[0] &
  Parameters<typeof userBlockHandlers>[0] &
  Parameters<typeof identityHandlers>[0] &
  Parameters<typeof userTicketHandlers>[0] &
  Parameters<typeof attackProtectionHandlers>[0] &
  Parameters<typeof connectionHandlers>[0] &
  Parameters<typeof configurationHandlers>[0] &
  Parameters<typeof scriptHandlers>[0] &
  Parameters<typeof scriptTemplateHandlers>[0] &
  Parameters<typeof ruleHandlers>[0] &
  Parameters<typeof actionHandlers>[0] &
  Parameters<typeof clientHandlers>[0] &
  Parameters<typeof signInTestHandlers>[0] &
  Parameters<typeof signingKeyHandlers>[0] &
  Parameters<typeof jobApiHandlers>[0] &
  Parameters<typeof logStreamHandlers>[0] &
  Parameters<typeof migrationHandlers>[0] &
  Parameters<typeof migrationProgressHandlers>[0] &
  Parameters<typeof finishHandlers>[0] &
  Parameters<typeof decisionHandlers>[0] &
  Parameters<typeof peopleHandlers>[0] &
  Parameters<typeof migrationReportHandlers>[0] &
  Parameters<typeof legacyActivityHandlers>[0] &
  Parameters<typeof rehearsalHandlers>[0] &
  Parameters<typeof directoryHandlers>[0] &
  Parameters<typeof outboxHandlers>[0] &
  Parameters<typeof emailHandlers>[0] &
  Parameters<typeof statsHandlers>[0] &
  Parameters<typeof tenantHandlers>[0] &
  Parameters<typeof tenantAdminHandlers>[0]

/** The handler of each operation of the Management API, by name; a missing one is a type error. */
export function createHandlers(deps: HandlersDeps): Handlers {
  return {
    ...userHandlers(deps),
    ...userBlockHandlers(deps),
    ...identityHandlers(deps),
    ...sessionHandlers(deps),
    ...refreshTokenHandlers(deps),
    ...userTicketHandlers(deps),
    ...attackProtectionHandlers(deps),
    ...connectionHandlers(deps),
    ...configurationHandlers(deps),
    ...scriptHandlers(deps),
    ...scriptTemplateHandlers(deps),
    ...ruleHandlers(deps),
    ...actionHandlers(deps),
    ...clientHandlers(deps),
    ...clientCredentialHandlers(deps),
    ...resourceServerHandlers(deps),
    ...clientGrantHandlers(deps),
    ...signInTestHandlers(deps),
    ...signingKeyHandlers(deps),
    ...jobApiHandlers(deps),
    ...logHandlers(deps),
    ...logStreamHandlers(deps),
    ...migrationHandlers(deps),
    ...migrationProgressHandlers(deps),
    ...finishHandlers(deps),
    ...decisionHandlers(deps),
    ...peopleHandlers(deps),
    ...legacyActivityHandlers(deps),
    ...migrationReportHandlers(deps),
    ...rehearsalHandlers(deps),
    ...directoryHandlers(deps),
    ...outboxHandlers(deps),
    ...emailHandlers(deps),
    ...statsHandlers(deps),
    ...tenantHandlers(deps),
    ...tenantAdminHandlers(deps),
    ...promptHandlers(deps),
    ...pagePreviewHandlers(deps),
  }
}
