import { digestText } from '../base/digest.ts'
import { Refusal } from '../contract/refusal.ts'
import { useTicket } from '../login/tickets.ts'
import { liftBlocks } from '../login/user-blocks.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import type { NewSession } from '../sessions/session.ts'
import type { Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { newCredential, setPassword } from '../users/write-credential.ts'
import { checkAdminPassword } from './admin-password.ts'
import type { SetUpAdminDeps } from './set-up-admin.ts'
import { readSetupTicket, type PasswordOffer } from './setup-ticket.ts'
import { recordSignIn, startAdminSession } from './start-admin-session.ts'

/** The form behind a link for a new password. `system` is the system tenant. */
export type AdminPasswordForm = { system: Tenant; secret: string; password: string; caller: Caller }

/** Requires that the admin of the link exists, with the address that the link was made for. @throws {Refusal} `ticket_invalid` */
async function requireHolder(trx: Transaction, tenant_id: string, { user_id, email }: PasswordOffer): Promise<void> {
  await trx
    .selectFrom('users')
    .select('user_id')
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .where('email_lower', '=', email)
    .executeTakeFirstOrThrow(() => new Refusal('ticket_invalid'))
}

/**
 * Sets the password of an admin by the operator's link (`createPasswordLink`), of whichever tenants: every session, token, link and lock of before
 * ends, the roles stay, and the admin is signed in. Of several concurrent uses of the link, one succeeds.
 *
 * @throws {Refusal} `weak_password`, `password_too_long`, `overloaded`, and `ticket_invalid` when the link is used, expired or unknown
 */
export async function replaceAdminPassword(
  { db, clock, passwords }: SetUpAdminDeps,
  { system, secret, password, caller }: AdminPasswordForm,
): Promise<NewSession> {
  const ticket = await readSetupTicket({ db, clock }, secret)
  if (ticket.state !== 'open' || ticket.offer.kind !== 'admin_password') throw new Refusal('ticket_invalid')
  const { offer } = ticket
  const { email, user_id, connection_id } = offer
  const { tenant_id } = system
  checkAdminPassword(email, password)
  const hash = await passwords.hash(password, tenant_id)
  return await inTransaction(db, async (trx) => {
    const at = clock.now()
    await requireHolder(trx, tenant_id, offer)
    await setPassword(trx, tenant_id, user_id, newCredential(hash, 'reset'), { at, ticket_digest: digestText(secret) })
    await useTicket(trx, tenant_id, 'admin_password', secret, at)
    await liftBlocks(trx, tenant_id, { identifiers: [email] })
    await recordSignIn(trx, tenant_id, user_id, at)
    const description = "An admin chose a new password with the operator's link"
    const details = { operation: 'chooseAdminPassword' }
    await recordEvent(trx, tenant_id, at, { type: 'sapi', description, user_id, user_name: email, details, caller })
    return await startAdminSession(trx, { system, connection_id, user_id, caller }, at)
  })
}
