import { canonicalIdentifier } from '../base/canonical-identifier.ts'
import type { Clock } from '../base/clock.ts'
import type { Language } from '../base/message.ts'
import type { Client } from '../clients/client.ts'
import { connectionById, type Connection } from '../connections/connection.ts'
import { runsScript } from '../connections/script-matrix.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import type { UnauthenticatedEvents } from '../logs/unauthenticated-events.ts'
import type { Delivery } from '../mail/delivery.ts'
import { queueMail } from '../mail/outbox.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { languageOfTenant } from '../tenants/choose-language.ts'
import { issuerOf, type Site, type Tenant } from '../tenants/tenant.ts'
import { profileById, type User } from '../users/user.ts'
import { planUserMail } from './plan-user-mail.ts'
import { refusalEventDetails, type ChangeLegacyStoreDeps } from './change-legacy-store.ts'
import {
  findUsedTicket,
  claimTicket,
  insertTicket,
  readTicket,
  usedTicket,
  useTicket,
  type Ticket,
  type TicketData,
  type UsedTicket,
} from './tickets.ts'
import { userEvent } from './user-event.ts'
import { verifyInLegacyStore, type VerifiedInLegacyStore } from './verify-in-legacy-store.ts'

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
export type VerificationRequest = {
  tenant: Tenant
  connection: Connection
  client?: Client
  user: User
  /** The language of the mail and of the page behind its link; the tenant's first where it is left out. */
  language?: Language
}

/**
 * Queues a mail with a link that verifies the user's address, in the caller's transaction. Wake the delivery after the commit. No mail is
 * queued for a user without an address or with a verified address, nor where the tenant has turned this mail off.
 */
export async function queueVerification(
  trx: Transaction,
  deps: Omit<SendVerificationDeps, 'db' | 'delivery'>,
  { tenant, connection, client, user, language = languageOfTenant(tenant) }: VerificationRequest,
): Promise<void> {
  const { email } = user
  if (email === null || user.email_verified) return
  const { tenant_id } = tenant
  const recipient = { ...user, email }
  const plan = await planUserMail(trx, deps.site, {
    kind: 'verify_email',
    tenant,
    connection,
    client,
    user: recipient,
    language,
  })
  if (!plan.is_sent) return
  const { link, created_at, expires_at } = await insertVerificationTicket(trx, deps, {
    tenant,
    connection,
    user,
    email,
    data: { language, ...plan.data, ...(client === undefined ? {} : { client_id: client.client_id }) },
    lifetime_s: plan.lifetime_s,
  })
  const { mail, failure } = plan.write(link)
  await queueMail(trx, deps.sealer, { tenant_id, to: email, ...mail, created_at, expires_at })
  if (failure === undefined) return
  const { connection_id, name } = connection
  const event = { connection_id, connection: name, user_id: user.user_id, user_name: email, description: failure }
  await recordEvent(trx, tenant_id, created_at, { ...event, type: 'fn' })
}

/** Mails a user a link that verifies the address; see `queueVerification`. */
export async function sendVerification(deps: SendVerificationDeps, request: VerificationRequest): Promise<void> {
  await inTransaction(deps.db, (trx) => queueVerification(trx, deps, request))
  deps.delivery.wake()
}

/** The e-mail address, result URL and language of a verification link. Reading a ticket does not use it. @throws {Refusal} `ticket_invalid` */
export async function readVerificationTicket(
  deps: { db: Db; clock: Clock },
  tenant: Tenant,
  secret: string,
): Promise<{ email: string; result_url: string | undefined; language: string | undefined }> {
  const { email, data } = await readTicket(deps.db, tenant.tenant_id, 'email_verification', secret, deps.clock.now())
  return { email, result_url: data.result_url, language: data.language }
}

/**
 * The result of a verification link that was used, while its address is still the user's and verified: impatient users and mail scanners
 * open a link again, and nothing is wrong. Undefined for every other link.
 */
