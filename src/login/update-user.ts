import { canonicalIdentifier } from '../base/canonical.ts'
import { clientById } from '../clients/client.ts'
import { connectionById, connectionByRealm, type Connection } from '../connections/connection.ts'
import { outcomes } from '../contract/outcomes.ts'
import { Refusal } from '../contract/refusal.ts'
import type { UserChange } from '../contract/user.ts'
import { emailProblem } from '../migration/legacy-profile.ts'
import type { Transaction, UsersTable } from '../store/tables.ts'
import { inTransaction, uniqueViolation } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { changeUser } from '../users/change-user.ts'
import { insertIdentifiers, type UserIdentifier } from '../users/insert-user.ts'
import { userById, type User } from '../users/user.ts'
import { setPassword } from '../users/write-credential.ts'
import { checkUserChange } from './check-user-change.ts'
import { askedForms } from './is-taken.ts'
import type { LoginParts } from './login-parts.ts'
import { checkPasswordPolicy } from './password-policy.ts'
import { isKnownUnmoved, probeLegacy } from './probe-legacy.ts'
import { sendVerification } from './verify-email.ts'

/** A change of a user by an administrator. */
export type UserUpdate = { tenant: Tenant; user_id: string; change: UserChange }

/** Refuses an identifier that a legacy user has who is not this one: that person could not move any more. */
async function requireFree(parts: LoginParts, connection: Connection, user: User, identifier: string): Promise<void> {
  const probe = await probeLegacy(parts, connection, identifier, 'api')
  if (probe.kind === 'failed') {
    const unreachable = outcomes[probe.outcome].problem === 'legacy_unavailable'
    parts.log.warn(
      { connection: connection.name, outcome: probe.outcome },
      'get_user could not tell whether an identifier is free',
    )
    throw new Refusal('change_unavailable', unreachable ? { retry_after_s: 5 } : {})
  }
  if (probe.kind === 'not_found') {
    if (await isKnownUnmoved(parts, connection, canonicalIdentifier(identifier))) throw new Refusal('user_exists')
    return
  }
  const isOwn = user.identities.some(
    (identity) =>
      identity.connection_id === connection.connection_id && identity.identity_user_id === probe.profile.legacy_id,
  )
  if (!isOwn && !probe.tombstoned) throw new Refusal('user_exists')
}

async function connectionOf(parts: LoginParts, user: User, change: UserChange): Promise<Connection> {
  const { tenant_id } = user
  const connection =
    change.connection === undefined
      ? await connectionById(parts.db, tenant_id, user.connection_id)
      : await connectionByRealm(parts.db, tenant_id, change.connection)
  const isTheirs = user.identities.some((identity) => identity.connection_id === connection?.connection_id)
  if (!connection || !isTheirs) {
    throw new Refusal('invalid_body', { message: 'The user does not have an identity in this connection.' })
  }
  return connection
}

/** What a user is found by. A username that reads as an address would let one person answer to another's. */
function identifiersOf(row: UsersTable): UserIdentifier[] {
  const { email_lower: email, username_lower: username } = row
  const named = username !== null && username !== email && emailProblem(username) !== undefined
  return [
    ...(email === null ? [] : [{ kind: 'email' as const, value: email }]),
    ...(named ? [{ kind: 'username' as const, value: username }] : []),
  ]
}

async function writeIdentifiers(trx: Transaction, connection: Connection, row: UsersTable): Promise<void> {
  const { tenant_id, connection_id } = connection
  await trx
    .deleteFrom('user_identifiers')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('user_id', '=', row.user_id)
    .where('kind', 'in', ['email', 'username'])
    .execute()
  await insertIdentifiers(trx, tenant_id, connection_id, row.user_id, identifiersOf(row))
}

/** A link that was mailed to the old address must not open the door of a user who has left it. */
async function voidLinks(trx: Transaction, tenant_id: string, user_id: string): Promise<void> {
  await trx
    .deleteFrom('tickets')
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .where('used_at', 'is', null)
    .execute()
}

const canonical = (text: string | null): string | null => (text === null ? null : canonicalIdentifier(text))
const differs = (one: string | null, other: string | null): boolean => canonical(one) !== canonical(other)

/** The identifiers that are new with a change, as given: what the legacy store is asked for. */
function newIdentifiers(user: User, change: UserChange): string[] {
  const isNew = (given: string | null | undefined, kept: string | null): given is string =>
    typeof given === 'string' && differs(given, kept)
  return [
    ...(isNew(change.email, user.email) ? [change.email.trim()] : []),
    ...(isNew(change.username, user.username) ? [change.username.trim()] : []),
  ]
}

/**
 * Changes a user for an administrator. A new address or username is asked for in the legacy store first where the
 * connection is in import mode. A new password revokes every refresh token.
 *
 * @throws {Refusal} `inexistent_user`, `invalid_body`, `attributes_not_updatable`, `weak_password`, `password_too_long`,
 *   `user_exists`, `change_unavailable`
 */
export async function updateUser(parts: LoginParts, { tenant, user_id, change }: UserUpdate): Promise<User> {
  const { tenant_id } = tenant
  const user = await userById(parts.db, tenant_id, user_id)
  if (!user) throw new Refusal('inexistent_user')
  const connection = await connectionOf(parts, user, change)
  checkUserChange(connection, user, change)
  const { password } = change
  if (password !== undefined) checkPasswordPolicy(connection.options, password)
  if (connection.mode === 'import') {
    for (const identifier of askedForms(newIdentifiers(user, change)))
      await requireFree(parts, connection, user, identifier)
  }
  const password_hash = password === undefined ? undefined : await parts.passwords.hash(password)
  await inTransaction(parts.db, async (trx) => {
    const at = parts.clock.now()
    const row = await changeUser(trx, tenant_id, user_id, change, at)
    if (change.email !== undefined || change.username !== undefined) await writeIdentifiers(trx, connection, row)
    if (differs(row.email, user.email)) await voidLinks(trx, tenant_id, user_id)
    if (password_hash !== undefined) {
      await setPassword(trx, tenant_id, user_id, { ...password_hash, set_through: 'api' }, at)
    }
  }).catch((error: unknown) => {
    throw uniqueViolation(error) === undefined ? error : new Refusal('user_exists')
  })
  const after = await userById(parts.db, tenant_id, user_id)
  if (!after) throw new Refusal('inexistent_user')
  if (change.verify_email === true) {
    const client = change.client_id === undefined ? undefined : await clientById(parts.db, tenant_id, change.client_id)
    await sendVerification(parts, { tenant, connection, user: after, ...(client && { client }) })
  }
  return after
}
