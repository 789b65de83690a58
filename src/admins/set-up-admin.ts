import type { Clock } from '../base/clock.ts'
import { Refusal } from '../contract/refusal.ts'
import type { LoginDeps } from '../login/login.ts'
import type { NewSession } from '../sessions/session.ts'
import { useTicket } from '../login/tickets.ts'
import { liftBlocks } from '../login/user-blocks.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inTransaction, uniqueViolation } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { findCredential } from '../users/find-credential.ts'
import { newCredential, setPassword, type NewCredential } from '../users/write-credential.ts'
import { checkedAddress } from './admin-address.ts'
import { checkAdminPassword } from './admin-password.ts'
import { addRole, isActiveOwner, isAdminOfAnotherTenant, setRole } from './admin.ts'
import { insertAdmin } from './insert-admin.ts'
import { logInAdmin } from './log-in-admin.ts'
import { readSetupTicket, type RoleOffer } from './setup-ticket.ts'
import { recordSignIn, startAdminSession } from './start-admin-session.ts'
import { adminConnection } from './system-tenant.ts'

/** The dependencies of `setUpAdmin`. */
export type SetUpAdminDeps = { db: Db; clock: Clock; passwords: Passwords }

/** The form behind a set-up link or an invitation, which itself says the address. `system` is the system tenant. */
export type AdminSetup = { system: Tenant; secret: string; email: string; password: string; caller: Caller }

/**
 * The result of a set-up. `created`: the session with which the admin is signed in. `password_required`: the address is that of an admin
 * whose password the link must not set, and who proves it with the existing
 * password (`addExistingAdmin`).
 */
export type SetUpResult = { kind: 'done'; created: NewSession } | { kind: 'password_required' }

/** What the link offers, and the address of the admin. @throws {Refusal} `ticket_invalid`, `invalid_body` */
async function openOffer(
  deps: { db: Db; clock: Clock },
  { secret, ...setup }: AdminSetup,
): Promise<{ tenant: Tenant; offer: RoleOffer; email: string }> {
  const ticket = await readSetupTicket(deps, secret)
  if (ticket.state !== 'open' || ticket.offer.kind === 'admin_password') throw new Refusal('ticket_invalid')
  const { tenant, offer } = ticket
  return { tenant, offer, email: offer.kind === 'admin_invitation' ? offer.email : checkedAddress(setup.email) }
}

type SetupCompletion = {
  system: Tenant
  connection_id: string
  tenant: Tenant
  offer: RoleOffer
  secret: string
  user_id: string
  email: string
  caller: Caller
}

/** Gives the user the role that the link offers. @throws {Refusal} `ticket_invalid` where the inviting admin is no longer an owner, or is blocked */
async function giveRole(
  trx: Transaction,
  { system, tenant: { tenant_id }, offer, user_id }: SetupCompletion,
  at: number,
): Promise<void> {
  const { role } = offer
  if (offer.kind === 'admin_setup') return await setRole(trx, { tenant_id, user_id, role }, at)
  const inviting = { tenant_id, system_id: system.tenant_id, user_id: offer.invited_by }
  if (!(await isActiveOwner(trx, inviting))) throw new Refusal('ticket_invalid')
  await addRole(trx, { tenant_id, user_id, role }, at)
}

/** Uses the link, in the transaction of the change that it permits: the user gets the role, the tenant's log says so, and the user is signed in. */
async function completeSetup(trx: Transaction, setup: SetupCompletion, at: number): Promise<NewSession> {
  const { tenant, offer, secret, user_id, email, caller } = setup
  const { tenant_id } = tenant
  await useTicket(trx, tenant_id, offer.kind, secret, at)
  await giveRole(trx, setup, at)
  const is_invited = offer.kind === 'admin_invitation'
  await recordEvent(trx, tenant_id, at, {
    type: 'sapi',
    description: is_invited ? 'An admin accepted an invitation' : 'An admin was set up with a set-up link',
    user_id,
    user_name: email,
    details: {
      operation: is_invited ? 'acceptAdminInvitation' : 'setUpAdmin',
      role: offer.role,
      ...(is_invited ? { invited_by: offer.invited_by } : {}),
    },
    caller,
  })
  return await startAdminSession(trx, setup, at)
}

