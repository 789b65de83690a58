import { sql, type SqlBool } from 'kysely'
import type { Searches } from '../../store/searches.ts'
import type { Db, MigrationRecordsTable } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import { sharedRecordIds } from './shared-records.ts'

/** The outcomes of a rehearsal after which a record needs a decision. */
export const undecided_outcomes = ['collision', 'shared_identifier', 'profile_refused'] as const

// The legacy store refused these users itself, or a decision did.
const refused_elsewhere = ['blocked', 'denied_by_script', 'refused_by_script', 'excluded']

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
  /** Whether all that keeps the user from moving is an identifier of another user of the directory. */
  is_shared: boolean
}

function selectRecords(db: Db, { tenant_id, connection_id }: ConnectionKey) {
  return db
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
    .where('record.state', 'not in', ['migrated', 'deleted'])
}

type Records = ReturnType<typeof selectRecords>

/** Those without a decision, or with `retry` before the last attempt or rehearsal. */
const withoutDecision = (records: Records): Records =>
  records.where(({ eb, or, and, ref }) =>
    or([
      eb('decision.kind', 'is', null),
      and([
        eb('decision.kind', '=', 'retry'),
        or([
          eb('record.last_outcome_at', '>', ref('decision.decided_at')),
          eb('listed.rehearsed_at', '>', ref('decision.decided_at')),
        ]),
      ]),
    ]),
  )

/** The records that a login or a load of the directory refused. */
const refusedRecords = (db: Db, of: ConnectionKey): Records =>
  withoutDecision(selectRecords(db, of))
    .where('record.state', '=', 'refused')
    .where(({ eb, or }) =>
      or([eb('record.last_outcome', 'is', null), eb('record.last_outcome', 'not in', refused_elsewhere)]),
    )

/** The records of which the last rehearsal says that they cannot move, and that are in no list of refused ones. */
const rehearsedRecords = (db: Db, of: ConnectionKey, outcome: string): Records =>
  withoutDecision(selectRecords(db, of))
    .where('listed.rehearsed_outcome', '=', outcome)
    .where(({ eb, or, and }) =>
      or([
        eb('record.state', '!=', 'refused'),
        and([eb('record.last_outcome', 'is not', null), eb('record.last_outcome', 'in', refused_elsewhere)]),
      ]),
    )

/** The records that have an identifier of another user of the directory, and that are in no other list. */
const sharedRecords = (db: Db, of: ConnectionKey): Records =>
  withoutDecision(selectRecords(db, of))
    .where(({ eb, or, and }) =>
      or([
        eb('record.state', '!=', 'refused'),
        and([eb('record.last_outcome', 'is not', null), eb('record.last_outcome', 'in', refused_elsewhere)]),
      ]),
    )
    .where(({ eb, or }) =>
      or([
        eb('listed.rehearsed_outcome', 'is', null),
        eb('listed.rehearsed_outcome', 'not in', [...undecided_outcomes]),
      ]),
    )
    .where(sql<SqlBool>`record.record_id in (${sharedRecordIds(of)})`)

const undecided = [
  refusedRecords,
  ...undecided_outcomes.map((outcome) => (db: Db, of: ConnectionKey) => rehearsedRecords(db, of, outcome)),
  sharedRecords,
]

const decided = [(db: Db, of: ConnectionKey): Records => selectRecords(db, of).where('decision.kind', 'is not', null)]

async function countOf(records: Records): Promise<number> {
  const row = await records.select(({ fn }) => fn.countAll<number | string>().as('total')).executeTakeFirst()
  return Number(row?.total ?? 0)
}

const counted_at_once = 50_000

/** Counts the records behind a place, up to the place that it answers: undefined after the last record. */
type CountPart<Place> = (reader: Db, after: Place | undefined) => Promise<{ total: number; last: Place | undefined }>

/** Counts the refused records in the order in which they were created: an index has those of a state in it. */
const refusedPart =
  (of: ConnectionKey): CountPart<number> =>
  async (reader, after = -1) => {
    const part = reader
      .selectFrom('migration_records')
      .select('created_at')
      .where('tenant_id', '=', of.tenant_id)
      .where('connection_id', '=', of.connection_id)
      .where('state', '=', 'refused')
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
    const records = refusedRecords(reader, of)
      .where('record.created_at', '>', after)
      .where('record.created_at', '<=', last)
    return { total: await countOf(records), last: Number(end.records) < counted_at_once ? undefined : last }
  }

/** Counts the records of an outcome of the last rehearsal: an index has those of an outcome in the order of their ids. */
const rehearsedPart =
  (of: ConnectionKey, outcome: (typeof undecided_outcomes)[number]): CountPart<string> =>
  async (reader, after = '') => {
    const part = reader
      .selectFrom('directory_rows')
      .select('record_id')
      .where('tenant_id', '=', of.tenant_id)
      .where('connection_id', '=', of.connection_id)
      .where('rehearsed_outcome', '=', outcome)
      .where('record_id', '>', after)
      .orderBy('record_id')
      .limit(sql.lit(counted_at_once))
    const end = await reader
      .selectFrom(part.as('part'))
      .select(({ fn }) => [fn.max<string | null>('record_id').as('last'), fn.countAll<number | string>().as('records')])
      .executeTakeFirst()
    if (end?.last === undefined || end.last === null) return { total: 0, last: undefined }
    const { last } = end
    const records = rehearsedRecords(reader, of, outcome)
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

/**
 * The number of records of a connection that need a decision and have none. It visits those that may be such, in parts of 50,000: each is the
 * last of a search.
 */
export async function countUndecided(searches: Pick<Searches, 'run'>, of: ConnectionKey): Promise<number> {
  const lists = [
    parts(refusedPart(of)),
    ...undecided_outcomes.map((outcome) => parts(rehearsedPart(of, outcome))),
    parts<never>(async (reader) => ({ total: await countOf(sharedRecords(reader, of)), last: undefined })),
  ]
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
  for (const records of is_decided ? decided : undecided) {
    let after = ''
    for (;;) {
      const page = await records(db, of)
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
      yield page.map((record) => ({ ...record, is_shared: records === sharedRecords }))
      if (page.length < page_size) break
      after = last.record_id
    }
  }
}
