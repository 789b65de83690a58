import { newTicketSecret } from '../base/ids.ts'
import { sha256 } from '../base/digest.ts'
import { Refusal } from '../contract/refusal.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import type { Db, TicketsTable, Transaction } from '../store/tables.ts'

/** How long a mailed link is good for, in seconds: five days. */
export const ticket_lifetime_s = 432_000

/** What a mailed link is for. */
export type TicketKind = 'password_change' | 'email_verification'

/** What a link carries besides whom it is for. */
export type TicketData = {
  client_id?: string
  result_url?: string
  mark_email_as_verified?: boolean
  /** Whether `result_url` is given the address. */
  include_email_in_redirect?: boolean
}

/** How a link did its work. `tell_email`: the address belongs into `result_url`. */
export type TicketUsed = { email: string; result_url?: string; tell_email: boolean }

/** A ticket that is still good. `user_id` is null for a person who has not moved. */
export type Ticket = {
  kind: TicketKind
  connection_id: string
  user_id: string | null
  legacy_id: string | null
  email: string
  data: TicketData
}

/** A ticket to be. */
export type NewTicket = Ticket & { tenant_id: string; at: number; lifetime_s?: number }

/** What is told of a ticket that did its work. */
export function ticketUsed({ email, data }: Ticket): TicketUsed {
  return {
    email,
    ...(data.result_url === undefined ? {} : { result_url: data.result_url }),
    tell_email: data.include_email_in_redirect === true,
  }
}

/** Writes a ticket and gives its secret, which is kept nowhere but in the link. */
export async function makeTicket(
  db: Db | Transaction,
  ticket: NewTicket,
): Promise<{ secret: string; expires_at: number }> {
  const secret = newTicketSecret()
  const expires_at = ticket.at + (ticket.lifetime_s ?? ticket_lifetime_s) * 1000
  await db
    .insertInto('tickets')
    .values({
      tenant_id: ticket.tenant_id,
      ticket_digest: sha256(secret),
      kind: ticket.kind,
      connection_id: ticket.connection_id,
      user_id: ticket.user_id,
      legacy_id: ticket.legacy_id,
      email: ticket.email,
      data: writeJson(ticket.data),
      created_at: ticket.at,
      expires_at,
      used_at: null,
    })
    .execute()
  return { secret, expires_at }
}

function ticketFromRow(row: TicketsTable): Ticket {
  return {
    kind: row.kind as TicketKind,
    connection_id: row.connection_id ?? '',
    user_id: row.user_id,
    legacy_id: row.legacy_id,
    email: row.email ?? '',
    data: readJson<TicketData>(row.data),
  }
}

/** The ticket of a secret, unused and in time. Reading changes nothing. @throws {Refusal} `ticket_invalid` */
export async function readTicket(
  db: Db,
  tenant_id: string,
  kind: TicketKind,
  secret: string,
  now: number,
): Promise<Ticket> {
  const row = await db
    .selectFrom('tickets')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('ticket_digest', '=', sha256(secret))
    .where('kind', '=', kind)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  if (!row) throw new Refusal('ticket_invalid')
  return ticketFromRow(row)
}

/**
 * Uses a ticket up, in the transaction of what it permits. Of several at once, one gets through.
 *
 * @throws {Refusal} `ticket_invalid`
 */
export async function useTicket(
  trx: Transaction,
  tenant_id: string,
  kind: TicketKind,
  secret: string,
  now: number,
): Promise<void> {
  const used = await trx
    .updateTable('tickets')
    .set({ used_at: now })
    .where('tenant_id', '=', tenant_id)
    .where('ticket_digest', '=', sha256(secret))
    .where('kind', '=', kind)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('ticket_digest')
    .executeTakeFirst()
  if (!used) throw new Refusal('ticket_invalid')
}

/** Uses up what other tickets of a kind were mailed to an address: one link that did its work ends the older ones. */
export async function useOtherTickets(trx: Transaction, tenant_id: string, ticket: Ticket, now: number): Promise<void> {
  await trx
    .updateTable('tickets')
    .set({ used_at: now })
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', ticket.connection_id)
    .where('email', '=', ticket.email)
    .where('kind', '=', ticket.kind)
    .where('used_at', 'is', null)
    .execute()
}

/** Deletes tickets that have ended. */
export async function purgeTickets(db: Db, now: number): Promise<void> {
  await db.deleteFrom('tickets').where('expires_at', '<=', now).execute()
}
