import { defined } from '../base/defined.ts'
import type { Clock } from '../base/clock.ts'
import type { JsonObject } from '../base/json.ts'
import type { Connection } from '../connections/connection.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import { enqueueActions } from '../rules/enqueue-actions.ts'
import type { Transaction } from '../store/tables.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { recipientOf, useTicket, type Ticket } from './tickets.ts'
import { liftBlocks, type LockedNames } from './user-blocks.ts'
import { userEvent } from './user-event.ts'

/** A reset that a user confirmed. */
export type ConfirmedReset = {
  tenant: Tenant
  connection: Connection
  ticket: Ticket
  secret: string
  caller: Caller
}

/**
 * Writes what each confirmed reset writes, in the transaction that changes the password: uses the ticket, verifies
 * the address where the ticket says so, or the number to which a code was sent, lifts the locks of `names`, records the event and enqueues the
 * actions of `post-change-password`.
 *
 * @throws {Refusal} `ticket_invalid`
 */
export async function completeReset(
  trx: Transaction,
  deps: { clock: Clock },
  { tenant, ticket, connection, secret, caller }: ConfirmedReset,
  { user_id, names, details }: { user_id: string; names: LockedNames; details?: JsonObject },
): Promise<void> {
  const at = deps.clock.now()
  await useTicket(trx, tenant.tenant_id, 'password_change', secret, at)
  const { phone_number, mark_email_as_verified } = ticket.data
  if (phone_number !== undefined || mark_email_as_verified === true) {
    await trx
      .updateTable('users')
      .set(phone_number === undefined ? { email_verified: 1 } : { phone_verified: 1 })
      .where('tenant_id', '=', tenant.tenant_id)
      .where('user_id', '=', user_id)
      .execute()
  }
  await liftBlocks(trx, tenant.tenant_id, names)
  const { connection_id } = connection
  const client = defined({ client_id: ticket.data.client_id })
  const job = { trigger: 'post-change-password', user_id, connection_id, ...client, caller } as const
  await enqueueActions(trx, { tenant_id: tenant.tenant_id, at }, job)
  await recordEvent(trx, tenant.tenant_id, at, {
    ...userEvent({ connection, caller }, recipientOf(ticket)),
    type: 'scp',
    description: `The password was changed through a ${phone_number === undefined ? 'mailed link' : 'code in a text message'}.`,
    ...(ticket.data.client_id === undefined ? {} : { client_id: ticket.data.client_id }),
    user_id,
    ...(details === undefined ? {} : { details }),
  })
}
