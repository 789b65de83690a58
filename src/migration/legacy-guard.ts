/**
 * Migration: the ledger, moving a user exactly once, tombstones, and the circuit breakers of the legacy stores. It knows no HTTP and no
 * tokens.
 */
import type { Clock } from '../base/clock.ts'
import type { ActionScriptResult } from '../connections/action-script-result.ts'
import { outcomes } from '../contract/outcomes.ts'
import { unitText, type UnitKey } from '../sandbox/unit-key.ts'

/** The state of one circuit breaker. Times are epoch milliseconds; `calls`: those that run or wait. */
export type CircuitHealth = {
  state: 'closed' | 'open' | 'half_open'
  failures: number
  calls: number
  open_until: number | null
  failing_since: number | null
}

/** A circuit breaker for each connection, so that a legacy store that is down does not slow down every login. */
export type LegacyGuard = {
  /** Runs `call`, or returns `circuit_open` at once while the circuit of `unit` is open. */
  run(unit: UnitKey, call: () => Promise<ActionScriptResult>): Promise<ActionScriptResult>
  /** The state of the circuit of `unit`. */
  health(unit: UnitKey): CircuitHealth
}

const failures_to_open = 5
const window_ms = 30_000
const open_ms = 10_000

type Circuit = {
  /** Outages in a row. */
  failures: number
  first_failure_at: number
  /** Undefined while the circuit is closed. */
  opened_at: number | undefined
  is_probed: boolean
  /** The number of pending calls. */
  calls: number
}

/** Creates the circuit breakers: 5 outages in a row within 30 s open a circuit for 10 s, then one call probes the store. */
export function createLegacyGuard(clock: Clock): LegacyGuard {
  const circuits = new Map<string, Circuit>()

  // A time in the future counts as past: the clock may have been set back.
  const isWithin = (since: number, duration_ms: number): boolean => {
    const age_ms = clock.now() - since
    return age_ms >= 0 && age_ms <= duration_ms
  }
  const isOpen = ({ opened_at }: Circuit): boolean => opened_at !== undefined && isWithin(opened_at, open_ms - 1)

  const recordOutage = (circuit: Circuit): void => {
    const now = clock.now()
    const continues = circuit.opened_at !== undefined || isWithin(circuit.first_failure_at, window_ms)
    circuit.failures = continues ? circuit.failures + 1 : 1
    if (circuit.failures === 1) circuit.first_failure_at = now
    if (circuit.failures >= failures_to_open) circuit.opened_at = now
  }

  const record = (unit: string, circuit: Circuit, result: ActionScriptResult, is_probe: boolean): void => {
    // While the circuit is open only the probe counts: an earlier call does not show the present state of the store.
    if (circuits.get(unit) !== circuit || (circuit.opened_at !== undefined && !is_probe)) return
    const failure = result.kind === 'failed' ? outcomes[result.outcome].script_failure : null
    if (failure === 'not_called') return
    if (failure === 'outage') recordOutage(circuit)
    // An error of the script itself is not an outage: the legacy store may have answered. The next call begins another circuit.
    else if (is_probe) circuits.delete(unit)
    else circuit.failures = 0
  }

  return {
    async run(key, call) {
      const unit = unitText(key)
      const circuit = circuits.get(unit) ?? {
        failures: 0,
        first_failure_at: 0,
        opened_at: undefined,
        is_probed: false,
        calls: 0,
      }
      const is_probe = circuit.opened_at !== undefined
      if (is_probe && (circuit.is_probed || isOpen(circuit))) {
        return {
          kind: 'failed',
          outcome: 'circuit_open',
          message: `The legacy store failed ${circuit.failures} times in a row and is not called for up to ten seconds.`,
          duration_ms: 0,
        }
      }
      circuits.set(unit, circuit)
      circuit.is_probed = is_probe
      circuit.calls += 1
      try {
        const result = await call()
        record(unit, circuit, result, is_probe)
        return result
      } finally {
        circuit.calls -= 1
        if (is_probe) circuit.is_probed = false
        if (circuit.calls === 0 && circuit.failures === 0 && circuits.get(unit) === circuit) circuits.delete(unit)
      }
    },
    health(key) {
      const circuit = circuits.get(unitText(key))
      const { failures, calls } = circuit ?? { failures: 0, calls: 0 }
      if (circuit?.opened_at === undefined)
        return { state: 'closed', failures, calls, open_until: null, failing_since: null }
      const { opened_at, first_failure_at } = circuit
      const state = isOpen(circuit) ? 'open' : 'half_open'
      return { state, failures, calls, open_until: opened_at + open_ms, failing_since: first_failure_at }
    },
  }
}
