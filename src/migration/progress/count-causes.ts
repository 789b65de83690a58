import { sql } from 'kysely'
import type { MigrationCauses } from '../../contract/migration-progress.ts'
import type { Db } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import { failure_causes } from './failure-causes.ts'
import { has_drift, is_waiting, isShared, not_moved, recordsOf, withProblem, withRows } from './records-of-causes.ts'

/** A cause with its people, without a sample. */
export type CountedCause = Omit<MigrationCauses['people'][number], 'sample'>

/** People who have not moved, of whom some facts are the same. */
type Counted = { problem: string | null; outcome: string | null; people: number | string }

/** By the outcome of their last login. The index by outcome has all that is counted. */
async function countByOutcome(db: Db, of: ConnectionKey): Promise<Counted[]> {
  return await recordsOf(db, of)
    .select(['record.last_outcome as outcome', sql<null>`null`.as('problem')])
    .select(({ fn }) => fn.countAll<number | string>().as('people'))
    .where('record.last_outcome', 'in', [...failure_causes])
    .where('record.state', 'in', not_moved)
    .groupBy('record.last_outcome')
    .execute()
}

/** Those who cannot move as their rows are. */
async function countByProblem(db: Db, of: ConnectionKey): Promise<Counted[]> {
  return await withProblem(db, of)
    .select(['listed.problem', 'record.last_outcome as outcome'])
    .select(({ fn }) => fn.countAll<number | string>().as('people'))
    .groupBy(['listed.problem', 'record.last_outcome'])
    .execute()
}

/** Those who have an identifier of another user of the directory, and a row without a problem. */
async function countShared(db: Db, of: ConnectionKey): Promise<(Counted & { is_decided: number })[]> {
  // The few of them are read first: else SQLite would group all records by outcome.
  const facts = withRows(db, of)
    .select(['record.last_outcome as outcome', sql<number>`case when ${is_waiting} then 1 else 0 end`.as('is_decided')])
    .where(isShared(of))
    .where('listed.problem', 'is', null)
  return await db
    .with(
      (cte) => cte('fact').materialized(),
      () => facts,
    )
    .selectFrom('fact')
    .select(['outcome', 'is_decided', sql<null>`null`.as('problem')])
    .select(({ fn }) => fn.countAll<number | string>().as('people'))
    .groupBy(['outcome', 'is_decided'])
    .execute()
}

async function countDrifted(db: Db, of: ConnectionKey): Promise<number> {
  const row = await recordsOf(db, of)
    .select(({ fn }) => fn.countAll<number | string>().as('people'))
    .where(has_drift)
    .executeTakeFirstOrThrow()
  return Number(row.people)
}

/** Those with a decision that waits for the next login or import. A connection has few decisions. */
async function countDecided(db: Db, { tenant_id, connection_id }: ConnectionKey): Promise<Counted[]> {
  return await db
    .selectFrom('record_decisions as decision')
    // A cross join: SQLite would read the records first.
    .crossJoin('migration_records as record')
    .leftJoin('directory_rows as listed', (join) =>
      join
        .onRef('listed.tenant_id', '=', 'decision.tenant_id')
        .onRef('listed.connection_id', '=', 'decision.connection_id')
        .onRef('listed.record_id', '=', 'decision.record_id'),
    )
    .select(['record.last_outcome as outcome', 'listed.problem'])
    .select(({ fn }) => fn.countAll<number | string>().as('people'))
    .where('decision.tenant_id', '=', tenant_id)
    .where('decision.connection_id', '=', connection_id)
    .whereRef('record.tenant_id', '=', 'decision.tenant_id')
    .whereRef('record.connection_id', '=', 'decision.connection_id')
    .whereRef('record.record_id', '=', 'decision.record_id')
    .where('record.state', 'in', not_moved)
    .where(is_waiting)
    .groupBy(['record.last_outcome', 'listed.problem'])
    .execute()
}

const sumOf = <R extends Counted>(rows: readonly R[], is: (row: R) => boolean = () => true): number =>
  rows.reduce((sum, row) => sum + (is(row) ? Number(row.people) : 0), 0)

/** The people of each cause. A person counts once: by the problem of the row, else as sharing an identifier, else by the outcome. */
export async function countCauses(db: Db, of: ConnectionKey): Promise<CountedCause[]> {
  const by_problem = await countByProblem(db, of)
  const shared = await countShared(db, of)
  const by_outcome = await countByOutcome(db, of)
  const decided = await countDecided(db, of)
  const problems = [...new Set(by_problem.flatMap(({ problem }) => problem ?? []))]
  const outcomes = by_outcome.flatMap(({ outcome }) => outcome ?? [])
  const causes: CountedCause[] = [
    ...problems.map((cause) => ({
      kind: 'problem' as const,
      cause,
      people: sumOf(by_problem, ({ problem }) => problem === cause),
      decided: sumOf(decided, ({ problem }) => problem === cause),
    })),
    {
      kind: 'shared',
      cause: 'shared_identifier',
      people: sumOf(shared),
      decided: sumOf(shared, ({ is_decided }) => Number(is_decided) === 1),
    },
    ...outcomes.map((cause) => {
      const has = ({ outcome }: Counted): boolean => outcome === cause
      return {
        kind: 'outcome' as const,
        cause,
        people: sumOf(by_outcome, has) - sumOf(by_problem, has) - sumOf(shared, has),
        decided:
          sumOf(decided, (row) => has(row) && row.problem === null) -
          sumOf(shared, (row) => has(row) && Number(row.is_decided) === 1),
      }
    }),
    { kind: 'drift', cause: 'drift', people: await countDrifted(db, of), decided: 0 },
  ]
  return causes.filter(({ people }) => people > 0)
}
