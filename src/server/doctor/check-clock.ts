import { sql } from 'kysely'
import { isoTime } from '../../base/time.ts'
import { installation_tenant_id } from '../../jobs/job.ts'
import { engineOf } from '../../store/engine.ts'
import type { Db } from '../../store/tables.ts'
import type { CommandDeps } from '../command-deps.ts'
import { failure, ok, warning, type Found } from './finding.ts'

// No version of this program is older.
const earliest_ms = Date.UTC(2026, 0, 1)
const differs_ms = 1000
// The leeway of refresh tokens is a few seconds.
const differs_much_ms = 10_000
const ahead_ms = 60_000

const seconds = (ms: number): string => `${(Math.abs(ms) / 1000).toFixed(1)} s`

/** How far this machine's clock is ahead of PostgreSQL's. */
async function aheadOfDatabase(db: Db, now: () => number): Promise<number> {
  const before = now()
  const { rows } = await sql<{ at: string }>`select (extract(epoch from clock_timestamp()) * 1000)::text as at`.execute(
    db,
  )
  const middle = (before + now()) / 2
  return middle - Number(rows[0]?.at ?? middle)
}

/** The time of the newest change of a job: recurring jobs change every minute while a server runs. */
async function newestChange(db: Db): Promise<number> {
  const row = await db
    .selectFrom('jobs')
    .select((job) => job.fn.max<number | string | null>('updated_at').as('at'))
    .where('tenant_id', '=', installation_tenant_id)
    .executeTakeFirst()
  return Number(row?.at ?? 0)
}

/** Checks the clock of this machine against the database and against times that are stored. */
export async function checkClock({ db, clock }: CommandDeps): Promise<Found[]> {
  const now = clock.now()
  const advice =
    'Set the clock, and keep it right with NTP (timedatectl, chrony): tokens, links and the times of jobs depend on it.'
  if (now < earliest_ms) return [failure(`The clock shows ${isoTime(now)}.`, advice)]
  const newest = await newestChange(db)
  if (newest > now + ahead_ms) {
    return [
      failure(
        `The clock was set back: it shows ${isoTime(now)}, and the store was written at ${isoTime(newest)}.`,
        advice,
      ),
    ]
  }
  if (engineOf(db) === 'sqlite') return [ok(`The clock shows ${isoTime(now)}, and no stored time is later.`)]
  const ahead = await aheadOfDatabase(db, () => clock.now())
  const difference = `The clocks of this machine and of PostgreSQL differ by ${seconds(ahead)}.`
  if (Math.abs(ahead) < differs_ms) return [ok(difference)]
  return [Math.abs(ahead) < differs_much_ms ? warning(difference, advice) : failure(difference, advice)]
}
