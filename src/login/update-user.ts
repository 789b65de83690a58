import { canonicalIdentifier } from '../base/canonical-identifier.ts'
import { clientById } from '../clients/client.ts'
import { connectionById, connectionByRealm, type Connection } from '../connections/connection.ts'
import { identifierRules, identifier_kinds } from '../connections/identifier-rules.ts'
import { Refusal } from '../contract/refusal.ts'
import type { UserChange } from '../contract/user.ts'
import { recordEvents, type Caller } from '../logs/record-event.ts'
import { assignIdentifiers, releaseUsernames } from '../migration/assign-identifiers.ts'
import { profileIdentifiers } from '../migration/profile-identifiers.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { enqueueActions } from '../rules/enqueue-actions.ts'
import type { Db, Transaction, UsersTable } from '../store/tables.ts'
import { inTransaction, uniqueViolation } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { changeUser } from '../users/change-user.ts'
import { insertIdentifiers } from '../users/insert-user.ts'
import { profileById, rootId, userById, type User } from '../users/user.ts'
import { newCredential, recordPasswordChange, setPassword } from '../users/write-credential.ts'
import {
  changeEvent,
  changeUserInLegacyStore,
  userChangeCall,
  type ChangedInLegacyStore,
  type ChangeEvent,
  type ChangeUserInLegacyStoreDeps,
  type ConnectionUserChange,
  type UserChangeCall,
} from './change-user-in-legacy-store.ts'
import { checkUserChange, requireIdentifier } from './check-user-change.ts'
import { findLegacyOwner, mayHaveLegacyOwner, type FindLegacyOwnerDeps } from './find-legacy-owner.ts'
import { lookupForms } from './is-identifier-taken.ts'
import { checkPasswordPolicy } from './password-policy.ts'
import { readPasswordChange } from './read-password-change.ts'
import { invalidateTickets } from './tickets.ts'
import { sendVerification, type SendVerificationDeps } from './verify-email.ts'

/** Dependencies of `updateUser`. */
export type UpdateUserDeps = FindLegacyOwnerDeps &
  ChangeUserInLegacyStoreDeps &
  SendVerificationDeps & { passwords: Pick<Passwords, 'hash'> }

/** A change of a user through the Management API. */
export type UserUpdate = { tenant: Tenant; user_id: string; change: UserChange; caller: Caller }

/** Refuses an identifier of another legacy user: that user could no longer move. */
async function requireFree(
  deps: FindLegacyOwnerDeps,
  connection: Connection,
  user: User,
  identifier: string,
): Promise<void> {
  const options = { through: 'api', unavailable: 'change_unavailable' } as const
  const owner = await findLegacyOwner(deps, connection, identifier, options)
  const is_other_user =
    owner !== undefined &&
    !user.identities.some(
      (identity) =>
        identity.connection_id === connection.connection_id && identity.identity_user_id === owner.legacy_id,
    )
  if (is_other_user) throw new Refusal('user_exists')
}

async function connectionOf(db: Db, user: User, change: UserChange): Promise<Connection> {
  const { tenant_id } = user
  const connection =
    change.connection === undefined
      ? await connectionById(db, tenant_id, user.connection_id)
      : await connectionByRealm(db, tenant_id, change.connection)
  const has_identity = user.identities.some((identity) => identity.connection_id === connection?.connection_id)
  if (!connection || !has_identity) {
    throw new Refusal('invalid_body', { message: 'The user does not have an identity in this connection.' })
  }
  return connection
}

// What belongs to an identity, and not to the user to whom it was linked; and the members that are not attributes.
const of_identity = new Set<string>([
  'email',
  'email_verified',
  'phone_number',
  'phone_verified',
  'username',
  'password',
  'verify_email',
  'verify_phone_number',
  'connection',
  'client_id',
])

/** The profile that a change of a user changes: that of the connection's identity. @throws {Refusal} `attributes_not_updatable` */
async function changedProfile(db: Db, user: User, { connection_id }: Connection, change: UserChange): Promise<User> {
  const identity = user.identities.find((each) => each.connection_id === connection_id)
  if (!identity || rootId(identity) === user.user_id) return user
  const refused = Object.keys(change).filter((name) => !of_identity.has(name))
  if (refused.length > 0) {
    const message = `The following user attributes cannot be updated: ${refused.join(', ')}. The specified connection belongs to a secondary identity.`
    throw new Refusal('attributes_not_updatable', { message })
  }
  const profile = await profileById(db, user.tenant_id, rootId(identity))
  if (!profile) throw new Refusal('inexistent_user')
  return profile
}

async function writeIdentifiers(
  trx: Transaction,
  { tenant_id, connection_id, mode, options }: Connection,
  row: UsersTable,
  { change, at }: { change: UserChange; at: number },
): Promise<void> {
  const { user_id } = row
  const replaced = await trx
    .deleteFrom('user_identifiers')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('user_id', '=', user_id)
    .returning('value')
    .execute()
  // Users whom legacy mode caches are not found by identifiers.
  if (mode === 'legacy' && replaced.length === 0) return
  const assigned = await assignIdentifiers(
    trx,
    { tenant_id, connection_id },
    { user_id },
    profileIdentifiers(row, options),
  )
  // A username or number that the user has without being found by it stays as it is.
  if (assigned.taken.some(({ kind }) => kind === 'email' || change[kind] !== undefined)) {
    throw new Refusal('user_exists')
  }
  await releaseUsernames(trx, { tenant_id, connection_id, user_id, through: 'api', at }, assigned)
  await insertIdentifiers(trx, tenant_id, connection_id, user_id, assigned.identifiers)
}

const canonical = (text: string | null): string | null => (text === null ? null : canonicalIdentifier(text))
const differs = (one: string | null, other: string | null): boolean => canonical(one) !== canonical(other)

