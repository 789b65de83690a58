import type { MigrationState } from '../../contract/outcomes.ts'
import type { ConnectionCounter } from '../../store/connection-counters.ts'

/** The states of records of people who have not moved, and whose tombstone no deletion has set. */
export const unmoved_states = ['unseen', 'seen', 'reset_pending', 'refused'] as const satisfies MigrationState[]

/** The people who have not moved, by state and together, from the counters of a connection. */
export function countNotMoved(counters: Partial<Record<ConnectionCounter, number>>): {
  by_state: Record<string, number>
  total: number
} {
  const counts = unmoved_states.map((state) => [state, counters[`state:${state}`] ?? 0] as const)
  return { by_state: Object.fromEntries(counts), total: counts.reduce((sum, [, count]) => sum + count, 0) }
}
