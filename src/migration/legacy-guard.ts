/**
 * Migration: the ledger, moving a user exactly once, tombstones, and the circuit breakers of the legacy stores. It knows no HTTP and no
 * tokens.
 */
import type { Clock } from '../base/clock.ts'
import type { ActionScriptResult } from '../connections/action-script-result.ts'
import { outcomes } from '../contract/outcomes.ts'
import { unitText, type UnitKey } from '../sandbox/unit-key.ts'

/** The state of one circuit breaker. `open_until` is in epoch milliseconds. */
export type CircuitHealth = {
  state: 'closed' | 'open' | 'half_open'
  failures: number
  open_until: number | null
}

/** A circuit breaker for each connection, so that a legacy store that is down does not slow down every login. */
export type LegacyGuard = {
  /** Runs `call`, or answers `circuit_open` at once while the circuit of `unit` is open. */
  run(unit: UnitKey, call: () => Promise<ActionScriptResult>): Promise<ActionScriptResult>
  /** The state of the circuit of `unit`. */
  health(unit: UnitKey): CircuitHealth
}

const failures_to_open = 5
const window_ms = 30_000
const open_ms = 10_000

type Circuit = { failures: number; first_failure_at: number; open_until: number; probing: boolean }

/** Creates the circuit breakers: 5 outages in a row within 30 s open a circuit for 10 s, then one call probes the store. */
export function createLegacyGuard(clock: Clock): LegacyGuard {
  const circuits = new Map<string, Circuit>()

  const record = (unit: string, result: ActionScriptResult): void => {
    const circuit = circuits.get(unit)
    const failure = result.kind === 'failed' ? outcomes[result.outcome].script_failure : null
    if (failure === 'not_called') return
    // An error of the script itself is no outage: the legacy store may have answered.
    if (failure !== 'outage') {
      circuits.delete(unit)
      return
    }
    const now = clock.now()
    const expired = circuit === undefined || now - circuit.first_failure_at > window_ms
    const failures = expired && !circuit?.probing ? 1 : circuit.failures + 1
    const first_failure_at = expired ? now : circuit.first_failure_at
    const opens = failures >= failures_to_open
    circuits.set(unit, { failures, first_failure_at, open_until: opens ? now + open_ms : 0, probing: false })
  }

  return {
    async run(key, call) {
      const unit = unitText(key)
      const circuit = circuits.get(unit)
      if (circuit && circuit.failures >= failures_to_open) {
        if (circuit.probing || clock.now() < circuit.open_until) {
          return {
            kind: 'failed',
            outcome: 'circuit_open',
            message: `The legacy store failed ${circuit.failures} times in a row and is not called for up to ten seconds.`,
            duration_ms: 0,
          }
        }
        circuit.probing = true
      }
      try {
        const result = await call()
        record(unit, result)
        return result
      } finally {
        const settled = circuits.get(unit)
        if (settled) settled.probing = false
      }
    },
    health(key) {
      const circuit = circuits.get(unitText(key))
      if (!circuit || circuit.failures < failures_to_open) {
        return { state: 'closed', failures: circuit?.failures ?? 0, open_until: null }
      }
      const open = clock.now() < circuit.open_until
      return { state: open ? 'open' : 'half_open', failures: circuit.failures, open_until: circuit.open_until }
    },
  }
}
