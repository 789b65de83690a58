import type { Route } from './route.ts'
import { assistantRoutes } from './assistant.ts'
import { attackProtectionRoutes } from './attack-protection.ts'
import { actionBindingRoutes } from './action-binding.ts'
import { actionRunRoutes } from './action-run.ts'
import { actionRoutes } from './action.ts'
import { brandingRoutes } from './branding.ts'
import { clientGrantRoutes } from './client-grant.ts'
import { clientRoutes } from './client.ts'
import { clientCredentialRoutes } from './client-credential.ts'
import { connectionRoutes } from './connection-routes.ts'
import { connectionSettingsRoutes } from './connection-settings.ts'
import { connectionConfigurationRoutes } from './connection-configuration.ts'
import { connectionScriptRoutes } from './connection-scripts.ts'
import { decisionRoutes } from './decision.ts'
import { rehearsalRoutes } from './rehearsal.ts'
import { directoryRoutes } from './directory.ts'
import { identityRoutes } from './identity.ts'
import { jobRoutes } from './job.ts'
import { emailProviderRoutes } from './email-provider.ts'
import { emailTemplateRoutes } from './email-template.ts'
import { finishRoutes } from './finish.ts'
import { legacyActivityRoutes } from './legacy-activity.ts'
import { logRoutes } from './log-event.ts'
import { logStreamRoutes } from './log-stream.ts'
import { migrationReportRoutes } from './migration-report.ts'
import { migrationProgressRoutes } from './migration-progress.ts'
import { migrationRoutes } from './migration-record.ts'
import { outboxRoutes } from './outbox-message.ts'
import { peopleRoutes } from './people.ts'
import { promptRoutes } from './prompts.ts'
import { refreshTokenRoutes } from './refresh-token.ts'
import { resourceServerRoutes } from './resource-server.ts'
import { ruleRoutes } from './rule.ts'
import { scriptLogRoutes } from './script-log.ts'
import { scriptTemplateRoutes } from './script-template.ts'
import { scriptTryRoutes } from './script-try.ts'
import { scriptVersionRoutes } from './script-version.ts'
import { sessionRoutes } from './session.ts'
import { signInTestRoutes } from './sign-in-test.ts'
import { signingKeyRoutes } from './signing-key.ts'
import { statsRoutes } from './stats.ts'
import { tenantAdminRoutes } from './tenant-admin.ts'
import { tenantProgressRoutes } from './tenant-progress.ts'
import { tenantSettingsRoutes } from './tenant-settings.ts'
import { tenantRoutes } from './tenant.ts'
import { userBlockRoutes } from './user-block.ts'
import { userTicketRoutes } from './user-ticket.ts'
import { userRoutes } from './user.ts'

/** Every operation of the Management API, by name. Types, checks and the OpenAPI document come from this list. */
export const routes = {
  ...userRoutes,
  ...identityRoutes,
  ...sessionRoutes,
  ...refreshTokenRoutes,
  ...userBlockRoutes,
  ...userTicketRoutes,
  ...attackProtectionRoutes,
  ...connectionRoutes,
  ...connectionSettingsRoutes,
  ...connectionScriptRoutes,
  ...connectionConfigurationRoutes,
  ...scriptLogRoutes,
  ...scriptVersionRoutes,
  ...scriptTryRoutes,
  ...signInTestRoutes,
  ...scriptTemplateRoutes,
  ...assistantRoutes,
  ...ruleRoutes,
  ...actionRoutes,
  ...actionBindingRoutes,
  ...actionRunRoutes,
  ...clientRoutes,
  ...clientCredentialRoutes,
  ...resourceServerRoutes,
  ...clientGrantRoutes,
  ...signingKeyRoutes,
  ...jobRoutes,
  ...logRoutes,
  ...logStreamRoutes,
  ...statsRoutes,
  ...migrationRoutes,
  ...migrationProgressRoutes,
  ...finishRoutes,
  ...decisionRoutes,
  ...peopleRoutes,
  ...legacyActivityRoutes,
  ...migrationReportRoutes,
  ...rehearsalRoutes,
  ...directoryRoutes,
  ...outboxRoutes,
  ...emailProviderRoutes,
  ...emailTemplateRoutes,
  ...tenantSettingsRoutes,
  ...tenantProgressRoutes,
  ...brandingRoutes,
  ...promptRoutes,
  ...tenantRoutes,
  ...tenantAdminRoutes,
} satisfies Record<string, Route>

/** The type of `routes`. */
export type Routes = typeof routes

/** The name of an operation. */
export type RouteName = keyof Routes
