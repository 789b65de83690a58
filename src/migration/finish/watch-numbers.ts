import { readCounters } from '../../store/connection-counters.ts'
import type { Db, Transaction } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import type { Finish } from './finish.ts'

/** The numbers of a watch. */
export type WatchNumbers = { until: number; latecomers: number; unknown_identifiers: number; is_within: boolean }

/** The people who had not moved and tried since a time, in epoch milliseconds. */
export async function countLatecomers(
  db: Db | Transaction,
  { tenant_id, connection_id }: ConnectionKey,
  since: number,
): Promise<number> {
  const row = await db
    .selectFrom('latecomers')
    .select(({ fn }) => fn.countAll<number | string>().as('people'))
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('last_at', '>=', since)
    .executeTakeFirstOrThrow()
  return Number(row.people)
}

async function currentNumbers(db: Db | Transaction, of: ConnectionKey, finish: Finish, unknown_before: number) {
  const { unknown_logins = 0 } = await readCounters(db, of.tenant_id, of.connection_id)
  return {
    latecomers: await countLatecomers(db, of, finish.step_started_at),
    unknown_identifiers: unknown_logins - unknown_before,
  }
}

/** The numbers of the last watch of a finish: as it ended or, while it runs, until now. Undefined before the first watch. */
export async function watchNumbers(
  db: Db | Transaction,
  of: ConnectionKey,
  finish: Finish,
): Promise<WatchNumbers | undefined> {
  const { watch } = finish.facts
  if (!watch) return undefined
  const { until, unknown_before, latecomers: at_end, unknown_identifiers: unknown_at_end } = watch
  const { latecomers, unknown_identifiers } =
    at_end === undefined || unknown_at_end === undefined
      ? await currentNumbers(db, of, finish, unknown_before)
      : { latecomers: at_end, unknown_identifiers: unknown_at_end }
  const { accepted } = finish
  const is_within =
    latecomers <= accepted.latecomers &&
    (accepted.unknown_identifiers === null || unknown_identifiers <= accepted.unknown_identifiers)
  return { until, latecomers, unknown_identifiers, is_within }
}
