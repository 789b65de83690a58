import { sql, type SqlBool } from 'kysely'
import type { DirectoryProblem } from '../../contract/directory-problems.ts'
import type { Outcome } from '../../contract/outcomes.ts'
import type { Db } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import { unmoved_states } from '../finish/not-moved.ts'
import { sharedRecordIds } from './shared-records.ts'

/** Why users cannot move: the outcome of their last login, or the problem of their rows in the directory. */
export type DecidedCause = { kind: 'outcome'; cause: Outcome } | { kind: 'problem'; cause: DirectoryProblem }

// No decision, or `retry` before the last login; and no decision makes another record an alias of this one.
const is_undecided = sql<SqlBool>`not exists (
    select 1 from record_decisions as decision
    where decision.tenant_id = record.tenant_id and decision.connection_id = record.connection_id
      and decision.record_id = record.record_id
      and (decision.kind <> 'retry' or record.last_outcome_at is null or record.last_outcome_at <= decision.decided_at)
  ) and not exists (
    select 1 from record_decisions as alias
    where alias.tenant_id = record.tenant_id and alias.connection_id = record.connection_id and alias.alias_of = record.record_id
  )`

/** The records of users whose rows in the directory have this problem. */
const withProblem = (db: Db, { tenant_id, connection_id }: ConnectionKey, problem: DirectoryProblem) =>
  db
    .selectFrom('directory_rows as listed')
    // A cross join: SQLite would read the records first.
    .crossJoin('migration_records as record')
    .where('listed.tenant_id', '=', tenant_id)
    .where('listed.connection_id', '=', connection_id)
    .where('listed.problem', '=', problem)
    .whereRef('record.tenant_id', '=', 'listed.tenant_id')
    .whereRef('record.connection_id', '=', 'listed.connection_id')
    .whereRef('record.record_id', '=', 'listed.record_id')
    .select('record.record_id')
    .where('record.state', 'in', [...unmoved_states])
    .where(is_undecided)

// Those are the causes of these users, and not the outcome of their last login.
const hasOtherCause = (of: ConnectionKey) => sql<SqlBool>`(exists (
    select 1 from directory_rows as listed
    where listed.tenant_id = record.tenant_id and listed.connection_id = record.connection_id
      and listed.record_id = record.record_id and listed.problem is not null
  ) or record.record_id in (${sharedRecordIds(of)}))`

/** The records of users whose last login ended so, and whose rows have no problem and no identifier of another user. */
const withOutcome = (db: Db, of: ConnectionKey, outcome: Outcome) =>
  db
    .selectFrom('migration_records as record')
    .where('record.tenant_id', '=', of.tenant_id)
    .where('record.connection_id', '=', of.connection_id)
    .where('record.last_outcome', '=', outcome)
    .select('record.record_id')
    .where('record.state', 'in', [...unmoved_states])
    .where(is_undecided)
    .where(({ not }) => not(hasOtherCause(of)))

/** Reads at most `take` records of users who have not moved for this cause, and about whom no decision holds. */
export async function undecidedWith(
  db: Db,
  of: ConnectionKey,
  { kind, cause }: DecidedCause,
  take: number,
): Promise<string[]> {
  const records = kind === 'outcome' ? withOutcome(db, of, cause) : withProblem(db, of, cause)
  return (await records.limit(take).execute()).map(({ record_id }) => record_id)
}
