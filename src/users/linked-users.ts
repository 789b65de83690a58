import { Refusal } from '../contract/refusal.ts'
import { endSessionsOf } from '../sessions/end-sessions.ts'
import { addToCounter } from '../store/connection-counters.ts'
import { deleteTokens } from '../store/refresh-tokens.ts'
import type { Transaction } from '../store/tables.ts'
import { bareId, rootId } from './user.ts'

/** Two users of a tenant: `linked_id` becomes an identity of `user_id`, or is one. */
export type UserLink = { tenant_id: string; user_id: string; linked_id: string }

/** The root ids of the identities that were linked to these users. */
export async function linkedIds(trx: Transaction, tenant_id: string, user_ids: readonly string[]): Promise<string[]> {
  const identities = await trx
    .selectFrom('identities')
    .select(['user_id', 'identity_user_id'])
    .where('tenant_id', '=', tenant_id)
    .where('user_id', 'in', user_ids)
    .execute()
  return identities.filter((each) => rootId(each) !== each.user_id).map(rootId)
}

async function readLinked(trx: Transaction, tenant_id: string, user_id: string) {
  const row = await trx
    .selectFrom('users')
    .select(['user_id', 'connection_id', 'linked_to'])
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .executeTakeFirst()
  if (!row) throw new Refusal('inexistent_user')
  return row
}

async function writeLink(
  trx: Transaction,
  { tenant_id, user_id, linked_id }: UserLink,
  at: number,
  is_linked: boolean,
) {
  await trx
    .updateTable('users')
    .set({ linked_to: is_linked ? user_id : null, updated_at: at })
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', linked_id)
    .execute()
  await trx
    .updateTable('users')
    .set({ updated_at: at })
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .execute()
}

/** Ends what logins gave to a user: sessions and refresh tokens. */
async function endLogins(trx: Transaction, tenant_id: string, user_id: string): Promise<void> {
  await deleteTokens(trx, tenant_id, { user_ids: [user_id] })
  await endSessionsOf(trx, tenant_id, [user_id])
}

/**
 * Links a user to another one: the linked user is none any more, its identity belongs to the other, and a login by it logs the other in. Its
 * profile, credential and identifiers stay with the identity; metadata is not merged. Its sessions and refresh tokens end.
 *
 * @param at epoch milliseconds
 * @throws {Refusal} `inexistent_user` where one of the two is no user; `same_identity`; `identity_linked` where the identity was linked, or
 *   has others linked to it
 */
export async function linkUser(trx: Transaction, link: UserLink, at: number): Promise<void> {
  const { tenant_id, user_id, linked_id } = link
  const user = await readLinked(trx, tenant_id, user_id)
  if (user.linked_to !== null) throw new Refusal('inexistent_user')
  if (user_id === linked_id) throw new Refusal('same_identity')
  const linked = await readLinked(trx, tenant_id, linked_id)
  if (linked.linked_to !== null) throw new Refusal('identity_linked')
  if ((await linkedIds(trx, tenant_id, [linked_id])).length > 0) {
    const message = 'The user has linked identities. Unlink them first, then link each of them.'
    throw new Refusal('identity_linked', { message })
  }
  await writeLink(trx, link, at, true)
  await trx
    .updateTable('identities')
    .set({ user_id })
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', linked_id)
    .execute()
  await endLogins(trx, tenant_id, linked_id)
  await trx.deleteFrom('consents').where('tenant_id', '=', tenant_id).where('user_id', '=', linked_id).execute()
  await addToCounter(trx, tenant_id, linked.connection_id, 'users', -1)
}

/**
 * Unlinks an identity: it is a user of its own again, with the profile, the metadata and the password that it had. The sessions and refresh
 * tokens of the user to whom it was linked end, because logins by this identity may have given them.
 *
 * @param at epoch milliseconds
 * @throws {Refusal} `inexistent_user`; `main_identity` for the identity of the user itself; `inexistent_identity`
 */
export async function unlinkUser(trx: Transaction, link: UserLink, at: number): Promise<void> {
  const { tenant_id, user_id, linked_id } = link
  const user = await readLinked(trx, tenant_id, user_id)
  if (user.linked_to !== null) throw new Refusal('inexistent_user')
  if (user_id === linked_id) throw new Refusal('main_identity')
  if (!(await linkedIds(trx, tenant_id, [user_id])).includes(linked_id)) throw new Refusal('inexistent_identity')
  await writeLink(trx, link, at, false)
  await releaseIdentity(trx, tenant_id, linked_id)
  await endLogins(trx, tenant_id, user_id)
}

/** Gives an identity back to its own user, and counts the user. */
async function releaseIdentity(trx: Transaction, tenant_id: string, linked_id: string): Promise<void> {
  const { connection_id } = await readLinked(trx, tenant_id, linked_id)
  await trx
    .updateTable('identities')
    .set({ user_id: linked_id })
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('identity_user_id', '=', bareId(linked_id))
    .execute()
  await addToCounter(trx, tenant_id, connection_id, 'users', 1)
}

/** Unlinks the identities of other connections from users who are deleted with their connection, in the transaction that deletes them. */
export async function releaseLinked(
  trx: Transaction,
  { tenant_id, connection_id }: { tenant_id: string; connection_id: string },
  user_ids: readonly string[],
): Promise<void> {
  for (const linked_id of await linkedIds(trx, tenant_id, user_ids)) {
    const released = await trx
      .updateTable('users')
      .set({ linked_to: null })
      .where('tenant_id', '=', tenant_id)
      .where('user_id', '=', linked_id)
      .where('connection_id', '<>', connection_id)
      .returning('user_id')
      .executeTakeFirst()
    if (released) await releaseIdentity(trx, tenant_id, linked_id)
  }
}