export async function findConfirmedVerification(
  { db, clock }: { db: Db; clock: Clock },
  { tenant_id }: Tenant,
  secret: string,
): Promise<UsedTicket | undefined> {
  const ticket = await findUsedTicket(db, tenant_id, 'email_verification', secret, clock.now())
  const user_id = ticket?.user_id ?? undefined
  const user = user_id === undefined ? undefined : await profileById(db, tenant_id, user_id)
  const is_confirmed =
    user?.email_verified === true &&
    user.email !== null &&
    canonicalIdentifier(user.email) === canonicalIdentifier(ticket?.email ?? '')
  return ticket && is_confirmed ? usedTicket(ticket) : undefined
}

/** Dependencies of `confirmVerification`. */
export type ConfirmVerificationDeps = ChangeLegacyStoreDeps & {
  db: Db
  clock: Clock
  unauthenticated_events: UnauthenticatedEvents
}

/** Input for confirming an address: the secret of the mailed link. */
export type VerificationConfirmation = { tenant: Tenant; secret: string; caller: Caller }

async function completeVerification(
  deps: ConfirmVerificationDeps,
  { tenant: { tenant_id }, secret, caller }: VerificationConfirmation,
  {
    user_id,
    email,
    connection_id,
    in_legacy_store,
  }: Ticket & { user_id: string; in_legacy_store: VerifiedInLegacyStore | undefined },
): Promise<void> {
  const is_verified = in_legacy_store === undefined || in_legacy_store.is_returned
  await inTransaction(deps.db, async (trx) => {
    const at = deps.clock.now()
    await useTicket(trx, tenant_id, 'email_verification', secret, at)
    await trx
      .updateTable('users')
      .set({ updated_at: at, ...(is_verified ? { email_verified: 1 } : {}) })
      .where('tenant_id', '=', tenant_id)
      .where('user_id', '=', user_id)
      .where('email_lower', '=', canonicalIdentifier(email))
      .returning('user_id')
      .executeTakeFirstOrThrow(() => new Refusal('ticket_invalid'))
    await recordEvent(trx, tenant_id, at, {
      type: 'sv',
      description: 'The e-mail address was verified through a mailed link.',
      connection_id,
      user_id,
      user_name: email,
      caller,
      ...(in_legacy_store ? { details: { migration: in_legacy_store.migration } } : {}),
    })
  })
}

/**
 * Marks the user's address as verified if it is still the one that the link was mailed to. In legacy mode `verify` runs first, and the address
 * is marked here by the next login, or now where the script returns the profile.
 *
 * @throws {Refusal} `ticket_invalid`; in legacy mode `ticket_in_use` and those of `verifyInLegacyStore`
 */
export async function confirmVerification(
  deps: ConfirmVerificationDeps,
  confirmation: VerificationConfirmation,
): Promise<UsedTicket> {
  const { tenant, secret, caller } = confirmation
  const ticket = await readTicket(deps.db, tenant.tenant_id, 'email_verification', secret, deps.clock.now())
  const { user_id, email } = ticket
  const connection = await connectionById(deps.db, tenant.tenant_id, ticket.connection_id)
  if (user_id === null || !connection) throw new Refusal('ticket_invalid')
  try {
    const complete = (in_legacy_store?: VerifiedInLegacyStore) =>
      completeVerification(deps, confirmation, { ...ticket, user_id, in_legacy_store })
    if (runsScript(connection, 'verification', 'verify')) {
      await claimTicket(deps, { tenant_id: tenant.tenant_id, kind: 'email_verification', secret }, async () =>
        complete(await verifyInLegacyStore(deps, { tenant, connection, user_id, email })),
      )
    } else await complete()
  } catch (error) {
    if (error instanceof Refusal) {
      const event = {
        ...userEvent({ connection, caller }, email),
        caller,
        type: 'fv' as const,
        description: error.message,
      }
      await deps.unauthenticated_events.record(tenant.tenant_id, { ...event, ...refusalEventDetails(error) })
    }
    throw error
  }
  return usedTicket(ticket)
}
