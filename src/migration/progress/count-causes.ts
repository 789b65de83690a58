import { sql } from 'kysely'
import type { MigrationCauses } from '../../contract/migration-progress.ts'
import { cause_kinds, causes_of, type CauseKind } from '../../contract/person-causes.ts'
import type { Db } from '../../store/tables.ts'
import {
  cause_kind,
  is_waiting,
  recordsWithCause,
  withShared,
  type PersonCause,
} from '../decisions/records-of-causes.ts'
import type { ConnectionKey } from '../find-records.ts'
import { unmoved_states } from '../finish/not-moved.ts'

/** A cause with its people, without a sample. */
export type CountedCause = Omit<MigrationCauses['people'][number], 'sample'>

/** People with a cause, of whom the outcome of the last login is the same. */
type Counted = PersonCause & { outcome: string | null; people: number }

/** By the outcome of their last login, whatever else is a cause. The index by outcome has all that is counted. */
async function countOutcomes(db: Db, { tenant_id, connection_id }: ConnectionKey): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('migration_records')
    .select('last_outcome as outcome')
    .select(({ fn }) => fn.countAll<number | string>().as('people'))
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('last_outcome', 'in', [...causes_of.outcome])
    .where('state', 'in', [...unmoved_states])
    .groupBy('last_outcome')
    .execute()
  return new Map(rows.flatMap(({ outcome, people }) => (outcome === null ? [] : [[outcome, Number(people)]])))
}

const columns = {
  problem: sql<string>`listed.problem`,
  shared: sql<string>`'shared_identifier'`,
  outcome: sql<string>`record.last_outcome`,
  refused: sql<string>`'refused'`,
  rehearsal: sql<string>`listed.rehearsed_outcome`,
}

type OtherKind = Exclude<CauseKind, 'outcome' | 'drift'>

async function countKind(db: Db, of: ConnectionKey, kind: OtherKind): Promise<Counted[]> {
  // The few of them are read first: else SQLite would group all records by outcome. For a column that no index has, it reads no others.
  const facts = recordsWithCause(db, of, kind).select([
    columns[kind].as('cause'),
    'record.last_outcome as outcome',
    'record.updated_at',
  ])
  const rows = await db
    .with(
      (cte) => cte('fact').materialized(),
      () => facts,
    )
    .selectFrom('fact')
    .select(['cause', 'outcome'])
    .select(({ fn }) => fn.countAll<number | string>().as('people'))
    .groupBy(['cause', 'outcome'])
    .execute()
  return rows.map((row) => ({ kind, ...row, people: Number(row.people) }))
}

async function countDrifted(db: Db, of: ConnectionKey): Promise<number> {
  const row = await recordsWithCause(db, of, 'drift')
    .select(({ fn }) => fn.countAll<number | string>().as('people'))
    .executeTakeFirstOrThrow()
  return Number(row.people)
}

/** Those with a decision that waits for the next login or import. A connection has few decisions. */
async function countDecided(db: Db, of: ConnectionKey): Promise<(PersonCause & { people: number })[]> {
  const { tenant_id, connection_id } = of
  const facts = withShared(db, of)
    .selectFrom('record_decisions as decision')
    // A cross join: SQLite would read the records first.
    .crossJoin('migration_records as record')
    .leftJoin('directory_rows as listed', (join) =>
      join
        .onRef('listed.tenant_id', '=', 'decision.tenant_id')
        .onRef('listed.connection_id', '=', 'decision.connection_id')
        .onRef('listed.record_id', '=', 'decision.record_id'),
    )
    .select(cause_kind.as('kind'))
    .select(['listed.problem', 'record.last_outcome as outcome', 'listed.rehearsed_outcome as rehearsal'])
    .where('decision.tenant_id', '=', tenant_id)
    .where('decision.connection_id', '=', connection_id)
    .whereRef('record.tenant_id', '=', 'decision.tenant_id')
    .whereRef('record.connection_id', '=', 'decision.connection_id')
    .whereRef('record.record_id', '=', 'decision.record_id')
    .where(is_waiting)
  const rows = await db
    .selectFrom(facts.as('fact'))
    .select(['kind', 'problem', 'outcome', 'rehearsal'])
    .select(({ fn }) => fn.countAll<number | string>().as('people'))
    .groupBy(['kind', 'problem', 'outcome', 'rehearsal'])
    .execute()
  return rows.flatMap(({ kind, people, ...row }) => {
    if (kind === null) return []
    const cause = (kind === 'shared' || kind === 'refused' ? null : row[kind]) ?? causes_of[kind][0] ?? ''
    return [{ kind, cause, people: Number(people) }]
  })
}

const sumOf = <R extends { people: number }>(rows: readonly R[], is: (row: R) => boolean): number =>
  rows.reduce((sum, row) => sum + (is(row) ? row.people : 0), 0)

/** The people of each cause. A person counts once: under the kind that `cause_kind` names. */
export async function countCauses(db: Db, of: ConnectionKey): Promise<CountedCause[]> {
  const others: Counted[] = []
  for (const kind of ['problem', 'shared', 'refused', 'rehearsal'] as const) {
    others.push(...(await countKind(db, of, kind)))
  }
  const outcomes = await countOutcomes(db, of)
  const decided = await countDecided(db, of)
  const drifted = await countDrifted(db, of)
  const peopleOf = ({ kind, cause }: PersonCause): number => {
    if (kind === 'drift') return drifted
    if (kind !== 'outcome') return sumOf(others, (row) => row.kind === kind && row.cause === cause)
    return (outcomes.get(cause) ?? 0) - sumOf(others, ({ outcome }) => outcome === cause)
  }
  const causes = cause_kinds.flatMap((kind) => causes_of[kind].map((cause) => ({ kind, cause })))
  return causes
    .map((cause) => ({
      ...cause,
      people: peopleOf(cause),
      decided: sumOf(decided, (row) => row.kind === cause.kind && row.cause === cause.cause),
    }))
    .filter(({ people }) => people > 0)
}
