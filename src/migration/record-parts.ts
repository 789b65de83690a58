import { sql } from 'kysely'
import type { Searches } from '../store/searches.ts'
import type { Db } from '../store/tables.ts'
import type { ConnectionKey } from './find-records.ts'

/** Some records of a connection: those behind `after`, up to `last`. */
export type RecordPart = { after: string; last: string }

// A part takes about 40 ms.
const records_at_once = 10_000

async function lastOfPart(
  db: Db,
  { tenant_id, connection_id }: ConnectionKey,
  after: string,
): Promise<string | undefined> {
  const part = db
    .selectFrom('migration_records')
    .select('record_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', '>', after)
    .orderBy('record_id')
    .limit(sql.lit(records_at_once))
  const row = await db
    .selectFrom(part.as('part'))
    .select(({ fn }) => fn.max<string | null>('record_id').as('last'))
    .executeTakeFirst()
  return row?.last ?? undefined
}

/**
 * Visits all records of a connection in parts of 10,000, each in a search of its own: however many there are, no statement takes long, and
 * other searches have their turns. A record is in one part, also where it changes meanwhile.
 *
 * @throws {Refusal} `overloaded` where the turn of a part does not come
 */
export async function visitRecords<T>(
  searches: Pick<Searches, 'run'>,
  of: ConnectionKey,
  visit: (reader: Db, part: RecordPart) => Promise<T>,
): Promise<T[]> {
  const visited: T[] = []
  for (let after = ''; ;) {
    const from = after
    const part = await searches.run(of.tenant_id, async (reader) => {
      const last = await lastOfPart(reader, of, from)
      return last === undefined ? undefined : { last, value: await visit(reader, { after: from, last }) }
    })
    if (!part) return visited
    visited.push(part.value)
    after = part.last
  }
}
