import { sql } from 'kysely'
import type { DirectoryLoadCounts } from '../../contract/directory.ts'
import { JobFailed } from '../../jobs/job.ts'
import { prepareQuery } from '../../store/prepared-query.ts'
import type { LoadKey } from './directory-load.ts'
import { loadOf, progressOf, type LoadDeps, type LoadJob, type WithoutId } from './load-job.ts'
import { idOfKey } from './read-row.ts'
import { stagedKeys, stagedPlaces, type StagedPlace } from './stage-rows.ts'

const keys_at_once = 5000
const records_at_once = 1000

/** The most rows of one id: with more, the column is not that of the id. */
export const repeated_max = 1000

/**
 * Counts the rows whose legacy id another row has. Rows of one key are neighbours.
 *
 * @throws {JobFailed} where more than 1,000 rows have one key
 */
export async function countRepeated(
  deps: LoadDeps,
  job: LoadJob,
  from: { counts: DirectoryLoadCounts; after: StagedPlace | null; same_key: number },
): Promise<DirectoryLoadCounts> {
  const load = loadOf(job)
  let { counts, after, same_key } = from
  for (;;) {
    const places = await stagedPlaces(deps.db, load, { after, take: keys_at_once })
    let { repeated_id } = counts
    for (const place of places) {
      same_key = place.row_key === after?.row_key ? same_key + 1 : 1
      if (same_key > repeated_max) {
        const id = idOfKey(place.row_key)
        const what = id === undefined ? 'are the same and have no id' : `have the legacy id ${id}`
        throw new JobFailed(`More than ${repeated_max} rows ${what}: is it read from the right column?`)
      }
      // The second row of an id counts for the first, too.
      if (same_key > 1 && idOfKey(place.row_key) !== undefined) repeated_id += same_key === 2 ? 2 : 1
      after = place
    }
    counts = { ...counts, repeated_id }
    if (places.length < keys_at_once) return counts
    const cursor = { phase: 'compare_keys' as const, after, same_key, counts }
    await job.commit(async () => ({ cursor, progress: progressOf(job, cursor.counts, {}) }))
  }
}

type Part = Omit<LoadKey, 'load_id'> & { after: string }

const nextRows = prepareQuery((db, { tenant_id, connection_id, after }: Part) =>
  db
    .selectFrom('directory_rows')
    .select(['record_id', 'row_key', 'gone_at'])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', '>', after)
    .orderBy('record_id')
    .limit(sql.lit(records_at_once)),
)

/**
 * Adds those who are gone without a legacy id. A row of the load with an id that the directory does not have may be one of them, who has got
 * the id since: so many are not counted.
 */
function addGoneWithoutId(counts: DirectoryLoadCounts, without_id: WithoutId): DirectoryLoadCounts {
  const { rows, missing_id, invalid_id, listed_before, gone } = counts
  const named = listed_before - without_id.listed - gone
  const new_ids = Math.max(0, rows - missing_id - invalid_id - named)
  return { ...counts, gone: gone + Math.max(0, without_id.gone - new_ids) }
}

/** Counts the users whom the directory has, and those of them whom the load does not name. */
export async function countGone(
  deps: LoadDeps,
  job: LoadJob,
  from: { counts: DirectoryLoadCounts; after: string | null; without_id: WithoutId },
): Promise<DirectoryLoadCounts> {
  const load = loadOf(job)
  const { tenant_id, connection_id } = load
  let { counts, after, without_id } = from
  for (;;) {
    const { rows } = await nextRows(deps.db, { tenant_id, connection_id, after: after ?? '' })
    const listed = rows.filter(({ gone_at }) => gone_at === null).map(({ row_key }) => row_key)
    // Not a join: for each page, PostgreSQL would read all staged rows into a hash table.
    const named = await stagedKeys(deps.db, load, listed)
    const gone = listed.filter((row_key) => !named.has(row_key))
    const lacksId = (row_key: string): boolean => idOfKey(row_key) === undefined
    const gone_without_id = gone.filter(lacksId).length
    without_id = {
      listed: without_id.listed + listed.filter(lacksId).length,
      gone: without_id.gone + gone_without_id,
    }
    const listed_before = counts.listed_before + listed.length
    counts = { ...counts, listed_before, gone: counts.gone + gone.length - gone_without_id }
    after = rows.at(-1)?.record_id ?? after
    if (rows.length < records_at_once) return addGoneWithoutId(counts, without_id)
    const cursor = { phase: 'compare_records' as const, after, without_id, counts }
    await job.commit(async () => ({ cursor, progress: progressOf(job, cursor.counts, {}) }))
  }
}

/** What the confirmation of a load is about; undefined for a load that needs none. */
export function confirmationOf(
  { rows, gone, listed_before }: DirectoryLoadCounts,
  gone_limit_percent: number,
): string | undefined {
  const is_much = gone * 100 > gone_limit_percent * listed_before
  if (rows > 0 && !is_much) return undefined
  const named = rows === 0 ? 'The load has no rows' : `The load has ${rows} rows`
  const limit = is_much ? `, more than ${gone_limit_percent} %` : ''
  return `${named}: ${gone} of ${listed_before} users of the directory would be marked as gone${limit}. Confirm the load with rows ${rows} and gone ${gone}, or cancel it.`
}
