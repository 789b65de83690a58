import { sql } from 'kysely'
import { directory_problems } from '../../contract/directory-problems.ts'
import { outcomes_to_decide, rehearsals_to_decide } from '../../contract/person-causes.ts'
import type { Searches } from '../../store/searches.ts'
import type { Db, MigrationRecordsTable } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import { unmoved_states } from '../finish/not-moved.ts'
import { openWithCause, withRows, type PersonCause } from './records-of-causes.ts'

/** A record that needs a decision, or has one. Times are epoch milliseconds. */
export type DecidableRecord = Pick<
  MigrationRecordsTable,
  'record_id' | 'legacy_id' | 'state' | 'last_outcome' | 'last_error'
> & {
  email: string | null
  username: string | null
  phone_number: string | null
  given_legacy_id: string | null
  problem: string | null
  rehearsed_outcome: string | null
  rehearsed_detail: string | null
  kind: string | null
  detail: string | null
  alias_of: string | null
  /** Why the record needs a decision; undefined where it has one. */
  cause: PersonCause | undefined
}

/** The causes that need a decision. */
const causes: readonly PersonCause[] = [
  ...directory_problems.map((cause) => ({ kind: 'problem' as const, cause })),
  ...outcomes_to_decide.map((cause) => ({ kind: 'outcome' as const, cause })),
  { kind: 'refused', cause: 'refused' },
  ...rehearsals_to_decide.map((cause) => ({ kind: 'rehearsal' as const, cause })),
  { kind: 'shared', cause: 'shared_identifier' },
]

type Records = ReturnType<typeof openWithCause>

async function countOf(records: Records): Promise<number> {
  const row = await records.select(({ fn }) => fn.countAll<number | string>().as('total')).executeTakeFirst()
  return Number(row?.total ?? 0)
}

const counted_at_once = 50_000

/** Counts the records of a cause behind a place, up to the place that it answers: undefined after the last record. */
type CountPart<Place> = (reader: Db, after: Place | undefined) => Promise<{ total: number; last: Place | undefined }>

/** Counts records in the order in which they were created: an index has those of a state and of an outcome in it. */
const recordPart =
  (of: ConnectionKey, cause: PersonCause): CountPart<number> =>
  async (reader, after = -1) => {
    const part = reader
      .selectFrom('migration_records')
      .select('created_at')
      .where('tenant_id', '=', of.tenant_id)
      .where('connection_id', '=', of.connection_id)
      .where((row) =>
        cause.kind === 'refused' ? row.eb('state', '=', 'refused') : row.eb('last_outcome', '=', cause.cause),
      )
      .where('created_at', '>', after)
      .orderBy('created_at')
      .limit(sql.lit(counted_at_once))
    const end = await reader
      .selectFrom(part.as('part'))
      .select(({ fn }) => [
        fn.max<number | string | null>('created_at').as('last'),
        fn.countAll<number | string>().as('records'),
      ])
      .executeTakeFirst()
    if (end?.last === undefined || end.last === null) return { total: 0, last: undefined }
    const last = Number(end.last)
    const records = openWithCause(reader, of, cause)
      .where('record.created_at', '>', after)
      .where('record.created_at', '<=', last)
    return { total: await countOf(records), last: Number(end.records) < counted_at_once ? undefined : last }
  }

/** Counts records by their rows of the directory: an index has those of a problem and of a rehearsal's outcome in the order of their ids. */
const listedPart =
  (of: ConnectionKey, cause: PersonCause): CountPart<string> =>
  async (reader, after = '') => {
    const part = reader
      .selectFrom('directory_rows')
      .select('record_id')
      .where('tenant_id', '=', of.tenant_id)
      .where('connection_id', '=', of.connection_id)
      .where(cause.kind === 'problem' ? 'problem' : 'rehearsed_outcome', '=', cause.cause)
      .where('record_id', '>', after)
      .orderBy('record_id')
      .limit(sql.lit(counted_at_once))
    const end = await reader
      .selectFrom(part.as('part'))
      .select(({ fn }) => [fn.max<string | null>('record_id').as('last'), fn.countAll<number | string>().as('records')])
      .executeTakeFirst()
    if (end?.last === undefined || end.last === null) return { total: 0, last: undefined }
    const { last } = end
    const records = openWithCause(reader, of, cause)
      .where('listed.record_id', '>', after)
      .where('listed.record_id', '<=', last)
    return { total: await countOf(records), last: Number(end.records) < counted_at_once ? undefined : last }
  }

/** Counts all parts, one at each call: undefined after the last one. */
function parts<Place>(countPart: CountPart<Place>): (reader: Db) => Promise<{ total: number; is_last: boolean }> {
  let after: Place | undefined
  return async (reader) => {
    const { total, last } = await countPart(reader, after)
    after = last
    return { total, is_last: last === undefined }
  }
}

function partsOf(of: ConnectionKey, cause: PersonCause) {
  if (cause.kind === 'problem' || cause.kind === 'rehearsal') return parts(listedPart(of, cause))
  if (cause.kind === 'outcome' || cause.kind === 'refused') return parts(recordPart(of, cause))
  return parts<never>(async (reader) => ({ total: await countOf(openWithCause(reader, of, cause)), last: undefined }))
}

/**
 * The number of records of a connection that need a decision and have none: the people without one of those causes of `countCauses` that need a
 * decision. It visits those that may be such, in parts of 50,000: each is the last of a search.
 */
export async function countUndecided(searches: Pick<Searches, 'run'>, of: ConnectionKey): Promise<number> {
  const lists = causes.map((cause) => partsOf(of, cause))
  let sum = 0
  while (lists.length > 0) {
    await searches.run(of.tenant_id, async (reader) => {
      for (let list = lists[0]; list; list = lists[0]) {
        const { total, is_last } = await list(reader)
        sum += total
        if (!is_last) return
        lists.shift()
      }
    })
  }
  return sum
}

const page_size = 500

/** The records of a connection that need a decision and have none, or those that have one, in pages. */
export async function* decidableRecords(
  db: Db,
  of: ConnectionKey,
  { is_decided }: { is_decided: boolean },
): AsyncGenerator<DecidableRecord[]> {
  const decided = (): Records =>
    withRows(db, of)
      .where('decision.kind', 'is not', null)
      .where('record.state', 'in', [...unmoved_states])
  for (const cause of is_decided ? [undefined] : causes) {
    let after = ''
    for (;;) {
      const page = await (cause ? openWithCause(db, of, cause) : decided())
        .where('record.record_id', '>', after)
        .select(['record.record_id', 'record.legacy_id', 'record.state', 'record.last_outcome', 'record.last_error'])
        .select(['listed.given_legacy_id', 'listed.phone_number', 'listed.problem'])
        .select(['listed.rehearsed_outcome', 'listed.rehearsed_detail'])
        .select(['decision.kind', 'decision.detail', 'decision.alias_of'])
        .select(({ fn }) => [
          fn.coalesce('listed.email', 'record.email').as('email'),
          fn.coalesce('listed.username', 'record.username').as('username'),
        ])
        .orderBy('record.record_id')
        .limit(page_size)
        .execute()
      const last = page.at(-1)
      if (!last) break
      yield page.map((record) => ({ ...record, cause }))
      if (page.length < page_size) break
      after = last.record_id
    }
  }
}
