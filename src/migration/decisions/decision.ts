/**
 * Decisions: what an operator decides about legacy users who cannot move as they are, how it is checked and written, and how a profile is
 * read with it. Logins, resets, sign-ups and imports apply them; this folder knows none of these.
 */
import { defined } from '../../base/defined.ts'
import { isoTime } from '../../base/time.ts'
import type { Connection } from '../../connections/connection.ts'
import type { Decision, DecisionKind } from '../../contract/decision.ts'
import { readJson } from '../../store/json-column.ts'
import { prepareQuery } from '../../store/prepared-query.ts'
import type { Db, RecordDecisionsTable } from '../../store/tables.ts'
import { recordsByIdentifier, type ConnectionKey } from '../find-records.ts'

/** The members of a decision beside its kind: the new identifiers of `rename`, as they were given, and the text of `exclude`. */
export type DecisionDetail = { email?: string; username?: string; phone_number?: string; message?: string }

/** A decision, as it is applied. */
export type AppliedDecision = {
  decision_id: string
  record_id: string
  kind: DecisionKind
  detail: DecisionDetail
  /** Of an alias: the other record, and its legacy id. */
  alias_of: string | null
  alias_legacy_id: string | null
}

/** By what the ledger finds a legacy user: the id that a script returned, and identifiers in canonical form. */
export type LedgerNames = { legacy_id: string | undefined; identifiers: readonly string[] }

const withTarget = (db: Db, { tenant_id, connection_id }: ConnectionKey) =>
  db
    .selectFrom('migration_records as record')
    .leftJoin('record_decisions as decision', (join) =>
      join
        .onRef('decision.tenant_id', '=', 'record.tenant_id')
        .onRef('decision.connection_id', '=', 'record.connection_id')
        .onRef('decision.record_id', '=', 'record.record_id'),
    )
    .leftJoin('migration_records as target', (join) =>
      join
        .onRef('target.tenant_id', '=', 'decision.tenant_id')
        .onRef('target.connection_id', '=', 'decision.connection_id')
        .onRef('target.record_id', '=', 'decision.alias_of'),
    )
    .select(['record.record_id', 'decision.decision_id', 'decision.kind', 'decision.detail', 'decision.alias_of'])
    .select('target.legacy_id as alias_legacy_id')
    .where('record.tenant_id', '=', tenant_id)
    .where('record.connection_id', '=', connection_id)

type Row = Pick<AppliedDecision, 'record_id' | 'alias_of' | 'alias_legacy_id'> & {
  decision_id: string | null
  kind: string | null
  detail: string | null
}

function applied({ decision_id, kind, detail, ...row }: Row): AppliedDecision | undefined {
  if (decision_id === null || kind === null || detail === null) return undefined
  return { ...row, decision_id, kind: kind as DecisionKind, detail: readJson<DecisionDetail>(detail) }
}

const byLegacyId = prepareQuery((db, { of, legacy_id }: { of: ConnectionKey; legacy_id: string }) =>
  withTarget(db, of).where('record.legacy_id', '=', legacy_id),
)

const byRecordId = prepareQuery((db, { of, record_id }: { of: ConnectionKey; record_id: string }) =>
  withTarget(db, of).where('record.record_id', '=', record_id),
)

/** The decision on a record, or undefined. */
export async function decisionOf(db: Db, of: ConnectionKey, record_id: string): Promise<AppliedDecision | undefined> {
  const [row] = (await byRecordId(db, { of, record_id })).rows
  return row && applied(row)
}

/** The decisions on the users of legacy ids, by the id. */
export async function decisionsByLegacyId(
  db: Db,
  of: ConnectionKey,
  legacy_ids: string[],
): Promise<Map<string, AppliedDecision>> {
  if (legacy_ids.length === 0) return new Map()
  const rows = await withTarget(db, of).select('record.legacy_id').where('record.legacy_id', 'in', legacy_ids).execute()
  return new Map(
    rows.flatMap(({ legacy_id, ...row }) => {
      const decision = applied(row)
      return decision && legacy_id !== null ? [[legacy_id, decision]] : []
    }),
  )
}

/**
 * The decision on a legacy user, or undefined: that of the record of the id or, where there is none, of a record that was found by one of the
 * identifiers and has no id. A connection without decisions costs no query. Users of legacy mode do not move: no decision
 * is applied to them.
 */
export async function decisionFor(
  db: Db,
  of: ConnectionKey & Pick<Connection, 'mode' | 'has_decisions'>,
  { legacy_id = '', identifiers }: LedgerNames,
): Promise<AppliedDecision | undefined> {
  if (!of.has_decisions || of.mode === 'legacy') return undefined
  const [row] = (await byLegacyId(db, { of, legacy_id })).rows
  const own = row && applied(row)
  if (own) return own
  const records = await recordsByIdentifier(db, of, [...identifiers])
  const unnamed = records.find((record) => record.legacy_id === null)
  return unnamed && (await decisionOf(db, of, unnamed.record_id))
}

/**
 * Whether a decision keeps another user of the same legacy id, which the directory has more than once.
 *
 * @param own the record of the user, where a decision is made about it
 */
export async function keepsNamesake(
  db: Db,
  { tenant_id, connection_id, has_decisions, options }: Connection,
  legacy_id: string,
  own: string | undefined,
): Promise<boolean> {
  if (!has_decisions) return false
  const bare = options.id_namespace === undefined ? legacy_id : legacy_id.slice(options.id_namespace.length + 1)
  const rows = await db
    .selectFrom('directory_rows as listed')
    // A cross join, because SQLite keeps its order. Without statistics, it would read all decisions first, or all rows with this problem.
    .crossJoin('record_decisions as decision')
    .whereRef('decision.tenant_id', '=', 'listed.tenant_id')
    .whereRef('decision.connection_id', '=', 'listed.connection_id')
    .whereRef('decision.record_id', '=', 'listed.record_id')
    .select(['listed.record_id', 'listed.problem'])
    .where('listed.tenant_id', '=', tenant_id)
    .where('listed.connection_id', '=', connection_id)
    .where('listed.given_legacy_id', 'in', [legacy_id, bare, `auth0|${bare}`])
    .where('decision.kind', '=', 'keep')
    .execute()
  return rows.some(({ record_id, problem }) => problem === 'repeated_id' && record_id !== own)
}

/** A decision as the API shows it. */
export function showDecision({
  record_id,
  kind,
  detail,
  alias_of,
  decided_at,
  decided_by,
}: Pick<RecordDecisionsTable, 'record_id' | 'kind' | 'detail' | 'alias_of' | 'decided_at' | 'decided_by'>): Decision {
  return {
    record_id,
    kind: kind as DecisionKind,
    ...readJson<DecisionDetail>(detail),
    ...defined({ alias_of: alias_of ?? undefined }),
    decided_at: isoTime(decided_at),
    decided_by,
  }
}

/** The decisions on these records as the API shows them, by record. */
export async function shownDecisions(
  db: Db,
  { tenant_id, connection_id }: ConnectionKey,
  record_ids: string[],
): Promise<Map<string, Decision>> {
  if (record_ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('record_decisions')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', 'in', record_ids)
    .execute()
  return new Map(rows.map((row) => [row.record_id, showDecision(row)]))
}
