import { canonicalIdentifier } from '../base/canonical-identifier.ts'
import type { Clock } from '../base/clock.ts'
import type { Client } from '../clients/client.ts'
import type { Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import type { Delivery } from '../mail/delivery.ts'
import { queueMail } from '../mail/outbox.ts'
import { verificationMail } from '../mail/write-mail.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { brandOf, supportOf } from '../tenants/brand-of.ts'
import { issuerOf, type Site, type Tenant } from '../tenants/tenant.ts'
import type { User } from '../users/user.ts'
import {
  insertTicket,
  readTicket,
  ticket_lifetime_s,
  usedTicket,
  useTicket,
  type TicketData,
  type UsedTicket,
} from './tickets.ts'

/** Dependencies of `sendVerification`. */
export type SendVerificationDeps = {
  db: Db
  clock: Clock
  sealer: Sealer
  site: Site
  delivery: Pick<Delivery, 'wake'>
}

/** Input for a link that verifies an address. */
export type NewVerificationTicket = {
  tenant: Tenant
  connection: Connection
  user: User
  /** The address to verify: the user's. */
  email: string
  data: TicketData
  lifetime_s: number
}

/** Inserts a ticket that verifies an address. No mail is sent. */
export async function insertVerificationTicket(
  trx: Transaction,
  deps: Pick<SendVerificationDeps, 'clock' | 'site'>,
  { tenant, connection, user, email, data, lifetime_s }: NewVerificationTicket,
): Promise<{ link: string; created_at: number; expires_at: number }> {
  const at = deps.clock.now()
  const { secret, expires_at } = await insertTicket(trx, {
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
  const link = `${issuerOf(tenant, deps.site.scheme)}u/email-verification?ticket=${secret}#`
  return { link, created_at: at, expires_at }
}

/** A request to verify a user's address, optionally for a client. */
export type VerificationRequest = { tenant: Tenant; connection: Connection; client?: Client; user: User }

/**
 * Queues a mail with a link that verifies the user's address, in the caller's transaction. Wake the delivery after the commit. No mail is
 * queued for a user without an address or with a verified address.
 */
export async function queueVerification(
  trx: Transaction,
  deps: Omit<SendVerificationDeps, 'db' | 'delivery'>,
  { tenant, connection, client, user }: VerificationRequest,
): Promise<void> {
  const { email } = user
  if (email === null || user.email_verified) return
  const { link, created_at, expires_at } = await insertVerificationTicket(trx, deps, {
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
  const { tenant_id } = tenant
  await queueMail(trx, deps.sealer, { tenant_id, to: email, ...mail, created_at, expires_at })
}

/** Mails a user a link that verifies the address; see `queueVerification`. */
export async function sendVerification(deps: SendVerificationDeps, request: VerificationRequest): Promise<void> {
  await inTransaction(deps.db, (trx) => queueVerification(trx, deps, request))
  deps.delivery.wake()
}

/** The e-mail address and result URL of a verification link. Reading a ticket does not use it. @throws {Refusal} `ticket_invalid` */
export async function readVerificationTicket(
  deps: { db: Db; clock: Clock },
  tenant: Tenant,
  secret: string,
): Promise<{ email: string; result_url: string | undefined }> {
  const { email, data } = await readTicket(deps.db, tenant.tenant_id, 'email_verification', secret, deps.clock.now())
  return { email, result_url: data.result_url }
}

/**
 * Marks the user's address as verified if it is still the one that the link was mailed to.
 *
 * @throws {Refusal} `ticket_invalid`
 */
export async function confirmVerification(
  deps: { db: Db; clock: Clock },
  { tenant, secret, caller }: { tenant: Tenant; secret: string; caller: Caller },
): Promise<UsedTicket> {
  const { tenant_id } = tenant
  const ticket = await readTicket(deps.db, tenant_id, 'email_verification', secret, deps.clock.now())
  const { user_id, email } = ticket
  if (user_id === null) throw new Refusal('ticket_invalid')
  await inTransaction(deps.db, async (trx) => {
    const at = deps.clock.now()
    await useTicket(trx, tenant_id, 'email_verification', secret, at)
    await trx
      .updateTable('users')
      .set({ email_verified: 1, updated_at: at })
      .where('tenant_id', '=', tenant_id)
      .where('user_id', '=', user_id)
      .where('email_lower', '=', canonicalIdentifier(email))
      .returning('user_id')
      .executeTakeFirstOrThrow(() => new Refusal('ticket_invalid'))
    await recordEvent(trx, tenant_id, at, {
      type: 'sv',
      description: 'The e-mail address was verified through a mailed link.',
      connection_id: ticket.connection_id,
      user_id,
      user_name: email,
      caller,
    })
  })
  return usedTicket(ticket)
}
