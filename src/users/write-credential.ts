import { newPrefixedId } from '../base/ids.ts'
import { Refusal } from '../contract/refusal.ts'
import type { PasswordHash } from '../passwords/passwords.ts'
import { writeJson } from '../store/json-column.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import { endSessionsOf } from '../sessions/end-sessions.ts'
import { revokeTokensOfUser } from '../store/refresh-tokens.ts'
import type { CredentialsTable, Transaction } from '../store/tables.ts'
import { endPasswordLinks } from './end-password-links.ts'

/** A credential to store. `credential_id` changes with each password that is set. */
export type NewCredential = PasswordHash & {
  credential_id: string
  set_through: 'login' | 'reset' | 'signup' | 'api' | 'import'
}

/** Creates a credential from a password hash. */
export function newCredential(hash: PasswordHash, set_through: NewCredential['set_through']): NewCredential {
  return { ...hash, credential_id: newPrefixedId('crd'), set_through }
}

const insertRow = prepareQuery((db, { row }: { row: CredentialsTable }) => db.insertInto('credentials').values(row))

/** The columns of a credential. */
function columnsOf({ normalization, ...columns }: NewCredential, set_at: number) {
  return { ...columns, set_at, normalization: normalization === undefined ? null : writeJson(normalization) }
}

/** The row of a credential. */
export function credentialRow(
  tenant_id: string,
  user_id: string,
  credential: NewCredential,
  set_at: number,
): CredentialsTable {
  return { tenant_id, user_id, ...columnsOf(credential, set_at) }
}

/** Inserts the first credential of a user. A unique violation (`uniqueViolation`) means that the user has one. */
export async function insertCredential(
  trx: Transaction,
  tenant_id: string,
  user_id: string,
  credential: NewCredential,
  at: number,
): Promise<void> {
  await insertRow(trx, { row: credentialRow(tenant_id, user_id, credential, at) })
}

/** Replaces the hash of a credential by another hash of the same password, with the same normalization. The caller checks that the user still has the credential. */
export async function rehashCredential(
  trx: Transaction,
  { tenant_id, user_id, credential_id }: Pick<CredentialsTable, 'tenant_id' | 'user_id' | 'credential_id'>,
  { format, hash }: PasswordHash,
): Promise<void> {
  await trx
    .updateTable('credentials')
    .set({ format, hash })
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .where('credential_id', '=', credential_id)
    .execute()
}

/** Ends what logins with the earlier password gave to the user of the identity: refresh tokens and sessions. */
async function endLoginsOf(trx: Transaction, tenant_id: string, user_id: string, at: number): Promise<void> {
  await revokeTokensOfUser(trx, tenant_id, user_id, 'password_changed', at)
  await endSessionsOf(trx, tenant_id, [user_id])
}

/** A change of a password that the legacy store keeps. Times are in epoch milliseconds. */
export type PasswordChange = { at: number; last_password_reset: number; email_verified?: boolean }

/**
 * By what a password is set. `ticket_digest`: that of the link, which the caller uses in the same transaction; null where no link permits it.
 */
export type SetBy = { ticket_digest: string | null }

/**
 * Records that the legacy store changed the password of a user. The open links and codes for another password end. If the user is cached,
 * every refresh token family of the user is revoked, every session ends, and `last_password_reset` is set.
 */
export async function recordPasswordChange(
  trx: Transaction,
  { tenant_id, connection_id }: { tenant_id: string; connection_id: string },
  user_id: string,
  { at, last_password_reset, email_verified, ticket_digest }: PasswordChange & SetBy,
): Promise<void> {
  const changed = await trx
    .updateTable('users')
    .set({
      last_password_reset,
      updated_at: at,
      ...(email_verified === undefined ? {} : { email_verified: email_verified ? 1 : 0 }),
    })
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .where('connection_id', '=', connection_id)
    .returning('linked_to')
    .executeTakeFirst()
  if (changed) await endLoginsOf(trx, tenant_id, changed.linked_to ?? user_id, at)
  await endPasswordLinks(trx, { tenant_id, connection_id, user_id }, ticket_digest)
}

/** Inserts or replaces the credential of a user. Nothing else changes: logins with the earlier password and links for another one stay valid. */
export async function replaceCredential(
  trx: Transaction,
  tenant_id: string,
  user_id: string,
  credential: NewCredential,
  set_at: number,
): Promise<void> {
  const columns = columnsOf(credential, set_at)
  await trx
    .insertInto('credentials')
    .values({ tenant_id, user_id, ...columns })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'user_id']).doUpdateSet(columns))
    .execute()
}

/**
 * Sets the password of a user, in the caller's transaction: the old hash is overwritten, every refresh token family of the user is revoked,
 * every session and every open link or code for another password ends, and `last_password_reset` is set.
 *
 * @throws {Refusal} `inexistent_user`, where the user was deleted meanwhile
 */
export async function setPassword(
  trx: Transaction,
  tenant_id: string,
  user_id: string,
  credential: NewCredential,
  { at, ticket_digest }: { at: number } & SetBy,
): Promise<void> {
  // The user's row first, as at login: two transactions that write rows in another order would wait for each other.
  const changed = await trx
    .updateTable('users')
    .set({ last_password_reset: at, updated_at: at })
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .returning(['linked_to', 'connection_id'])
    .executeTakeFirstOrThrow(() => new Refusal('inexistent_user'))
  await replaceCredential(trx, tenant_id, user_id, credential, at)
  await endLoginsOf(trx, tenant_id, changed.linked_to ?? user_id, at)
  await endPasswordLinks(trx, { tenant_id, connection_id: changed.connection_id, user_id }, ticket_digest)
}
