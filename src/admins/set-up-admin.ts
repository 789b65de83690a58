import { canonicalIdentifier, identifierProblem } from '../base/canonical-identifier.ts'
import { newPrefixedId } from '../base/ids.ts'
import type { Clock } from '../base/clock.ts'
import { clientById } from '../clients/client.ts'
import { Refusal } from '../contract/refusal.ts'
import { logIn, type LoginDeps } from '../login/login.ts'
import { sessionLifetime } from '../sessions/session-lifetime.ts'
import { insertSession, newSession, type NewSession } from '../sessions/session.ts'
import { useTicket } from '../login/tickets.ts'
import { liftBlocks } from '../login/user-blocks.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import { checkPasswordLength, type Passwords } from '../passwords/passwords.ts'
import { no_grant } from '../rules/post-login.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inTransaction, uniqueViolation } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { findCredential } from '../users/find-credential.ts'
import { newCredential, setPassword, type NewCredential } from '../users/write-credential.ts'
import { adminPasswordRules } from './admin-password.ts'
import { isAdminOfAnotherTenant, setRole } from './admin.ts'
import { insertAdmin } from './insert-admin.ts'
import { readSetupTicket } from './setup-ticket.ts'
import { adminConnection, dashboard_client_id } from './system-tenant.ts'

/** The dependencies of `setUpAdmin`. */
export type SetUpAdminDeps = { db: Db; clock: Clock; passwords: Passwords }

/** The form behind a set-up link. `system` is the system tenant. */
export type AdminSetup = { system: Tenant; secret: string; email: string; password: string; caller: Caller }

/**
 * The result of a set-up. `created`: the session with which the admin is signed in. `password_required`: the address is that of an admin of another tenant, who proves it with the existing
 * password (`addExistingAdmin`).
 */
export type SetUpResult = { kind: 'done'; created: NewSession } | { kind: 'password_required' }

// One @, and only characters that are displayed.
const email_form = /^[^\s@<>(),;:"\\[\]\p{C}]+@[^\s@<>(),;:"\\[\]\p{C}]+$/u

function checkedAddress(text: string): string {
  const email = identifierProblem(text) === undefined ? canonicalIdentifier(text) : ''
  if (!email_form.test(email)) throw new Refusal('invalid_body', { message: 'This is not an e-mail address.' })
  return email
}

function checkPassword(email: string, password: string): void {
  checkPasswordLength(password)
  if (adminPasswordRules(email, password).every((rule) => rule.verified)) return
  throw new Refusal('weak_password', { message: 'Please choose a stronger password.' })
}

async function requireOpenTicket(deps: { db: Db; clock: Clock }, secret: string): Promise<Tenant> {
  const ticket = await readSetupTicket(deps, secret)
  if (ticket.state !== 'open') throw new Refusal('ticket_invalid')
  return ticket.tenant
}

type SetupCompletion = {
  system: Tenant
  connection_id: string
  tenant: Tenant
  secret: string
  user_id: string
  email: string
  caller: Caller
}

/**
 * Uses the link, in the transaction of the change that it permits: the user becomes an owner of the tenant, its log says so, and the user
 * is signed in.
 */
async function completeSetup(trx: Transaction, setup: SetupCompletion, at: number): Promise<NewSession> {
  const { tenant, secret, user_id, email, caller } = setup
  const { tenant_id } = tenant
  await useTicket(trx, tenant_id, 'admin_setup', secret, at)
  await setRole(trx, { tenant_id, user_id, role: 'owner' }, at)
  await recordEvent(trx, tenant_id, at, {
    type: 'sapi',
    description: 'An admin was set up with a set-up link',
    user_id,
    user_name: email,
    details: { role: 'owner' },
    caller,
  })
  return await signIn(trx, setup, at)
}

async function signIn(
  trx: Transaction,
  { system, connection_id, user_id }: Pick<SetupCompletion, 'system' | 'connection_id' | 'user_id'>,
  at: number,
): Promise<NewSession> {
  const login = { tenant_id: system.tenant_id, user_id, connection_id, request_id: newPrefixedId('req'), amr: ['pwd'] }
  const created = newSession(login, sessionLifetime(system.settings), at)
  await insertSession(trx, created)
  return created
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
  await setPassword(trx, system.tenant_id, user_id, credential, at)
  if (await isAdminOfAnotherTenant(trx, tenant_id, user_id)) throw new BecameAdminOfAnotherTenant()
}

/**
 * Creates the admin of a set-up link and marks the link as used, in one transaction: of several concurrent requests, one succeeds. An admin
 * who exists, and of this tenant alone, gets the new password, which ends the admin's logins. The link of one tenant never sets the password
 * of an admin of another tenant.
 *
 * @throws {Refusal} `invalid_body` for an invalid e-mail address, `weak_password` (see `adminPasswordRules`),
 *   `password_too_long`, `overloaded`, and `ticket_invalid` when the link is used, expired or unknown
 */
export async function setUpAdmin(deps: SetUpAdminDeps, setup: AdminSetup): Promise<SetUpResult> {
  const { db, clock } = deps
  const { system, secret, password, caller } = setup
  const email = checkedAddress(setup.email)
  const tenant = await requireOpenTicket(deps, secret)
  const { tenant_id } = tenant
  const connection = await adminConnection(db, system)
  const known = await findCredential(db, system.tenant_id, connection.connection_id, email)
  if (known && (await isAdminOfAnotherTenant(db, tenant_id, known.user_id))) return { kind: 'password_required' }
  checkPassword(email, password)
  const hash = await deps.passwords.hash(password, system.tenant_id)
  try {
    const created = await inTransaction(db, async (trx) => {
      const at = clock.now()
      const credential = newCredential(hash, known ? 'reset' : 'signup')
      const user_id = known?.user_id ?? (await insertAdmin(trx, connection, { email, credential }, at)).user_id
      if (known) await setAdminPassword(trx, { tenant_id, user_id, system }, credential, at)
      await liftBlocks(trx, system.tenant_id, { identifiers: [email] })
      const { connection_id } = connection
      return await completeSetup(trx, { system, connection_id, tenant, secret, user_id, email, caller }, at)
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
 * Makes an admin of another tenant an owner of the link's tenant as well. The admin logs in with the existing password; a wrong one
 * counts for brute-force protection, and the link stays open.
 *
 * @throws {Refusal} `invalid_body`, `ticket_invalid`, and that of a failed login (`wrong_credentials`, `too_many_attempts`,
 *   `user_blocked`, `overloaded`, …)
 */
export async function addExistingAdmin(
  deps: LoginDeps,
  { system, secret, password, caller, ...setup }: AdminSetup,
): Promise<NewSession> {
  const email = checkedAddress(setup.email)
  const tenant = await requireOpenTicket(deps, secret)
  const connection = await adminConnection(deps.db, system)
  const client = await clientById(deps.db, system.tenant_id, dashboard_client_id)
  if (!client) throw new Error('The system tenant has no client')
  const login = {
    tenant: system,
    connection,
    client,
    identifier: email,
    password,
    caller,
    grant: no_grant,
    can_redirect: false,
  }
  let created: NewSession | undefined
  const result = await logIn(deps, login, async ({ user: { user_id }, at }) => ({
    answer: undefined,
    events: [],
    async write(trx: Transaction) {
      const { connection_id } = connection
      created = await completeSetup(trx, { system, connection_id, tenant, secret, user_id, email, caller }, at)
    },
  }))
  if (result.kind === 'completed' && created) return created
  if (result.kind === 'failed') throw result.refusal
  throw new Error('The login of an admin was redirected')
}
