import { setImmediate } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../../base/clock.ts'
import { defined } from '../../base/defined.ts'
import { newPrefixedId } from '../../base/ids.ts'
import { requireConnection, type Connection } from '../../connections/connection.ts'
import type { NewDecision } from '../../contract/decision.ts'
import { Refusal } from '../../contract/refusal.ts'
import { retryUniqueViolation } from '../../store/retry-unique-violation.ts'
import { readJson, writeJson } from '../../store/json-column.ts'
import type { Db, RecordDecisionsTable, Transaction } from '../../store/tables.ts'
import { inTransaction } from '../../store/transaction.ts'
import type { ConnectionKey } from '../find-records.ts'
import { unmoved_states } from '../finish/not-moved.ts'
import { addToHistories } from '../record-transition.ts'
import { checkDecisions, type CheckedDecision, type DecisionProblem, type WantedDecision } from './check-decisions.ts'
import { inChunks } from './decided-records.ts'
import type { DecisionDetail } from './decision.ts'
import { is_waiting, withRows } from './records-of-causes.ts'
import { completeAlias } from './settle-decisions.ts'

const aliases_at_once = 100

/** Who decides, and when. */
export type DecidedBy = { by: string; at: number }

/** @throws {Refusal} `decisions_need_import_mode` */
export function requireImportMode({ mode }: Connection): void {
  if (mode !== 'import') throw new Refusal('decisions_need_import_mode')
}

/** Takes the decisions on these records out, with what they reserve. */
async function removeDecisions(
  trx: Transaction,
  { tenant_id, connection_id }: ConnectionKey,
  record_ids: readonly string[],
): Promise<void> {
  for (const table of ['record_decisions', 'reserved_identifiers'] as const) {
    await inChunks(record_ids, (ids) =>
      trx
        .deleteFrom(table)
        .where('tenant_id', '=', tenant_id)
        .where('connection_id', '=', connection_id)
        .where('record_id', 'in', ids)
        .returning('record_id')
        .execute(),
    )
  }
}

function rowOf(
  { tenant_id, connection_id }: ConnectionKey,
  { record_id, decision }: CheckedDecision,
  { by, at }: DecidedBy,
): RecordDecisionsTable {
  const { kind, alias_of = null, ...detail } = decision
  return {
    tenant_id,
    connection_id,
    record_id,
    decision_id: newPrefixedId('mdc'),
    kind,
    detail: writeJson(detail),
    alias_of,
    decided_at: at,
    decided_by: by,
  }
}

/**
 * The decisions among these that are made already and hold, on records that are decided about once: that of a user who has moved or was deleted does, and a
 * `retry` holds until the next attempt.
 */
async function decisionsHeld(
  trx: Transaction,
  of: ConnectionKey,
  wanted: readonly WantedDecision[],
): Promise<RecordDecisionsTable[]> {
  const by_record = Map.groupBy(wanted, ({ record_id }) => record_id)
  const made = await inChunks([...by_record.keys()], (ids) =>
    withRows(trx, of)
      .innerJoin('record_decisions as made', (join) =>
        join
          .onRef('made.tenant_id', '=', 'record.tenant_id')
          .onRef('made.connection_id', '=', 'record.connection_id')
          .onRef('made.record_id', '=', 'record.record_id'),
      )
      .selectAll('made')
      .where('record.record_id', 'in', ids)
      .where(({ eb, or }) => or([is_waiting, eb('record.state', 'not in', [...unmoved_states])]))
      .execute(),
  )
  return made.filter(({ record_id, kind, alias_of, detail }) => {
    const [first, ...others] = by_record.get(record_id) ?? []
    if (!first || others.length > 0) return false
    const { kind: wanted_kind, alias_of: wanted_alias = null, ...wanted_detail } = first.decision
    const is_same = kind === wanted_kind && alias_of === wanted_alias
    return is_same && isDeepStrictEqual(readJson<DecisionDetail>(detail), wanted_detail)
  })
}

/** Marks the connection, so that its logins look decisions up. */
async function markConnection(trx: Transaction, { tenant_id, connection_id }: ConnectionKey): Promise<void> {
  const { has_decisions } = await requireConnection(trx, { tenant_id, connection_id })
  if (has_decisions) return
  await trx
    .updateTable('connections')
    .set({ decisions: 1 })
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .execute()
}

