import type { Clock } from '../base/clock.ts'
import { defined } from '../base/defined.ts'
import { newTicketSecret } from '../base/ids.ts'
import { digestText } from '../base/digest.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Role } from '../contract/roles.ts'
import { deleteUntil } from '../store/delete-until.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import type { Db, TicketsTable, Transaction } from '../store/tables.ts'

/** The default lifetime of a ticket in seconds: five days. */
export const ticket_lifetime_s = 432_000

/** The purpose of a ticket: a link that is mailed to a user, or the set-up link, the invitation or the new password of an admin. */
export type TicketKind =
  | 'password_change'
  | 'email_verification'
  | 'admin_setup'
  | 'admin_invitation'
  | 'admin_password'

/** The options of a ticket. */
export type TicketData = {
  client_id?: string
  result_url?: string
  mark_email_as_verified?: boolean
  /** Whether the address is added to `result_url`. */
  include_email_in_redirect?: boolean
  /** The language of the mail, which the page behind the link has too. */
  language?: string
  /** The number, in E.164, whose owner proved it with a code. Such a ticket has no e-mail address. */
  phone_number?: string
  /** What a legacy user was looked up by, where that is not the address in the same letters: `get_user` is called with it again. */
  identifier?: string
  /** The id of the invitation of an admin, and the role that it gives. */
  invitation_id?: string
  role?: Role
}

/** The result of using a ticket. `add_email`: whether the address is added to `result_url`. `client_id`: the client it was requested for. */
export type UsedTicket = { email: string; result_url?: string; add_email: boolean; client_id?: string }

/** A valid ticket. `user_id` is null for a legacy user who has not moved. */
export type Ticket = {
  kind: TicketKind
  connection_id: string
  user_id: string | null
  legacy_id: string | null
  email: string
  data: TicketData
}

/** Input for creating a ticket. */
export type NewTicket = Pick<TicketsTable, 'tenant_id' | 'connection_id' | 'user_id' | 'legacy_id' | 'email'> & {
  kind: TicketKind
  data: TicketData
  at: number
  lifetime_s?: number
}

/** The e-mail address that a ticket was mailed to, or the number whose owner got it for a code. */
export const recipientOf = ({ email, data }: Pick<Ticket, 'email' | 'data'>): string => data.phone_number ?? email

/** Converts a ticket to the result of using it. */
export function usedTicket({ email, data }: Ticket): UsedTicket {
  return {
    email: recipientOf({ email, data }),
    ...defined({ result_url: data.result_url, client_id: data.client_id }),
    add_email: data.include_email_in_redirect === true,
  }
}

/** Inserts a ticket and returns its secret. The store has only the digest of the secret. */
export async function insertTicket(
  db: Db | Transaction,
  ticket: NewTicket,
): Promise<{ secret: string; expires_at: number }> {
  const secret = newTicketSecret()
  const expires_at = ticket.at + (ticket.lifetime_s ?? ticket_lifetime_s) * 1000
  await db
    .insertInto('tickets')
    .values({
      tenant_id: ticket.tenant_id,
      ticket_digest: digestText(secret),
      kind: ticket.kind,
      connection_id: ticket.connection_id,
      user_id: ticket.user_id,
      legacy_id: ticket.legacy_id,
      email: ticket.email,
      data: writeJson(ticket.data),
      created_at: ticket.at,
      expires_at,
      used_at: null,
      claimed_until: null,
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

/** Reads the ticket of a secret, which must be unused and not expired. Reading does not use it. @throws {Refusal} `ticket_invalid` */
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
    .where('ticket_digest', '=', digestText(secret))
    .where('kind', '=', kind)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow(() => new Refusal('ticket_invalid'))
  return ticketFromRow(row)
}

/** The ticket of a secret that was used, and would not have expired; undefined for every other one. */
export async function findUsedTicket(
  db: Db,
  tenant_id: string,
  kind: TicketKind,
  secret: string,
  now: number,
): Promise<Ticket | undefined> {
  const row = await db
    .selectFrom('tickets')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('ticket_digest', '=', digestText(secret))
    .where('kind', '=', kind)
    .where('used_at', 'is not', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row && ticketFromRow(row)
}

// Longer than the longest script call with its wait. It only ends by itself where the server was killed meanwhile.
const claim_ms = 300_000

/**
 * Runs `work` that calls a script of the legacy store, before the ticket is used: of several concurrent uses one runs it. Where it fails the
 * ticket can be used again, because the change was not made, or it is unknown whether it was.
 *
 * @throws {Refusal} `ticket_in_use` while another use runs, `ticket_invalid`, and what `work` throws
 */
export async function claimTicket<T>(
  { db, clock }: { db: Db; clock: Clock },
  { tenant_id, kind, secret }: { tenant_id: string; kind: TicketKind; secret: string },
  work: () => Promise<T>,
): Promise<T> {
  const now = clock.now()
  const claimed_until = now + claim_ms
  const ticket = db
    .updateTable('tickets')
    .where('tenant_id', '=', tenant_id)
    .where('ticket_digest', '=', digestText(secret))
    .where('used_at', 'is', null)
  const claimed = await ticket
    .set({ claimed_until })
    .where('kind', '=', kind)
    .where('expires_at', '>', now)
    .where((row) => row.or([row('claimed_until', 'is', null), row('claimed_until', '<=', now)]))
    .returning('ticket_digest')
    .executeTakeFirst()
  if (!claimed) {
    await readTicket(db, tenant_id, kind, secret, now)
    throw new Refusal('ticket_in_use')
  }
  try {
    return await work()
  } catch (error) {
    const release = ticket.set({ claimed_until: null }).where('claimed_until', '=', claimed_until).execute()
    // Without a store the claim ends by itself.
    await release.catch(() => undefined)
    throw error
  }
}

/**
 * Uses a ticket, in the transaction of the change that it permits. Of several concurrent uses, one succeeds.
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
  await trx
    .updateTable('tickets')
    .set({ used_at: now })
    .where('tenant_id', '=', tenant_id)
    .where('ticket_digest', '=', digestText(secret))
    .where('kind', '=', kind)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('ticket_digest')
    .executeTakeFirstOrThrow(() => new Refusal('ticket_invalid'))
}

/** Invalidates the unused tickets of a user, whose address has changed. */
export async function invalidateTickets(trx: Transaction, tenant_id: string, user_id: string): Promise<void> {
  await trx
    .deleteFrom('tickets')
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .where('used_at', 'is', null)
    .execute()
}

/** Deletes expired tickets of a tenant, and returns their number: at most 500. */
export async function purgeTickets(db: Db, tenant_id: string, now: number): Promise<number> {
  return await deleteUntil(db, tenant_id, { table: 'tickets', column: 'expires_at' }, now)
}