/** The identifiers that a change adds, as typed. */
function newIdentifiers(
  { options }: Connection,
  user: User,
  change: UserChange,
): { identifier: string; event: ChangeEvent }[] {
  const isNew = (changed: string | null | undefined, stored: string | null): changed is string =>
    typeof changed === 'string' && differs(changed, stored)
  return [
    ...(isNew(change.email, user.email) ? [{ identifier: change.email.trim(), event: 'email_change' as const }] : []),
    ...(isNew(change.username, user.username)
      ? [{ identifier: change.username.trim(), event: 'username_change' as const }]
      : []),
    ...(identifierRules(options).phone_number.is_active && isNew(change.phone_number, user.phone_number)
      ? [{ identifier: change.phone_number, event: 'phone_number_change' as const }]
      : []),
  ]
}

/** The identifiers that are looked up among legacy users before a change: what the change adds, and the address that a script changes or verifies. */
function lookedUp({ connection, user, change }: ConnectionUserChange, call: UserChangeCall | undefined): string[] {
  const looked_up = newIdentifiers(connection, user, change).filter(({ event }) =>
    mayHaveLegacyOwner(connection, event),
  )
  const address = call?.event === 'email_change' ? [change.email?.trim() ?? user.email ?? ''] : []
  return [...new Set([...looked_up.map(({ identifier }) => identifier), ...address])]
}

/** The log events of a change: that of the script which ran, or one for each changed identifier and for the password. */
function changeEvents(
  { connection, user, change }: ConnectionUserChange,
  in_legacy_store: ChangedInLegacyStore | undefined,
): ChangeEvent[] {
  if (in_legacy_store) return [in_legacy_store.event]
  const has_new_number = change.phone_number !== undefined && change.phone_number !== user.phone_number
  return [
    ...newIdentifiers(connection, user, change).flatMap(({ event }) => (event === 'phone_number_change' ? [] : event)),
    ...(change.password === undefined ? [] : (['password_change'] as const)),
    ...(has_new_number ? (['phone_number_change'] as const) : []),
  ]
}

/**
 * Changes a user for the Management API. A new address is first looked up in the legacy store, in import mode a new username, too. In legacy
 * mode the legacy store is changed next: see `changeUserInLegacyStore`. A new password revokes all refresh tokens, ends the links for another one, and enqueues the actions of
 * `post-change-password`.
 *
 * @throws {Refusal} `inexistent_user`, `invalid_body`, `attributes_not_updatable`, `weak_password`, `password_too_long`,
 *   `user_exists`, `change_unavailable`; in legacy mode those of `changeUserInLegacyStore`
 */
export async function updateUser(deps: UpdateUserDeps, update: UserUpdate): Promise<User> {
  const { tenant, change } = update
  const { tenant_id } = tenant
  const owner = await userById(deps.db, tenant_id, update.user_id)
  if (!owner) throw new Refusal('inexistent_user')
  const connection = await connectionOf(deps.db, owner, change)
  const user = await changedProfile(deps.db, owner, connection, change)
  const { user_id } = user
  checkUserChange(connection, change, user.email)
  const { password } = change
  if (password !== undefined) checkPasswordPolicy(connection.options, password)
  const of_connection = { ...update, user_id, connection, user }
  const call = userChangeCall(of_connection)
  for (const identifier of lookupForms(connection, lookedUp(of_connection, call)))
    await requireFree(deps, connection, user, identifier)
  const in_legacy_store = call && (await changeUserInLegacyStore(deps, of_connection, call))
  const password_hash =
    password === undefined || in_legacy_store ? undefined : await deps.passwords.hash(password, connection.tenant_id)
  await inTransaction(deps.db, async (trx) => {
    const at = deps.clock.now()
    const { before, after: row } = await changeUser(trx, tenant_id, user_id, change, {
      at,
      keeps_letters: connection.mode === 'legacy',
    })
    requireIdentifier(connection, row)
    if (identifier_kinds.some((kind) => change[kind] !== undefined)) {
      await writeIdentifiers(trx, connection, row, { change, at })
    }
    if (row.email_lower !== before.email_lower) await invalidateTickets(trx, tenant_id, user_id)
    if (password_hash !== undefined) {
      await setPassword(trx, tenant_id, user_id, newCredential(password_hash, 'api'), { at, ticket_digest: null })
    }
    if (in_legacy_store?.event === 'password_change') {
      const changed = readPasswordChange(in_legacy_store.value, at)
      await recordPasswordChange(trx, connection, user_id, { ...changed, ticket_digest: null })
    }
    const details = in_legacy_store ? { details: { migration: in_legacy_store.migration } } : {}
    const events = changeEvents(of_connection, in_legacy_store).map((event) => ({
      ...changeEvent(of_connection, event),
      ...details,
    }))
    if (events.length > 0) await recordEvents(trx, tenant_id, at, events)
    if (password !== undefined) {
      const { connection_id } = connection
      const job = { trigger: 'post-change-password', user_id, connection_id, caller: update.caller } as const
      await enqueueActions(trx, { tenant_id, at }, job)
    }
  }).catch((error: unknown) => {
    throw uniqueViolation(error) === undefined ? error : new Refusal('user_exists')
  })
  const after = await profileById(deps.db, tenant_id, user_id)
  if (!after) throw new Refusal('inexistent_user')
  if (change.verify_email === true) {
    const client = change.client_id === undefined ? undefined : await clientById(deps.db, tenant_id, change.client_id)
    await sendVerification(deps, { tenant, connection, user: after, ...(client && { client }) })
  }
  const changed = await userById(deps.db, tenant_id, owner.user_id)
  if (!changed) throw new Refusal('inexistent_user')
  return changed
}
