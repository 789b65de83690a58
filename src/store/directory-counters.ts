import { addToCounter, type ConnectionCounter } from './connection-counters.ts'
import type { DirectoryRowsTable, Transaction } from './tables.ts'

/** What counts of a directory row. */
export type CountedRow = Pick<DirectoryRowsTable, 'gone_at' | 'disabled' | 'has_hash' | 'problem'>

/** A change of the counters of a directory, collected until it is written. */
export type DirectoryDelta = Record<Extract<ConnectionCounter, `directory:${string}`>, number>

/** No change. */
export const noDelta = (): DirectoryDelta => ({
  'directory:records': 0,
  'directory:gone': 0,
  'directory:disabled': 0,
  'directory:with_hash': 0,
  'directory:problems': 0,
})

/** Counts that a row was written (1) or is no longer there (-1) in this form. */
export function countRow(delta: DirectoryDelta, row: CountedRow, by: 1 | -1): void {
  delta['directory:records'] += by
  if (row.gone_at !== null) delta['directory:gone'] += by
  delta['directory:disabled'] += by * row.disabled
  delta['directory:with_hash'] += by * row.has_hash
  if (row.problem !== null) delta['directory:problems'] += by
}

/** Writes the change of the counters, in the transaction of the rows that it counts. */
export async function writeDelta(
  trx: Transaction,
  { tenant_id, connection_id }: { tenant_id: string; connection_id: string },
  delta: DirectoryDelta,
): Promise<void> {
  for (const [counter, by] of Object.entries(delta)) {
    await addToCounter(trx, tenant_id, connection_id, counter as keyof DirectoryDelta, by)
  }
}
