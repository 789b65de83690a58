import { defined } from '../base/defined.ts'
import type { Clock } from '../base/clock.ts'
import type { Connection } from '../connections/connection.ts'
import { observedIdentifiers } from '../migration/move-user.ts'
import { recordObservation, type Through } from '../migration/record-observation.ts'
import type { Transaction } from '../store/tables.ts'
import { issuerOf, type Site, type Tenant } from '../tenants/tenant.ts'
import type { ResetRecipient } from './find-reset-recipient.ts'
import { insertTicket, type TicketData } from './tickets.ts'

/** Input for a link for a new password. */
export type NewResetTicket = {
  tenant: Tenant
  connection: Connection
  recipient: ResetRecipient
  /** The identifier of the request, trimmed. */
  typed: string
  through: Through
  data: TicketData
  lifetime_s: number
}

/** Inserts a ticket for a new password and, for a legacy user who has not moved, records it in the ledger. No mail is sent. */
export async function insertResetTicket(
  trx: Transaction,
  deps: { clock: Clock; site: Site },
  input: NewResetTicket,
): Promise<{ link: string; created_at: number; expires_at: number }> {
  const { tenant, connection, recipient, typed, through, data, lifetime_s } = input
  const { tenant_id } = tenant
  const { connection_id } = connection
  const at = deps.clock.now()
  const { user_id, legacy_id, email = null, phone_number } = recipient
  const looked_up = user_id === null && typed !== email ? { identifier: typed } : {}
  const ticket = {
    tenant_id,
    kind: 'password_change',
    connection_id,
    user_id,
    legacy_id,
    email,
    data: { ...data, ...looked_up, ...defined({ phone_number }) },
    at,
    lifetime_s,
  } as const
  const { secret, expires_at } = await insertTicket(trx, ticket)
  if (legacy_id !== null) {
    await recordObservation(trx, {
      tenant_id,
      connection_id,
      at,
      identifiers: observedIdentifiers(connection, typed),
      legacy_id,
      email,
      through,
      outcome: null,
      // Legacy mode moves no users: the record stays as it is.
      state: connection.mode === 'legacy' ? null : 'reset_pending',
      creates_record: true,
    })
  }
  // Ends with #, because mail templates may append a fragment.
  const link = `${issuerOf(tenant, deps.site.scheme)}u/reset-verify?ticket=${secret}#`
  return { link, created_at: at, expires_at }
}
