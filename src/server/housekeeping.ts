import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { sweepDeletedConnections } from '../connections/delete-connection.ts'
import { purgeEvents } from '../logs/purge-events.ts'
import { purgeScriptLogs } from '../logs/script-log-writer.ts'
import { purgeShield } from '../login/shield.ts'
import { purgeTickets } from '../login/tickets.ts'
import { purgeTokenFamilies } from '../store/refresh-tokens.ts'
import type { Db } from '../store/tables.ts'

const every_ms = 60_000
// Shield counters stand for a day, and looking for those that ended reads them all.
const rounds_between_shields = 60

/**
 * Deletes what has ended, once a minute: tickets, old log events and script log lines, refresh tokens and
 * what deleted connections have left; shield counters once an hour. `close` waits for a round under way.
 */
export function startHousekeeping(
  { db, clock, log }: { db: Db; clock: Clock; log: ProcessLog },
  log_retention_days: number,
): { close(): Promise<void> } {
  let rounds = 0
  const round = async (): Promise<void> => {
    try {
      await purgeTickets(db, clock.now())
      if (rounds++ % rounds_between_shields === 0) await purgeShield(db, clock.now())
      await purgeScriptLogs(db)
      await purgeEvents(db, clock.now(), log_retention_days)
      await purgeTokenFamilies(db, clock.now())
      await sweepDeletedConnections(db)
    } catch (error) {
      log.error({ err: error }, 'housekeeping failed; it is tried again in a minute')
    }
  }
  let running: Promise<void> | undefined
  const begin = (): void => {
    running ??= round().finally(() => {
      running = undefined
    })
  }
  const timer = setInterval(begin, every_ms).unref()
  return {
    async close() {
      clearInterval(timer)
      await running
    },
  }
}
