import { defined } from '../../base/defined.ts'
import { isoTime } from '../../base/time.ts'
import type { MigrationCauses } from '../../contract/migration-progress.ts'
import { readJson } from '../../store/json-column.ts'
import type { Db, DirectoryRowsTable, MigrationRecordsTable } from '../../store/tables.ts'
import { openWithCause, orderOfCause } from '../decisions/records-of-causes.ts'
import type { ConnectionKey } from '../find-records.ts'
import type { Drift } from '../record-observation.ts'
import { countCauses, type CountedCause } from './count-causes.ts'

type Cause = MigrationCauses['people'][number]

type SampledRecord = MigrationRecordsTable & {
  [column in 'rehearsed_detail' | 'rehearsed_at']: DirectoryRowsTable[column] | null
}

/** What the scripts or the last attempt say of a record, and when; of a cause that a rehearsal found, what that says. */
function saidOf(kind: Cause['kind'], record: SampledRecord): { message: string | undefined; at: number | null } {
  const { drift, last_error, last_outcome_at, rehearsed_detail, rehearsed_at } = record
  if (kind === 'drift') {
    return { message: drift === null ? '' : readJson<Drift>(drift).fields.join(', '), at: last_outcome_at }
  }
  if (kind !== 'rehearsal') return { message: last_error ?? undefined, at: last_outcome_at }
  const detail = rehearsed_detail === null ? {} : readJson<{ message?: string }>(rehearsed_detail)
  return { message: detail.message, at: rehearsed_at }
}

/** One of the people of a cause about whom no decision waits. */
async function sampleOf(
  db: Db,
  of: ConnectionKey,
  { kind, cause, people, decided }: CountedCause,
): Promise<Cause['sample']> {
  if (people <= decided) return undefined
  const [first, second] = orderOfCause(kind)
  const record = await openWithCause(db, of, { kind, cause })
    .selectAll('record')
    .select(['listed.rehearsed_detail', 'listed.rehearsed_at'])
    .orderBy(first, 'desc')
    .orderBy(second, 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!record) return undefined
  const typed = await db
    .selectFrom('migration_identifiers')
    .select('identifier')
    .where('tenant_id', '=', of.tenant_id)
    .where('connection_id', '=', of.connection_id)
    .where('record_id', '=', record.record_id)
    .limit(1)
    .executeTakeFirst()
  const { message, at } = saidOf(kind, record)
  const name = record.email ?? record.username ?? typed?.identifier ?? record.legacy_id ?? undefined
  return { record_id: record.record_id, ...defined({ name, message, at: at === null ? undefined : isoTime(at) }) }
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
