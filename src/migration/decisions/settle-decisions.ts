import type { MigrationState } from '../../contract/outcomes.ts'
import type { Transaction } from '../../store/tables.ts'
import { eraseSecrets } from '../directory/erase-row.ts'
import { recordByLegacyId, type ConnectionKey } from '../find-records.ts'
import { addToHistory, countTransition } from '../record-transition.ts'

/** A user who moved, with the legacy id of the record that moved. */
export type MovedUser = ConnectionKey & { legacy_id: string; user_id: string; through: string; at: number }

async function releaseIdentifiers(
  trx: Transaction,
  { tenant_id, connection_id }: ConnectionKey,
  record_ids: string[],
): Promise<void> {
  await trx
    .deleteFrom('reserved_identifiers')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', 'in', record_ids)
    .execute()
}

/**
 * Ends what the decisions on a record are for, in the transaction in which its user moves: the identifiers that they reserve are the user's now,
 * and the aliases of the record are migrated, because they are the same person.
 */
export async function settleDecisions(trx: Transaction, moved: MovedUser): Promise<void> {
  const { tenant_id, connection_id, legacy_id, user_id, through, at } = moved
  const record = await recordByLegacyId(trx, moved, legacy_id)
  if (!record) return
  const aliases = await trx
    .selectFrom('record_decisions as decision')
    .innerJoin('migration_records as record', (join) =>
      join
        .onRef('record.tenant_id', '=', 'decision.tenant_id')
        .onRef('record.connection_id', '=', 'decision.connection_id')
        .onRef('record.record_id', '=', 'decision.record_id'),
    )
    .select(['record.record_id', 'record.state'])
    .where('decision.tenant_id', '=', tenant_id)
    .where('decision.connection_id', '=', connection_id)
    .where('decision.alias_of', '=', record.record_id)
    .execute()
  await releaseIdentifiers(trx, moved, [record.record_id, ...aliases.map(({ record_id }) => record_id)])
  for (const { record_id, state } of aliases) {
    if (state === 'migrated' || state === 'deleted') continue
    await completeAlias(trx, { tenant_id, connection_id, record_id, state, alias_of: legacy_id, user_id, through, at })
  }
}

/** A record whose user is here under the legacy id `alias_of`. */
export type Alias = ConnectionKey & {
  record_id: string
  state: string
  alias_of: string
  user_id: string
  through: string
  at: number
}

/** Marks one alias as migrated. */
export async function completeAlias(trx: Transaction, alias: Alias): Promise<void> {
  const { tenant_id, connection_id, record_id, state, alias_of, user_id, through, at } = alias
  await trx
    .updateTable('migration_records')
    .set({ state: 'migrated', user_id, migrated_at: at, migrated_through: through, updated_at: at })
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', '=', record_id)
    .execute()
  await eraseSecrets(trx, alias)
  await countTransition(trx, alias, { from: state as MigrationState, to: 'migrated', at })
  await addToHistory(trx, {
    tenant_id,
    connection_id,
    record_id,
    at,
    from_state: state,
    to_state: 'migrated',
    through,
    outcome: null,
    detail: { alias_of },
  })
}

type RecordKey = ConnectionKey & { record_id: string }

/** Whether a decision is made about a record: it names one legacy user, whose id it keeps. */
export async function hasDecision(
  trx: Transaction,
  { tenant_id, connection_id, record_id }: RecordKey,
): Promise<boolean> {
  const row = await trx
    .selectFrom('record_decisions')
    .select('decision_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', '=', record_id)
    .executeTakeFirst()
  return row !== undefined
}

/** Makes the decision on a record that of another record of the same user, unless that has one. */
export async function mergeDecisions(trx: Transaction, into: RecordKey, from: RecordKey): Promise<void> {
  const { tenant_id, connection_id } = into
  const own = await hasDecision(trx, into)
  for (const table of ['record_decisions', 'reserved_identifiers'] as const) {
    if (!own) {
      await trx
        .updateTable(table)
        .set({ record_id: into.record_id })
        .where('tenant_id', '=', tenant_id)
        .where('connection_id', '=', connection_id)
        .where('record_id', '=', from.record_id)
        .execute()
    } else {
      await trx
        .deleteFrom(table)
        .where('tenant_id', '=', tenant_id)
        .where('connection_id', '=', connection_id)
        .where('record_id', '=', from.record_id)
        .execute()
    }
  }
}
