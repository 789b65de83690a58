import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { causes_of, outcomes_to_decide, rehearsals_to_decide, type CauseKind } from '../../contract/person-causes.ts'
import type { Db } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import { unmoved_states } from '../finish/not-moved.ts'
import { sharedRecordIds } from './shared-records.ts'

/** Why a person of a migration needs an action. */
export type PersonCause = { kind: CauseKind; cause: string }

/** The cause that a filter names by its kind and its name, with a colon between them. */
export function readCause(text: string): PersonCause {
  const [kind, cause = ''] = text.split(':')
  return { kind: kind as CauseKind, cause }
}

// The legacy store refused these users itself, or a decision did.
const refused_elsewhere = ['blocked', 'denied_by_script', 'refused_by_script', 'excluded']
const says_why_refused = [...refused_elsewhere, ...outcomes_to_decide]

/**
 * Whether a decision about the record waits for the next login or import: any but a `retry` before the last attempt, or before a rehearsal
 * after which the record needs a decision.
 */
export const is_waiting = sql<SqlBool>`(decision.kind is not null and (
  decision.kind <> 'retry' or not (coalesce(record.last_outcome_at, 0) > decision.decided_at
    or (coalesce(listed.rehearsed_at, 0) > decision.decided_at and coalesce(listed.rehearsed_outcome, '') in (${sql.join(rehearsals_to_decide)})))
))`

/** The store with the records of users who share an identifier, which are found once for a statement. */
export const withShared = (db: Db, of: ConnectionKey) =>
  db.with(
    (cte) => cte('sharing').materialized(),
    () => sql<{ record_id: string }>`(${sharedRecordIds(of)})`,
  )

/** Records with the decisions about them, and with their rows of the directory. */
export const withRows = (db: Db, { tenant_id, connection_id }: ConnectionKey) =>
  withShared(db, { tenant_id, connection_id })
    .selectFrom('migration_records as record')
    .leftJoin('directory_rows as listed', (join) =>
      join
        .onRef('listed.tenant_id', '=', 'record.tenant_id')
        .onRef('listed.connection_id', '=', 'record.connection_id')
        .onRef('listed.record_id', '=', 'record.record_id'),
    )
    .leftJoin('record_decisions as decision', (join) =>
      join
        .onRef('decision.tenant_id', '=', 'record.tenant_id')
        .onRef('decision.connection_id', '=', 'record.connection_id')
        .onRef('decision.record_id', '=', 'record.record_id'),
    )
    .where('record.tenant_id', '=', tenant_id)
    .where('record.connection_id', '=', connection_id)

const is_shared = sql<SqlBool>`record.record_id in (select sharing.record_id from sharing)`

const is_refused = sql<SqlBool>`(record.state = 'refused' and coalesce(record.last_outcome, '') not in (${sql.join(says_why_refused)}))`

/**
 * The one kind of cause of a person who has not moved; null without one. An attempt that says nothing of why an earlier one was refused makes the
 * kind `refused`.
 */
export const cause_kind = sql<Exclude<CauseKind, 'drift'> | null>`case
  when record.state not in (${sql.join(unmoved_states)}) then null
  when listed.problem is not null then 'problem'
  when ${is_shared} then 'shared'
  when record.last_outcome in (${sql.join(outcomes_to_decide)}) then 'outcome'
  when ${is_refused} then 'refused'
  when listed.rehearsed_outcome in (${sql.join(rehearsals_to_decide)}) then 'rehearsal'
  when record.last_outcome in (${sql.join(causes_of.outcome)}) then 'outcome'
end`

/** What the records of a kind have in common: an index finds them by it. */
function foundBy(kind: CauseKind, causes: readonly string[]): RawBuilder<SqlBool> {
  switch (kind) {
    case 'problem':
      return sql`listed.problem in (${sql.join(causes)})`
    case 'shared':
      return is_shared
    case 'outcome':
      return sql`record.last_outcome in (${sql.join(causes)})`
    case 'refused':
      return is_refused
    case 'rehearsal':
      return sql`listed.rehearsed_outcome in (${sql.join(causes)})`
    case 'drift':
      return sql`record.has_drift = 1`
  }
}

/**
 * The records of people with a cause of this kind: who have not moved or, of `drift`, about whom the scripts disagree.
 *
 * @param causes those of the kind to choose; default all
 */
export function recordsWithCause(db: Db, of: ConnectionKey, kind: CauseKind, causes = causes_of[kind]) {
  const found = withRows(db, of).where(foundBy(kind, causes))
  return kind === 'drift' ? found : found.where(sql<SqlBool>`${cause_kind} = ${kind}`)
}

/** The records of people with a cause about whom no decision waits; a decision is no answer to scripts that disagree. */
export function openWithCause(db: Db, of: ConnectionKey, { kind, cause }: PersonCause) {
  const records = recordsWithCause(db, of, kind, [cause])
  return kind === 'drift' ? records : records.where(({ not }) => not(is_waiting))
}

/** The columns by which the records of a cause are listed: those of the index that finds them, but of the few who share an identifier. */
export function orderOfCause(kind: CauseKind): [RawBuilder<unknown>, RawBuilder<unknown>] {
  if (kind === 'problem') return [sql.ref('listed.problem'), sql.ref('listed.record_id')]
  if (kind === 'rehearsal') return [sql.ref('listed.rehearsed_outcome'), sql.ref('listed.record_id')]
  // With the plain column, the planner would read all records in the order of its index.
  const age = kind === 'shared' ? sql`record.created_at + 0` : sql.ref('record.created_at')
  return [age, sql.ref('record.record_id')]
}
