import { sql } from 'kysely'
import type { Db, Transaction } from './tables.ts'

const deleted_at_once = 500

/** The tables whose rows have an end, with the column that identifies a row within its tenant. */
const keys = {
  sessions: 'session_id',
  codes: 'code_digest',
  client_assertions: 'assertion_digest',
  refresh_tokens: 'token_digest',
  tickets: 'ticket_digest',
  reset_codes: 'identifier_digest',
  outbox: 'message_id',
} as const

/** A time of a row, in epoch milliseconds. */
type TimeColumn = 'expires_at' | 'rotated_at'

/**
 * Deletes the rows of a tenant whose time is `until` or before, and returns their number: at most 500, so that the store is not blocked for
 * long. Rows without a time stay.
 */
export async function deleteUntil(
  db: Db | Transaction,
  tenant_id: string,
  { table, column }: { table: keyof typeof keys; column: TimeColumn },
  until: number,
): Promise<number> {
  const [from, key, time] = [sql.table(table), sql.ref(keys[table]), sql.ref(column)]
  const { numAffectedRows = 0n } = await sql`
    delete from ${from} where tenant_id = ${tenant_id} and ${key} in (
      select ${key} from ${from} where tenant_id = ${tenant_id} and ${time} <= ${until} limit ${deleted_at_once}
    )`.execute(db)
  return Number(numAffectedRows)
}
