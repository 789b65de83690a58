import type { Clock } from '../../base/clock.ts'
import type { Connection } from '../../connections/connection.ts'
import { newSecret } from '../../base/ids.ts'
import { Refusal } from '../../contract/refusal.ts'
import type { MigrationState } from '../../contract/outcomes.ts'
import type { Passwords } from '../../passwords/passwords.ts'
import type { Db, MigrationRecordsTable, Transaction } from '../../store/tables.ts'
import { inTransaction, uniqueViolation } from '../../store/transaction.ts'
import { insertUser } from '../../users/insert-user.ts'
import { linkUser } from '../../users/linked-users.ts'
import { completeProfile } from '../../users/user-attributes.ts'
import { newCredential } from '../../users/write-credential.ts'
import { settleDecisions } from '../decisions/settle-decisions.ts'
import { passOn } from '../directory/directory-identifiers.ts'
import { eraseSecrets } from '../directory/erase-row.ts'
import { addToHistory, countTransition } from '../record-transition.ts'
import { unmoved_states } from './not-moved.ts'

type Deps = { db: Db; clock: Clock }

/** A record of a person who has not moved, for an administrator's decision after the finish has begun. */
async function requireLatecomer(
  trx: Transaction,
  { tenant_id, connection_id, finish_step }: Connection,
  record_id: string,
): Promise<MigrationRecordsTable & { legacy_id: string }> {
  if (finish_step === null) throw new Refusal('no_finish')
  const record = await trx
    .selectFrom('migration_records')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', '=', record_id)
    .executeTakeFirstOrThrow(() => new Refusal('inexistent_migration_record'))
  const { legacy_id, state } = record
  const is_unmoved = (unmoved_states as readonly string[]).includes(state)
  if (legacy_id === null || !is_unmoved) {
    throw new Refusal('not_a_latecomer', {
      message:
        legacy_id === null
          ? 'The record has no legacy id, so that it is unknown whose it is.'
          : `The record is ${state}: only people who have not moved are latecomers.`,
    })
  }
  return { ...record, legacy_id }
}

/** Writes that a record has changed, in its row, the counts and its history. */
async function changeRecord(
  trx: Transaction,
  record: MigrationRecordsTable,
  change: Partial<MigrationRecordsTable> & { state: MigrationState; updated_at: number },
  detail: Parameters<typeof addToHistory>[1]['detail'],
): Promise<void> {
  const { tenant_id, connection_id, record_id } = record
  const from = record.state as MigrationState
  const { state: to, updated_at: at } = change
  await trx
    .updateTable('migration_records')
    .set(change)
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', '=', record_id)
    .execute()
  await countTransition(trx, record, { from, to, at })
  const event = { tenant_id, connection_id, record_id, at, from_state: from, to_state: to, through: 'api' } as const
  await addToHistory(trx, { ...event, outcome: null, detail })
}

/**
 * Links the record of a latecomer to the user who they are here: the record is moved, and its legacy id becomes a linked identity of the user.
 * The password of that identity is random, so that also after a rollback the legacy store lets no second user in.
 *
 * @throws {Refusal} `no_finish`, `inexistent_migration_record`, `not_a_latecomer`, `inexistent_user`
 */
export async function linkLatecomer(
  { db, clock, passwords }: Deps & { passwords: Pick<Passwords, 'hash'> },
  connection: Connection,
  { record_id, user_id }: { record_id: string; user_id: string },
): Promise<void> {
  const { tenant_id, connection_id, strategy } = connection
  const password_hash = await passwords.hash(newSecret(), tenant_id)
  const write = inTransaction(db, async (trx) => {
    const record = await requireLatecomer(trx, connection, record_id)
    const { legacy_id, email, username } = record
    await trx
      .selectFrom('users')
      .select('user_id')
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where('user_id', '=', user_id)
      .executeTakeFirstOrThrow(
        () => new Refusal('inexistent_user', { message: 'The connection has no user with this user_id.' }),
      )
    const at = clock.now()
    const linked = await insertUser(trx, {
      ...completeProfile({ email: email ?? undefined, username: username ?? undefined }),
      tenant_id,
      connection_id,
      strategy,
      identity_user_id: legacy_id,
      at,
      last_password_reset: null,
      // The address may be another person's by now: it finds the user no more.
      identifiers: [],
      credential: newCredential(password_hash, 'api'),
    })
    await linkUser(trx, { tenant_id, user_id, linked_id: linked.user_id }, at)
    await eraseSecrets(trx, record)
    const moved = { state: 'migrated', user_id, migrated_at: at, migrated_through: 'api', updated_at: at } as const
    await changeRecord(trx, record, moved, { linked_to: user_id })
    await settleDecisions(trx, { tenant_id, connection_id, legacy_id, user_id, through: 'api', at })
  })
  await write.catch((error: unknown) => {
    if (uniqueViolation(error) === undefined) throw error
    throw new Refusal('not_a_latecomer', { message: 'Another user has the legacy id of this record.' })
  })
}

/**
 * Releases the identifiers of a latecomer: they are free then, and the directory no longer stands in for the person. An identifier that another
 * record shares passes on to it.
 *
 * @throws {Refusal} `no_finish`, `inexistent_migration_record`, `not_a_latecomer`
 */
export async function releaseLatecomer({ db, clock }: Deps, connection: Connection, record_id: string): Promise<void> {
  const { tenant_id, connection_id } = connection
  await inTransaction(db, async (trx) => {
    const record = await requireLatecomer(trx, connection, record_id)
    const at = clock.now()
    const released = await trx
      .deleteFrom('migration_identifiers')
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where('record_id', '=', record_id)
      .returning('identifier')
      .execute()
    for (const table of ['directory_shared_identifiers', 'reserved_identifiers'] as const) {
      await trx
        .deleteFrom(table)
        .where('tenant_id', '=', tenant_id)
        .where('connection_id', '=', connection_id)
        .where('record_id', '=', record_id)
        .execute()
    }
    let passed_on = 0
    for (const { identifier } of released) {
      const next = await passOn(trx, { tenant_id, connection_id }, identifier)
      if (next !== undefined) passed_on += 1
    }
    const kept = { state: record.state as MigrationState, updated_at: at }
    await changeRecord(trx, record, kept, {
      released_identifiers: released.length - passed_on,
      passed_on_identifiers: passed_on,
    })
  })
}
