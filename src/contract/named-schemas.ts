// The named schemas of the contract, which the OpenAPI document describes once each.
import * as action from './action.ts'
import * as assistant from './assistant.ts'
import * as attack_protection from './attack-protection.ts'
import * as branding from './branding.ts'
import * as client_credential from './client-credential.ts'
import * as client_grant from './client-grant.ts'
import * as client from './client.ts'
import * as connection_routes from './connection-routes.ts'
import * as connection from './connection-options.ts'
import * as job from './job.ts'
import * as email_provider from './email-provider.ts'
import * as email_template from './email-template.ts'
import * as log_event from './log-event.ts'
import * as log_stream from './log-stream.ts'
import * as migration_record from './migration-record.ts'
import * as outbox_message from './outbox-message.ts'
import * as resource_server from './resource-server.ts'
import * as rule from './rule.ts'
import * as script_log from './script-log.ts'
import * as script_try from './script-try.ts'
import * as script_version from './script-version.ts'
import * as stats from './stats.ts'
import * as tenant_settings from './tenant-settings.ts'
import * as tenant from './tenant.ts'
import * as user_block from './user-block.ts'
import * as user from './user.ts'

const modules = [
  action,
  assistant,
  attack_protection,
  branding,
  client_credential,
  client_grant,
  client,
  connection,
  connection_routes,
  job,
  email_provider,
  email_template,
  log_event,
  log_stream,
  migration_record,
  outbox_message,
  resource_server,
  rule,
  script_log,
  script_try,
  script_version,
  stats,
  tenant_settings,
  tenant,
  user_block,
  user,
]

/** The names of the schemas that the contract exports, by schema. */
export const namedSchemas: ReadonlyMap<unknown, string> = new Map<unknown, string>(
  modules.flatMap((module) =>
    Object.entries<unknown>(module)
      .filter(([name, value]) => /^[A-Z]/.test(name) && typeof value === 'object' && value !== null)
      .map(([name, value]): [unknown, string] => [value, name]),
  ),
)
