import { sql, type SqlBool } from 'kysely'
import type { Db } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import { openWithCause, type PersonCause } from './records-of-causes.ts'

const has_alias = sql<SqlBool>`exists (
    select 1 from record_decisions as alias
    where alias.tenant_id = record.tenant_id and alias.connection_id = record.connection_id and alias.alias_of = record.record_id
  )`

/** Reads at most `take` records of users with a cause, about whom no decision waits and of which no other record is an alias. */
export async function undecidedWith(db: Db, of: ConnectionKey, cause: PersonCause, take: number): Promise<string[]> {
  const records = openWithCause(db, of, cause)
    .where(({ not }) => not(has_alias))
    .select('record.record_id')
  return (await records.limit(take).execute()).map(({ record_id }) => record_id)
}
