// The named schemas of the contract, which the OpenAPI document describes once each.
import * as client_grant from '../../src/contract/client-grant.ts'
import * as client from '../../src/contract/client.ts'
import * as connection_routes from '../../src/contract/connection-routes.ts'
import * as connection from '../../src/contract/connection.ts'
import * as log_event from '../../src/contract/log-event.ts'
import * as migration_record from '../../src/contract/migration-record.ts'
import * as outbox_message from '../../src/contract/outbox-message.ts'
import * as resource_server from '../../src/contract/resource-server.ts'
import * as script_log from '../../src/contract/script-log.ts'
import * as tenant_settings from '../../src/contract/tenant-settings.ts'
import * as tenant from '../../src/contract/tenant.ts'
import * as user_block from '../../src/contract/user-block.ts'
import * as user from '../../src/contract/user.ts'

const modules = [
  client_grant,
  client,
  connection,
  connection_routes,
  log_event,
  migration_record,
  outbox_message,
  resource_server,
  script_log,
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
