import { sql, type SqlBool } from 'kysely'
import type { Db } from '../../store/tables.ts'
import { sharedRecordIds } from '../decisions/shared-records.ts'
import type { ConnectionKey } from '../find-records.ts'
import { unmoved_states } from '../finish/not-moved.ts'

/** The states of people who have not moved. */
export const not_moved = [...unmoved_states]

/** Whether a decision about the record waits for the next login or import. */
export const is_waiting = sql<SqlBool>`(decision.kind is not null and (
  decision.kind <> 'retry' or record.last_outcome_at is null or record.last_outcome_at <= decision.decided_at
))`

/** Whether the scripts disagree about the person. */
export const has_drift = sql<SqlBool>`record.has_drift = 1`

/** Whether the person has an identifier of another user of the directory. */
export const isShared = (of: ConnectionKey) => sql<SqlBool>`record.record_id in (${sharedRecordIds(of)})`

/** The records of a connection. */
export const recordsOf = (db: Db, { tenant_id, connection_id }: ConnectionKey) =>
  db
    .selectFrom('migration_records as record')
    .where('record.tenant_id', '=', tenant_id)
    .where('record.connection_id', '=', connection_id)

/** Records with the decisions about them, and with their rows of the directory. */
export const withRows = (db: Db, of: ConnectionKey) =>
  recordsOf(db, of)
    .leftJoin('record_decisions as decision', (join) =>
      join
        .onRef('decision.tenant_id', '=', 'record.tenant_id')
        .onRef('decision.connection_id', '=', 'record.connection_id')
        .onRef('decision.record_id', '=', 'record.record_id'),
    )
    .leftJoin('directory_rows as listed', (join) =>
      join
        .onRef('listed.tenant_id', '=', 'record.tenant_id')
        .onRef('listed.connection_id', '=', 'record.connection_id')
        .onRef('listed.record_id', '=', 'record.record_id'),
    )

/** The records of people who have not moved and whose rows of the directory have a problem. */
export const withProblem = (db: Db, { tenant_id, connection_id }: ConnectionKey) =>
  db
    .selectFrom('directory_rows as listed')
    // A cross join: SQLite would read the records first.
    .crossJoin('migration_records as record')
    .where('listed.tenant_id', '=', tenant_id)
    .where('listed.connection_id', '=', connection_id)
    .where('listed.problem', 'is not', null)
    .whereRef('record.tenant_id', '=', 'listed.tenant_id')
    .whereRef('record.connection_id', '=', 'listed.connection_id')
    .whereRef('record.record_id', '=', 'listed.record_id')
    .where('record.state', 'in', not_moved)
