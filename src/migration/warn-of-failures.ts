import { LRUCache } from 'lru-cache'
import { cutText } from '../base/cut-text.ts'
import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import type { ActionScriptResult } from '../connections/action-script-result.ts'
import type { Connection } from '../connections/connection.ts'
import type { ScriptName } from '../contract/action-scripts.ts'
import { outcomes } from '../contract/outcomes.ts'

const warning_interval_ms = 60_000
const reported_max = 1000
const reason_max = 500

/** Reports the result of a script call of a connection. */
export type FailureWarnings = (connection: Connection, script: ScriptName, result: ActionScriptResult) => void

/**
 * Creates the warnings about connections whose scripts fail: with the reason, and at most once a minute for each connection and outcome.
 * `failures` is the number of failed calls since the last warning. Refusals and an open circuit are not failures. The first answer after a
 * warning of an outage is reported, too.
 */
export function createFailureWarnings({ clock, log }: { clock: Clock; log: ProcessLog }): FailureWarnings {
  const reported = new LRUCache<string, { at: number; failures: number }>({ max: reported_max })
  // Since when, of connections with a warning of an outage.
  const away = new LRUCache<string, number>({ max: reported_max })

  const reportAnswer = ({ tenant_id, connection_id, name }: Connection, script: ScriptName): void => {
    const key = JSON.stringify([tenant_id, connection_id])
    const since = away.get(key)
    if (since === undefined) return
    away.delete(key)
    const away_s = Math.round((clock.now() - since) / 1000)
    log.info(
      { tenant_id, connection_id, connection: name, script, away_s },
      'the legacy store of a connection answers again',
    )
  }

  return (connection, script, result) => {
    if (result.kind !== 'failed') return reportAnswer(connection, script)
    if (result.outcome === 'circuit_open') return
    const { tenant_id, connection_id, name } = connection
    const { outcome, message } = result
    const key = JSON.stringify([tenant_id, connection_id, outcome])
    const now = clock.now()
    const last = reported.get(key)
    if (last !== undefined && now - last.at < warning_interval_ms) {
      last.failures += 1
      return
    }
    reported.set(key, { at: now, failures: 0 })
    const unit = JSON.stringify([tenant_id, connection_id])
    if (outcomes[outcome].script_failure === 'outage' && !away.has(unit)) away.set(unit, now)
    const failures = (last?.failures ?? 0) + 1
    const reason = cutText(message, reason_max)
    log.warn(
      { tenant_id, connection_id, connection: name, script, outcome, reason, failures },
      'a connection is failing',
    )
  }
}
