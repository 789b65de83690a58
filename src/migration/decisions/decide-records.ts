import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../base/clock.ts'
import { defined } from '../../base/defined.ts'
import { newPrefixedId } from '../../base/ids.ts'
import { requireConnection, type Connection } from '../../connections/connection.ts'
import type { NewDecision } from '../../contract/decision.ts'
import { Refusal } from '../../contract/refusal.ts'
import { retryUniqueViolation } from '../../store/retry-unique-violation.ts'
import { writeJson } from '../../store/json-column.ts'
import type { Db, RecordDecisionsTable, Transaction } from '../../store/tables.ts'
import { inTransaction } from '../../store/transaction.ts'
import type { ConnectionKey } from '../find-records.ts'
import { addToHistories } from '../record-transition.ts'
import { checkDecisions, type CheckedDecision, type DecisionProblem, type WantedDecision } from './check-decisions.ts'
import { inChunks } from './decided-records.ts'
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

/** The result of decisions on records: all of them are made, or none. */
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
 * Decides about records of a connection in one transaction: all decisions are made, or none. Each replaces the one before on its record.
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
      await removeDecisions(trx, of, [...new Set(wanted.map(({ record_id }) => record_id))])
      const { checked, problems } = await checkDecisions(trx, connection, wanted)
      if (problems.length > 0) throw new Rollback(problems)
      return await writeDecisions(trx, of, checked, { by, at: clock.now() })
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
