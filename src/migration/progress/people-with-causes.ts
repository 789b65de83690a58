import { defined } from '../../base/defined.ts'
import { isoTime } from '../../base/time.ts'
import type { DirectoryProblem } from '../../contract/directory-problems.ts'
import type { MigrationCauses } from '../../contract/migration-progress.ts'
import { readJson } from '../../store/json-column.ts'
import type { Db, MigrationRecordsTable } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import type { Drift } from '../record-observation.ts'
import { countCauses, type CountedCause } from './count-causes.ts'
import { has_drift, is_waiting, isShared, not_moved, withProblem, withRows } from './records-of-causes.ts'

type Cause = MigrationCauses['people'][number]

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

/** One of the people of a cause about whom no decision was made. */
async function sampleOf(
  db: Db,
  of: ConnectionKey,
  { kind, cause, people, decided }: CountedCause,
): Promise<Cause['sample']> {
  if (people <= decided) return undefined
  const open = withRows(db, of)
    .selectAll('record')
    .where(({ not }) => not(is_waiting))
    .limit(1)
  const newest = open.orderBy('record.created_at', 'desc').orderBy('record.record_id', 'desc')
  const query =
    kind === 'problem'
      ? withProblem(db, of)
          .where('listed.problem', '=', cause as DirectoryProblem)
          .leftJoin('record_decisions as decision', (join) =>
            join
              .onRef('decision.tenant_id', '=', 'listed.tenant_id')
              .onRef('decision.connection_id', '=', 'listed.connection_id')
              .onRef('decision.record_id', '=', 'listed.record_id'),
          )
          .where(({ not }) => not(is_waiting))
          .selectAll('record')
          .orderBy('listed.record_id', 'desc')
          .limit(1)
      : kind === 'shared'
        ? newest.where(isShared(of)).where('listed.problem', 'is', null)
        : kind === 'outcome'
          ? newest
              .where('record.last_outcome', '=', cause)
              .where('record.state', 'in', not_moved)
              .where('listed.problem', 'is', null)
              .where(({ not }) => not(isShared(of)))
          : newest.where(has_drift)
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

/**
 * Why people of a connection cannot move, the most frequent cause first, each with a sample. A person counts once, but for `drift`, which is about
 * the scripts.
 */
export async function peopleWithCauses(db: Db, of: ConnectionKey): Promise<Cause[]> {
  const found: Cause[] = []
  for (const cause of await countCauses(db, of)) {
    found.push({ ...cause, ...defined({ sample: await sampleOf(db, of, cause) }) })
  }
  return found.toSorted((one, other) => other.people - one.people)
}