async function writeDecisions(
  trx: Transaction,
  of: ConnectionKey,
  checked: readonly CheckedDecision[],
  decided: DecidedBy,
): Promise<RecordDecisionsTable[]> {
  const { tenant_id, connection_id } = of
  const { by, at } = decided
  await markConnection(trx, of)
  const rows = checked.map((each) => rowOf(of, each, decided))
  await inChunks(rows, async (chunk) => {
    await trx.insertInto('record_decisions').values(chunk).execute()
    return []
  })
  const reserved = checked.flatMap(({ record_id, reserves }) =>
    reserves.map((identifier) => ({ tenant_id, connection_id, identifier, record_id })),
  )
  await inChunks(reserved, async (chunk) => {
    await trx.insertInto('reserved_identifiers').values(chunk).execute()
    return []
  })
  await addToHistories(
    trx,
    of,
    checked.map(({ record, decision }) => ({
      record_id: record.record_id,
      at,
      from_state: record.state,
      to_state: record.state,
      through: 'api',
      outcome: null,
      detail: { decision: decision.kind, decided_by: by, ...defined({ alias_of: decision.alias_of }) },
    })),
  )
  for (const [nth, { record, target }] of checked.entries()) {
    if (nth % aliases_at_once === aliases_at_once - 1) await setImmediate()
    if (target?.state !== 'migrated' || target.legacy_id === null) continue
    const user_id = `auth0|${target.legacy_id}`
    await completeAlias(trx, { ...of, ...record, alias_of: target.legacy_id, user_id, through: 'api', at })
  }
  return rows
}

/** The result of decisions on records: all of them are made, or none. `rows`: also those that held before. */
export type DecidedRecords =
  | { kind: 'decided'; rows: RecordDecisionsTable[] }
  | { kind: 'refused'; problems: DecisionProblem[] }

class Rollback extends Error {
  readonly problems: DecisionProblem[]
  constructor(problems: DecisionProblem[]) {
    super('The decisions cannot be made.')
    this.problems = problems
  }
}

/**
 * Decides about records of a connection in one transaction: all decisions are made, or none. Each replaces the one before on its record; one that
 * holds already is left as it is.
 *
 * @throws {Refusal} `decisions_need_import_mode`, `connection_deleted`
 */
export async function decideRecords(
  { db, clock }: { db: Db; clock: Clock },
  connection: Connection,
  wanted: readonly WantedDecision[],
  by: string,
): Promise<DecidedRecords> {
  requireImportMode(connection)
  const { tenant_id, connection_id } = connection
  const of = { tenant_id, connection_id }
  const decide = () =>
    inTransaction(db, async (trx) => {
      const held = await decisionsHeld(trx, of, wanted)
      const are_held = new Set(held.map(({ record_id }) => record_id))
      const others = wanted.filter(({ record_id }) => !are_held.has(record_id))
      await removeDecisions(trx, of, [...new Set(others.map(({ record_id }) => record_id))])
      const { checked, problems } = await checkDecisions(trx, connection, others, [...are_held])
      if (problems.length > 0) throw new Rollback(problems)
      return [...held, ...(await writeDecisions(trx, of, checked, { by, at: clock.now() }))]
    })
  try {
    // Another decision may have reserved the same identifier first: the next attempt sees it.
    return { kind: 'decided', rows: await retryUniqueViolation(decide) }
  } catch (error) {
    if (!(error instanceof Rollback)) throw error
    return { kind: 'refused', problems: error.problems }
  }
}

/**
 * Decides about one record.
 *
 * @throws {Refusal} `inexistent_migration_record`, `invalid_body`, `decision_is_final`, `decision_refused`, `decisions_need_import_mode`
 */
export async function decideRecord(
  deps: { db: Db; clock: Clock },
  connection: Connection,
  { record_id, decision }: { record_id: string; decision: NewDecision },
  by: string,
): Promise<RecordDecisionsTable> {
  const decided = await decideRecords(deps, connection, [{ record_id, decision }], by)
  if (decided.kind === 'decided') {
    const [row] = decided.rows
    if (!row) throw new Error('A decision was made without its row')
    return row
  }
  const [problem] = decided.problems
  if (!problem) throw new Error('A decision was refused without a problem')
  const { code, message } = problem
  throw new Refusal(code, { message: `The decision ${decision.kind} cannot be made: ${message}.` })
}
