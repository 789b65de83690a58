import { clientGrantHandlers, clientHandlers, resourceServerHandlers } from './client-handlers.ts'
import { connectionHandlers } from './connection-handlers.ts'
import type { Handlers } from './handler.ts'
import { logHandlers } from './log-handlers.ts'
import { migrationHandlers } from './migration-handlers.ts'
import { outboxHandlers } from './outbox-handlers.ts'
import { signingKeyHandlers } from './signing-key-handlers.ts'
import { tenantHandlers } from './tenant-handlers.ts'
import { userBlockHandlers } from './user-block-handlers.ts'
import { userTicketHandlers } from './user-ticket-handlers.ts'
import { userHandlers } from './user-handlers.ts'

/** Who carries out each operation of the contract map; one that is missing does not compile. */
export const handlers: Handlers = {
  ...userHandlers,
  ...userBlockHandlers,
  ...userTicketHandlers,
  ...connectionHandlers,
  ...clientHandlers,
  ...resourceServerHandlers,
  ...clientGrantHandlers,
  ...signingKeyHandlers,
  ...logHandlers,
  ...migrationHandlers,
  ...outboxHandlers,
  ...tenantHandlers,
}
