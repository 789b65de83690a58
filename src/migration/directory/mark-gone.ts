import { sql } from 'kysely'
import { noDelta, writeDelta } from '../../store/directory-counters.ts'
import { prepareQuery } from '../../store/prepared-query.ts'
import type { Transaction } from '../../store/tables.ts'
import type { LoadKey } from './directory-load.ts'

const records_at_once = 1000

type Part = Omit<LoadKey, 'load_id'> & { after: string }

const nextRecords = prepareQuery((db, { tenant_id, connection_id, after }: Part) =>
  db
    .selectFrom('directory_rows')
    .select(['record_id', 'load_id', 'gone_at'])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', '>', after)
    .orderBy('record_id')
    .limit(sql.lit(records_at_once)),
)

/**
 * Marks users whom a load does not name as gone, of the next 1,000 records. Returns how many were marked, and the last of these records; undefined where no record is left.
 *
 * @param after the last record of the step before; empty for the first
 */
export async function markGone(
  trx: Transaction,
  load: LoadKey,
  after: string,
  at: number,
): Promise<{ marked: number; last: string | undefined }> {
  const { tenant_id, connection_id, load_id } = load
  const { rows } = await nextRecords(trx, { tenant_id, connection_id, after })
  const gone = rows.filter((row) => row.load_id !== load_id && row.gone_at === null)
  if (gone.length > 0) {
    await trx
      .updateTable('directory_rows')
      .set({ gone_at: at })
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where(
        'record_id',
        'in',
        gone.map(({ record_id }) => record_id),
      )
      .execute()
    await writeDelta(trx, load, { ...noDelta(), 'directory:gone': gone.length })
  }
  return { marked: gone.length, last: rows.length < records_at_once ? undefined : rows.at(-1)?.record_id }
}