/** The user became an admin of another tenant during the set-up. Rolls the transaction back. */
class BecameAdminOfAnotherTenant extends Error {
  constructor() {
    super('The user became an admin of another tenant during the set-up')
    this.name = 'BecameAdminOfAnotherTenant'
  }
}

/** Sets a new password for an admin of this tenant only. */
async function setAdminPassword(
  trx: Transaction,
  { tenant_id, user_id, system }: { tenant_id: string; user_id: string; system: Tenant },
  credential: NewCredential,
  at: number,
): Promise<void> {
  // A set-up link is none of those that a new password ends.
  await setPassword(trx, system.tenant_id, user_id, credential, { at, ticket_digest: null })
  if (await isAdminOfAnotherTenant(trx, tenant_id, user_id)) throw new BecameAdminOfAnotherTenant()
}

/** Whether a user of the system tenant has this address. */
export async function isKnownAddress(db: Db, system: Tenant, email: string): Promise<boolean> {
  const { tenant_id, connection_id } = await adminConnection(db, system)
  return (await findCredential(db, tenant_id, connection_id, email)) !== undefined
}

/** Whether only the existing password makes this user an admin of the tenant: the link must not set another one. */
async function needsPassword(db: Db, tenant_id: string, offer: RoleOffer, user_id: string): Promise<boolean> {
  return offer.kind === 'admin_invitation' || (await isAdminOfAnotherTenant(db, tenant_id, user_id))
}

/**
 * Creates the admin of a set-up link or an invitation and marks the link as used, in one transaction: of several concurrent requests, one
 * succeeds. By a set-up link, an admin who exists, and of this tenant alone, gets the new password, which ends the admin's logins. The link
 * of one tenant never sets the password of an admin of another tenant, and an invitation that of no admin.
 *
 * @throws {Refusal} `invalid_body` for an invalid e-mail address, `weak_password` (see `adminPasswordRules`),
 *   `password_too_long`, `overloaded`, and `ticket_invalid` when the link is used, expired or unknown
 */
export async function setUpAdmin(deps: SetUpAdminDeps, setup: AdminSetup): Promise<SetUpResult> {
  const { db, clock } = deps
  const { system, secret, password, caller } = setup
  const { tenant, offer, email } = await openOffer(deps, setup)
  const { tenant_id } = tenant
  const connection = await adminConnection(db, system)
  const known = await findCredential(db, system.tenant_id, connection.connection_id, email)
  if (known && (await needsPassword(db, tenant_id, offer, known.user_id))) return { kind: 'password_required' }
  checkAdminPassword(email, password)
  const hash = await deps.passwords.hash(password, system.tenant_id)
  try {
    const created = await inTransaction(db, async (trx) => {
      const at = clock.now()
      const credential = newCredential(hash, known ? 'reset' : 'signup')
      const user_id = known?.user_id ?? (await insertAdmin(trx, connection, { email, credential }, at)).user_id
      if (known) await setAdminPassword(trx, { tenant_id, user_id, system }, credential, at)
      await liftBlocks(trx, system.tenant_id, { identifiers: [email] })
      await recordSignIn(trx, system.tenant_id, user_id, at)
      const { connection_id } = connection
      return await completeSetup(trx, { system, connection_id, tenant, offer, secret, user_id, email, caller }, at)
    })
    return { kind: 'done', created }
  } catch (error) {
    // During this set-up, another one created a user with the address, or gave the user a role in another tenant.
    if (error instanceof BecameAdminOfAnotherTenant || uniqueViolation(error) !== undefined)
      return { kind: 'password_required' }
    throw error
  }
}

/**
 * Makes an existing admin one of the link's tenant as well. The admin logs in with the existing password; a wrong one
 * counts for brute-force protection, and the link stays open.
 *
 * @throws {Refusal} `invalid_body`, `ticket_invalid`, and that of a failed login (`wrong_credentials`, `too_many_attempts`,
 *   `user_blocked`, `overloaded`, …)
 */
export async function addExistingAdmin(deps: LoginDeps, setup: AdminSetup): Promise<NewSession> {
  const { system, secret, password, caller } = setup
  const { tenant, offer, email } = await openOffer(deps, setup)
  return await logInAdmin(deps, { system, email, password, caller }, async ({ user_id, connection_id, at }) => {
    const completion = { system, connection_id, tenant, offer, secret, user_id, email, caller }
    return async (trx) => await completeSetup(trx, completion, at)
  })
}
