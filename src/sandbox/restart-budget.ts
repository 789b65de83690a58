import { script_endings, type ExitCause } from './sandbox-process.ts'
import { unitText, type UnitKey } from './unit-key.ts'

/**
 * Bounds how often the processes of a tenant start again after its scripts ended them: a start takes far more processor time than a
 * call. Six starts at once, then one every 5 s, and one more for every 20 calls that end with an answer. A first start, and one after a
 * process that the server itself stopped, is always free.
 */
export type RestartBudget = {
  onExit(unit: UnitKey, cause: ExitCause): void
  /** A call of the tenant ended with an answer of its script. */
  onAnswer(tenant_id: string): void
  /** Why the unit may not start a process now; undefined when it may. */
  refusal(unit: UnitKey): string | undefined
  /** Counts the start of a process of the unit. */
  onStart(unit: UnitKey): void
}

const restarts_max = 6
const restart_ms = 5_000
const answers_per_restart = 20

/** Opens the budgets of all tenants. @param now a monotonic clock in milliseconds */
export function openRestartBudget(now: () => number = () => performance.now()): RestartBudget {
  // Only of tenants whose budget is not full.
  const used = new Map<string, { restarts: number; at: number }>()
  // Why the last process of a unit ended, and when.
  const ended = new Map<string, { reason: string; at: number }>()

  /** The restarts that a tenant has used and not got back. */
  function usedOf(tenant_id: string): number {
    const known = used.get(tenant_id)
    if (!known) return 0
    const restarts = known.restarts - (now() - known.at) / restart_ms
    if (restarts <= 0) used.delete(tenant_id)
    return Math.max(0, restarts)
  }

  function use(tenant_id: string, restarts: number) {
    const sum = usedOf(tenant_id) + restarts
    if (sum > 0) used.set(tenant_id, { restarts: sum, at: now() })
    else used.delete(tenant_id)
  }

  function forgetOld() {
    const before = now() - restart_ms * restarts_max
    for (const [unit, { at }] of ended) if (at < before) ended.delete(unit)
    for (const tenant_id of used.keys()) usedOf(tenant_id)
  }

  return {
    onExit(unit, { kind, reason }) {
      forgetOld()
      if (script_endings.has(kind)) ended.set(unitText(unit), { reason, at: now() })
    },
    onAnswer(tenant_id) {
      if (used.has(tenant_id)) use(tenant_id, -1 / answers_per_restart)
    },
    refusal(unit) {
      const last = ended.get(unitText(unit))
      const excess = usedOf(unit.tenant_id) + 1 - restarts_max
      if (!last || excess <= 0) return undefined
      const wait_s = Math.max(1, Math.ceil((excess * restart_ms) / 1000))
      return `scripts keep ending their process (the last time: ${last.reason}); the next one starts in ${wait_s} s`
    },
    onStart(unit) {
      if (ended.delete(unitText(unit))) use(unit.tenant_id, 1)
    },
  }
}
