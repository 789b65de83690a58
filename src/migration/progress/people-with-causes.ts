import { sql, type SqlBool } from 'kysely'
import { defined } from '../../base/defined.ts'
import { isoTime } from '../../base/time.ts'
import type { MigrationCauses } from '../../contract/migration-progress.ts'
import { readJson } from '../../store/json-column.ts'
import type { Db, MigrationRecordsTable } from '../../store/tables.ts'
import { sharedRecordIds } from '../decisions/shared-records.ts'
import type { ConnectionKey } from '../find-records.ts'
import { unmoved_states } from '../finish/not-moved.ts'
import type { Drift } from '../record-observation.ts'
import { failure_causes } from './failure-causes.ts'

type Cause = MigrationCauses['people'][number]
type Counted = { cause: string; people: number }

const not_moved = [...unmoved_states]

const is_waiting = sql<SqlBool>`(
  decision.kind <> 'retry' or record.last_outcome_at is null or record.last_outcome_at <= decision.decided_at
)`

const has_drift = sql<SqlBool>`record.has_drift = 1`

const isShared = (of: ConnectionKey) => sql<SqlBool>`record.record_id in (${sharedRecordIds(of)})`

const counts = (rows: readonly { cause: string | null; people: number | string }[]): Counted[] =>
  rows.flatMap(({ cause, people }) => (cause === null ? [] : [{ cause, people: Number(people) }]))

const recordsOf = (db: Db, { tenant_id, connection_id }: ConnectionKey) =>
  db
    .selectFrom('migration_records as record')
    .where('record.tenant_id', '=', tenant_id)
    .where('record.connection_id', '=', connection_id)

/** People who have not moved, by the outcome of their last login. The index by outcome has all that is counted. */
async function countByOutcome(db: Db, of: ConnectionKey): Promise<Counted[]> {
  const rows = await recordsOf(db, of)
    .select(['last_outcome as cause', ({ fn }) => fn.countAll<number | string>().as('people')])
    .where('record.last_outcome', 'in', [...failure_causes])
    .where('record.state', 'in', not_moved)
    .groupBy('record.last_outcome')
    .execute()
  return counts(rows)
}

/** People of the directory who cannot move as their rows are, by the problem of the row. */
async function countByProblem(db: Db, { tenant_id, connection_id }: ConnectionKey): Promise<Counted[]> {
  const rows = await db
    .selectFrom('directory_rows')
    .select(['problem as cause', ({ fn }) => fn.countAll<number | string>().as('people')])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('problem', 'is not', null)
    .groupBy('problem')
    .execute()
  return counts(rows)
}

async function countDrifted(db: Db, of: ConnectionKey): Promise<Counted[]> {
  const rows = await recordsOf(db, of)
    .select([sql<string>`'drift'`.as('cause'), ({ fn }) => fn.countAll<number | string>().as('people')])
    .where(has_drift)
    .execute()
  return counts(rows).filter(({ people }) => people > 0)
}

/** People of the directory who have an identifier of another one. */
async function countShared(db: Db, of: ConnectionKey): Promise<Counted[]> {
  const rows = await recordsOf(db, of)
    .select([sql<string>`'shared_identifier'`.as('cause'), ({ fn }) => fn.countAll<number | string>().as('people')])
    .where(isShared(of))
    .execute()
  return counts(rows).filter(({ people }) => people > 0)
}

/** Those of them with a decision that waits for the next login or import. */
async function countSharedDecided(db: Db, of: ConnectionKey): Promise<number> {
  const row = await recordsOf(db, of)
    .innerJoin('record_decisions as decision', (join) =>
      join
        .onRef('decision.tenant_id', '=', 'record.tenant_id')
        .onRef('decision.connection_id', '=', 'record.connection_id')
        .onRef('decision.record_id', '=', 'record.record_id'),
    )
    .select(({ fn }) => fn.countAll<number | string>().as('people'))
    .where(isShared(of))
    .where(is_waiting)
    .executeTakeFirstOrThrow()
  return Number(row.people)
}

