import type { Clock } from '../base/clock.ts'
import type { JsonObject } from '../base/json.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import type { Db } from '../store/tables.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { shownName, type User } from '../users/user.ts'

/** The caller in log events of commands. */
export const command_caller: Caller = { ip: '127.0.0.1', user_agent: 'wherry command', hostname: '' }

/** Records a command of the operator in the log of a tenant, as the log has the writes through the Management API. */
export async function recordCommand(
  { db, clock }: { db: Db; clock: Clock },
  { tenant_id }: Tenant,
  command: string,
  user?: User,
  details?: JsonObject,
): Promise<void> {
  await recordEvent(db, tenant_id, clock.now(), {
    type: 'sapi',
    description: `Command: ${command}`,
    caller: command_caller,
    ...(user === undefined ? {} : { user_id: user.user_id, user_name: shownName(user) }),
    ...(details === undefined ? {} : { details }),
  })
}
