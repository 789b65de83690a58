import type { Connection } from '../connections/connection.ts'
import { observedIdentifiers } from '../migration/move-user.ts'
import { observe, type Through } from '../migration/records.ts'
import type { Transaction } from '../store/tables.ts'
import { issuerOf, type Tenant } from '../tenants/tenant.ts'
import type { LoginParts } from './login-parts.ts'
import type { Addressee } from './reset-addressee.ts'
import { makeTicket, type TicketData } from './tickets.ts'

/** A link for a new password, to be made. */
export type ResetTicketOrder = {
  tenant: Tenant
  connection: Connection
  addressee: Addressee
  /** What the person was asked for by, trimmed. */
  typed: string
  through: Through
  data: TicketData
  lifetime_s: number
}

/** Makes a link for a new password and, for a person who has not moved, notes it in the ledger. Nothing is mailed. */
export async function makeResetTicket(
  trx: Transaction,
  parts: Pick<LoginParts, 'clock' | 'site'>,
  order: ResetTicketOrder,
): Promise<{ link: string; created_at: number; expires_at: number }> {
  const { tenant, connection, addressee, typed, through, data, lifetime_s } = order
  const { tenant_id } = tenant
  const { connection_id } = connection
  const at = parts.clock.now()
  const ticket = { tenant_id, kind: 'password_change', connection_id, ...addressee, data, at, lifetime_s } as const
  const { secret, expires_at } = await makeTicket(trx, ticket)
  if (addressee.legacy_id !== null) {
    await observe(trx, {
      tenant_id,
      connection_id,
      at,
      identifiers: observedIdentifiers(typed),
      legacy_id: addressee.legacy_id,
      email: addressee.email,
      through,
      outcome: null,
      state: 'reset_pending',
      makes_record: true,
    })
  }
  // The bare # at the end lets mail templates append a fragment of their own.
  const link = `${issuerOf(tenant, parts.site.scheme)}u/reset-verify?ticket=${secret}#`
  return { link, created_at: at, expires_at }
}
