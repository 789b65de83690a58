import { canonicalIdentifier } from '../base/canonical.ts'
import type { Client } from '../clients/client.ts'
import type { Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import { queueMail } from '../mail/outbox.ts'
import { verificationMail } from '../mail/write-mail.ts'
import type { Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { brandOf, supportOf } from '../tenants/brand-of.ts'
import { issuerOf, type Tenant } from '../tenants/tenant.ts'
import type { User } from '../users/user.ts'
import type { LoginParts } from './login-parts.ts'
import {
  makeTicket,
  readTicket,
  ticket_lifetime_s,
  ticketUsed,
  useTicket,
  type TicketData,
  type TicketUsed,
} from './tickets.ts'

/** A link that proves an address, to be made. */
export type VerificationTicketOrder = {
  tenant: Tenant
  connection: Connection
  user: User
  /** The address to prove: the user's. */
  email: string
  data: TicketData
  lifetime_s: number
}

/** Makes a link that proves an address. Nothing is mailed. */
export async function makeVerificationTicket(
  trx: Transaction,
  parts: Pick<LoginParts, 'clock' | 'site'>,
  { tenant, connection, user, email, data, lifetime_s }: VerificationTicketOrder,
): Promise<{ link: string; created_at: number; expires_at: number }> {
  const at = parts.clock.now()
  const { secret, expires_at } = await makeTicket(trx, {
    tenant_id: tenant.tenant_id,
    kind: 'email_verification',
    connection_id: connection.connection_id,
    user_id: user.user_id,
    legacy_id: null,
    email,
    data,
    at,
    lifetime_s,
  })
  const link = `${issuerOf(tenant, parts.site.scheme)}u/email-verification?ticket=${secret}#`
  return { link, created_at: at, expires_at }
}

/** Mails a user a link that proves the address. Does nothing for a user without an address or with a proven one. */
export async function sendVerification(
  parts: LoginParts,
  { tenant, connection, client, user }: { tenant: Tenant; connection: Connection; client?: Client; user: User },
): Promise<void> {
  const { email } = user
  if (email === null || user.email_verified) return
  const { tenant_id } = tenant
  await inTransaction(parts.db, async (trx) => {
    const { link, created_at, expires_at } = await makeVerificationTicket(trx, parts, {
      tenant,
      connection,
      user,
      email,
      data: client === undefined ? {} : { client_id: client.client_id },
      lifetime_s: ticket_lifetime_s,
    })
    const mail = verificationMail({
      tenant_name: brandOf(tenant).name,
      link,
      email,
      lifetime_s: ticket_lifetime_s,
      support_email: supportOf(tenant)?.email,
    })
    await queueMail(trx, parts.sealer, { tenant_id, to: email, ...mail, created_at, expires_at })
  })
  parts.mailing.wake()
}

/** Whom a verification link is for, and where it leads in the end. Reading changes nothing. @throws {Refusal} `ticket_invalid` */
export async function readVerificationTicket(
  parts: LoginParts,
  tenant: Tenant,
  secret: string,
): Promise<{ email: string; result_url: string | undefined }> {
  const { email, data } = await readTicket(parts.db, tenant.tenant_id, 'email_verification', secret, parts.clock.now())
  return { email, result_url: data.result_url }
}

/**
 * Marks the address proven that a link was mailed to, if it is still the user's.
 *
 * @throws {Refusal} `ticket_invalid`
 */
export async function confirmVerification(
  parts: LoginParts,
  { tenant, secret, caller }: { tenant: Tenant; secret: string; caller: Caller },
): Promise<TicketUsed> {
  const { tenant_id } = tenant
  const ticket = await readTicket(parts.db, tenant_id, 'email_verification', secret, parts.clock.now())
  const { user_id, email } = ticket
  if (user_id === null) throw new Refusal('ticket_invalid')
  await inTransaction(parts.db, async (trx) => {
    const at = parts.clock.now()
    await useTicket(trx, tenant_id, 'email_verification', secret, at)
    const verified = await trx
      .updateTable('users')
      .set({ email_verified: 1, updated_at: at })
      .where('tenant_id', '=', tenant_id)
      .where('user_id', '=', user_id)
      .where('email_lower', '=', canonicalIdentifier(email))
      .returning('user_id')
      .executeTakeFirst()
    if (!verified) throw new Refusal('ticket_invalid')
    await recordEvent(trx, tenant_id, at, {
      type: 'sv',
      description: 'The e-mail address was verified through a mailed link.',
      connection_id: ticket.connection_id,
      user_id,
      user_name: email,
      caller,
    })
  })
  return ticketUsed(ticket)
}
