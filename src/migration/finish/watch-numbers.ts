import { readCounters } from '../../store/connection-counters.ts'
import type { Db, Transaction } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import { legacyActivityOf } from '../legacy-activity/legacy-activity.ts'
import type { CountedNumbers, Finish } from './finish.ts'

/** The numbers of a watch. */
export type WatchNumbers = CountedNumbers & { until: number; is_within: boolean }

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

/**
 * The other programs that the last sampling of a legacy store has found since a time, in epoch milliseconds. Null where it has not succeeded once, or
 * ended before that time.
 */
export async function countOtherPrograms(
  db: Db | Transaction,
  of: ConnectionKey,
  since: number,
): Promise<number | null> {
  const activity = await legacyActivityOf(db, of)
  if (!activity || activity.samples === 0 || Date.parse(activity.ends_at) < since) return null
  return activity.programs.filter(({ last_seen_at }) => Date.parse(last_seen_at) >= since).length
}

async function currentNumbers(
  db: Db | Transaction,
  of: ConnectionKey,
  finish: Finish,
  unknown_before: number,
): Promise<CountedNumbers> {
  const { unknown_logins = 0 } = await readCounters(db, of.tenant_id, of.connection_id)
  return {
    latecomers: await countLatecomers(db, of, finish.step_started_at),
    unknown_identifiers: unknown_logins - unknown_before,
    other_programs: await countOtherPrograms(db, of, finish.step_started_at),
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
  const { until, unknown_before, at_end } = watch
  const numbers = at_end ?? (await currentNumbers(db, of, finish, unknown_before))
  const { latecomers, unknown_identifiers, other_programs } = finish.accepted
  const is_within =
    numbers.latecomers <= latecomers &&
    (numbers.other_programs ?? 0) <= other_programs &&
    (unknown_identifiers === null || numbers.unknown_identifiers <= unknown_identifiers)
  return { until, ...numbers, is_within }
}
