import { prepareQuery } from '../store/prepared-query.ts'
import type { Transaction } from '../store/tables.ts'
import type { UserIdentifier } from '../users/insert-user.ts'
import type { ConnectionKey } from './find-records.ts'
import type { Through } from './record-observation.ts'
import { addToHistory } from './record-transition.ts'

/**
 * What becomes of the identifiers that a user is to have. An e-mail address or phone number always wins over a username of the same text,
 * which a legacy store may have let anyone choose.
 */
export type AssignedIdentifiers = {
  /** For the user to have. */
  identifiers: UserIdentifier[]
  /** Those that another user has: the user cannot have them. */
  taken: UserIdentifier[]
  /** The users who lose a username, because it is this user's address or number. */
  losing: string[]
  /** The user whose address or number this user's username is. */
  address_of: string | undefined
}

const holders = prepareQuery((db, { of, values }: { of: ConnectionKey; values: string[] }) =>
  db
    .selectFrom('user_identifiers')
    .select(['kind', 'value', 'user_id'])
    .where('tenant_id', '=', of.tenant_id)
    .where('connection_id', '=', of.connection_id)
    .where('value', 'in', values),
)

/** Compares the identifiers that a user is to have with those of other users of the connection. Nothing is written. */
export async function assignIdentifiers(
  trx: Transaction,
  of: ConnectionKey,
  user_id: string | undefined,
  wanted: UserIdentifier[],
): Promise<AssignedIdentifiers> {
  const assigned: AssignedIdentifiers = { identifiers: [], taken: [], losing: [], address_of: undefined }
  if (wanted.length === 0) return assigned
  const { rows } = await holders(trx, { of, values: wanted.map(({ value }) => value) })
  for (const identifier of wanted) {
    const holder = rows.find((row) => row.value === identifier.value && row.user_id !== user_id)
    const is_username = identifier.kind === 'username'
    if (holder && (holder.kind === 'username') === is_username) assigned.taken.push(identifier)
    else if (holder && is_username) assigned.address_of = holder.user_id
    else {
      assigned.identifiers.push(identifier)
      if (holder) assigned.losing.push(holder.user_id)
    }
  }
  return assigned
}

/** A user who gets identifiers, through which flow and when. */
export type Assignment = ConnectionKey & { user_id: string; through: Through; at: number }

/** Removes the usernames that equal an address which the user gets, before it is inserted. The migration records of both users say so. */
export async function releaseUsernames(
  trx: Transaction,
  { tenant_id, connection_id, user_id, through, at }: Assignment,
  { identifiers, losing }: AssignedIdentifiers,
): Promise<void> {
  if (losing.length === 0) return
  const values = identifiers.filter(({ kind }) => kind !== 'username').map(({ value }) => value)
  await trx
    .deleteFrom('user_identifiers')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('kind', '=', 'username')
    .where('value', 'in', values)
    .where('user_id', 'in', losing)
    .execute()
  const records = await trx
    .selectFrom('migration_records')
    .select(['record_id', 'user_id', 'state'])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('user_id', 'in', [user_id, ...losing])
    .execute()
  for (const record of records) {
    const is_loser = record.user_id !== user_id
    if (is_loser) await forgetIdentifiers(trx, { tenant_id, connection_id }, record.record_id, values)
    await addToHistory(trx, {
      tenant_id,
      connection_id,
      record_id: record.record_id,
      at,
      from_state: record.state,
      to_state: record.state,
      through,
      outcome: null,
      detail: is_loser ? { username_is_address_of: user_id } : { address_was_username_of: losing },
    })
  }
}

async function forgetIdentifiers(
  trx: Transaction,
  { tenant_id, connection_id }: ConnectionKey,
  record_id: string,
  values: string[],
): Promise<void> {
  await trx
    .deleteFrom('migration_identifiers')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', '=', record_id)
    .where('identifier', 'in', values)
    .execute()
}
