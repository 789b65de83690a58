import { sql } from 'kysely'
import { prepareQuery } from '../store/prepared-query.ts'
import type { Transaction } from '../store/tables.ts'
import type { UserIdentifier } from '../users/insert-user.ts'
import type { ConnectionKey } from './find-records.ts'
import type { Through } from './record-observation.ts'
import { addToHistory } from './record-transition.ts'

/**
 * The assignment of a new or changed user's identifiers. An e-mail address or phone number takes precedence over a username of the same
 * text, because a legacy store may let its users choose any username.
 */
export type AssignedIdentifiers = {
  /** The identifiers that the user gets. */
  identifiers: UserIdentifier[]
  /** The identifiers that another user has, or that a decision reserves for another legacy user: this user cannot get them. */
  taken: (UserIdentifier & { is_reserved: boolean })[]
  /** The users who lose a username, because it equals this user's address or number. */
  losing: string[]
  /** The user whose address or number equals this user's username. */
  address_of: string | undefined
}

const reserved = sql<string>`'reserved'`

/** Users by identifier, and records for whose users a decision reserves one. */
const holders = prepareQuery((db, { of, values }: { of: ConnectionKey; values: string[] }) =>
  db
    .selectFrom('user_identifiers')
    .select(['kind', 'value', 'user_id as holder'])
    .where('tenant_id', '=', of.tenant_id)
    .where('connection_id', '=', of.connection_id)
    .where('value', 'in', values)
    .unionAll(
      db
        .selectFrom('reserved_identifiers')
        .select([reserved.as('kind'), 'identifier as value', 'record_id as holder'])
        .where('tenant_id', '=', of.tenant_id)
        .where('connection_id', '=', of.connection_id)
        .where('identifier', 'in', values),
    ),
)

/** The user to assign identifiers to: the id of one who is here, and the records of a legacy user. */
export type Assignee = { user_id?: string | undefined; record_ids?: readonly string[] }

/** Compares the wanted identifiers of a user with those of other users of the connection, and with reserved ones. Nothing is written. */
export async function assignIdentifiers(
  trx: Transaction,
  of: ConnectionKey,
  { user_id, record_ids = [] }: Assignee,
  wanted: UserIdentifier[],
): Promise<AssignedIdentifiers> {
  const assigned: AssignedIdentifiers = { identifiers: [], taken: [], losing: [], address_of: undefined }
  if (wanted.length === 0) return assigned
  const { rows } = await holders(trx, { of, values: wanted.map(({ value }) => value) })
  for (const identifier of wanted) {
    const of_others = rows.filter(
      (row) => row.value === identifier.value && row.holder !== user_id && !record_ids.includes(row.holder),
    )
    const is_reserved = of_others.some((row) => row.kind === 'reserved')
    const holder = of_others.find((row) => row.kind !== 'reserved')
    const is_username = identifier.kind === 'username'
    if (is_reserved || (holder && (holder.kind === 'username') === is_username)) {
      assigned.taken.push({ ...identifier, is_reserved })
    } else if (holder && is_username) assigned.address_of = holder.holder
    else {
      assigned.identifiers.push(identifier)
      if (holder) assigned.losing.push(holder.holder)
    }
  }
  return assigned
}

/** A user who gets identifiers, by which operation and when. */
export type Assignment = ConnectionKey & { user_id: string; through: Through; at: number }

/** Removes the usernames that equal an address which the user gets, before it is inserted. The history of both users records it. */
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
    if (is_loser) await deleteIdentifiers(trx, { tenant_id, connection_id }, record.record_id, values)
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

async function deleteIdentifiers(
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
