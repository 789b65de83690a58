import type { Transaction } from '../store/tables.ts'
import { bareId } from './user.ts'

/** The identity whose password is set. `user_id`: its root id, also that of a legacy user who is not stored here. */
export type PasswordOwner = { tenant_id: string; connection_id: string; user_id: string }

// The others set no password of a user who exists, or name no user: the operator's set-up link is for a tenant.
const kinds = ['password_change', 'admin_password']

/**
 * Ends the open links and codes by which another password of this identity could be set, in the transaction that sets one: a link that was
 * made before the change must not undo it. Those that were made for a legacy user end too, who has moved since.
 *
 * @param ticket_digest that of the link by which the password is set now, and which the caller uses; null where there is none
 */
export async function endPasswordLinks(
  trx: Transaction,
  { tenant_id, connection_id, user_id }: PasswordOwner,
  ticket_digest: string | null,
): Promise<void> {
  const legacy_id = bareId(user_id)
  const tickets = trx
    .deleteFrom('tickets')
    .where('tenant_id', '=', tenant_id)
    .where('kind', 'in', kinds)
    .where('used_at', 'is', null)
    .$if(ticket_digest !== null, (other) => other.where('ticket_digest', '<>', ticket_digest))
  const codes = trx.deleteFrom('reset_codes').where('tenant_id', '=', tenant_id)
  // A statement for each index.
  await tickets.where('user_id', '=', user_id).execute()
  await tickets.where('connection_id', '=', connection_id).where('legacy_id', '=', legacy_id).execute()
  await codes.where('user_id', '=', user_id).execute()
  await codes.where('connection_id', '=', connection_id).where('legacy_id', '=', legacy_id).execute()
}
