import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { sweepDeletedConnections } from '../connections/delete-connection.ts'
import { purgeEvents } from '../logs/purge-events.ts'
import { purgeScriptLogs } from '../logs/script-log-writer.ts'
import { purgeBruteForceCounters } from '../login/brute-force-protection.ts'
import { purgeTickets } from '../login/tickets.ts'
import { purgeTokenFamilies } from '../store/refresh-tokens.ts'
import type { Db } from '../store/tables.ts'

const every_ms = 60_000
// The counters live for a day, and finding the expired ones reads all of them.
const rounds_between_counters = 60

/**
 * Deletes expired rows once a minute: tickets, log events and script log lines, refresh tokens, and the rows of deleted connections;
 * counters of brute-force protection once an hour. `close` waits for the current round.
 */
export function startHousekeeping(
  { db, clock, log }: { db: Db; clock: Clock; log: ProcessLog },
  log_retention_days: number,
): { close(): Promise<void> } {
  let rounds = 0
  const round = async (): Promise<void> => {
    try {
      await purgeTickets(db, clock.now())
      if (rounds++ % rounds_between_counters === 0) await purgeBruteForceCounters(db, clock.now())
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