/** Records with a decision that waits for the next login or import, by outcome and by problem. A connection has few decisions. */
async function countDecided(db: Db, { tenant_id, connection_id }: ConnectionKey) {
  const rows = await db
    .selectFrom('record_decisions as decision')
    // A cross join: SQLite would read the records first.
    .crossJoin('migration_records as record')
    .leftJoin('directory_rows as listed', (join) =>
      join
        .onRef('listed.tenant_id', '=', 'decision.tenant_id')
        .onRef('listed.connection_id', '=', 'decision.connection_id')
        .onRef('listed.record_id', '=', 'decision.record_id'),
    )
    .select(['record.last_outcome', 'listed.problem', ({ fn }) => fn.countAll<number | string>().as('people')])
    .where('decision.tenant_id', '=', tenant_id)
    .where('decision.connection_id', '=', connection_id)
    .whereRef('record.tenant_id', '=', 'decision.tenant_id')
    .whereRef('record.connection_id', '=', 'decision.connection_id')
    .whereRef('record.record_id', '=', 'decision.record_id')
    .where('record.state', 'in', not_moved)
    .where(is_waiting)
    .groupBy(['record.last_outcome', 'listed.problem'])
    .execute()
  const shared = await countSharedDecided(db, { tenant_id, connection_id })
  const sum = (has: (row: (typeof rows)[number]) => boolean): number =>
    rows.reduce((total, row) => total + (has(row) ? Number(row.people) : 0), 0)
  return {
    outcome: (cause: string) => sum((row) => row.last_outcome === cause),
    problem: (cause: string) => sum((row) => row.problem === cause),
    shared: () => shared,
    drift: () => 0,
  }
}

function showSample(
  kind: Cause['kind'],
  record: MigrationRecordsTable,
  typed: string | undefined,
): NonNullable<Cause['sample']> {
  const fields = record.drift === null ? [] : readJson<Drift>(record.drift).fields
  const message = kind === 'drift' ? fields.join(', ') : record.last_error
  const name = record.email ?? record.username ?? typed ?? record.legacy_id
  return {
    record_id: record.record_id,
    ...defined({
      name: name ?? undefined,
      message: message ?? undefined,
      at: record.last_outcome_at === null ? undefined : isoTime(record.last_outcome_at),
    }),
  }
}

async function sampleOf(db: Db, of: ConnectionKey, kind: Cause['kind'], cause: string): Promise<Cause['sample']> {
  const some = recordsOf(db, of).selectAll('record').limit(1)
  const newest = some.orderBy('record.created_at', 'desc').orderBy('record.record_id', 'desc')
  const query =
    kind === 'drift'
      ? newest.where(has_drift)
      : kind === 'shared'
        ? newest.where(isShared(of))
        : kind === 'outcome'
          ? newest.where('record.last_outcome', '=', cause).where('record.state', 'in', not_moved)
          : some.where(
              sql<SqlBool>`record.record_id = (select record_id from directory_rows where tenant_id = ${of.tenant_id} and connection_id = ${of.connection_id} and problem = ${cause} order by record_id desc limit 1)`,
            )
  const record = await query.executeTakeFirst()
  if (!record) return undefined
  const identifier = await db
    .selectFrom('migration_identifiers')
    .select('identifier')
    .where('tenant_id', '=', of.tenant_id)
    .where('connection_id', '=', of.connection_id)
    .where('record_id', '=', record.record_id)
    .limit(1)
    .executeTakeFirst()
  return showSample(kind, record, identifier?.identifier)
}

/** Why people of a connection cannot move, the most frequent cause first, each with a sample. */
export async function peopleWithCauses(db: Db, of: ConnectionKey): Promise<Cause[]> {
  const decided = await countDecided(db, of)
  const counted = {
    outcome: await countByOutcome(db, of),
    problem: await countByProblem(db, of),
    shared: await countShared(db, of),
    drift: await countDrifted(db, of),
  } as const
  const found: Cause[] = []
  for (const kind of ['outcome', 'problem', 'shared', 'drift'] as const) {
    for (const { cause, people } of counted[kind]) {
      const sample = await sampleOf(db, of, kind, cause)
      found.push({ kind, cause, people, decided: decided[kind](cause), ...defined({ sample }) })
    }
  }
  return found.toSorted((one, other) => other.people - one.people)
}
