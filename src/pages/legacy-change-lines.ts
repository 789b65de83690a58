import type { ProblemCode } from '../contract/problems.ts'
import type { Refusal } from '../contract/refusal.ts'

const refusals_of_changes: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'change_denied',
  'change_refused',
  'change_not_made',
  'change_failed',
  'legacy_change_unavailable',
])

/**
 * The lines about a change that the legacy store did not make: what did not happen, and the reason, which a script may have given.
 * Undefined for every other refusal.
 */
export function legacyChangeLines({ code, message }: Refusal, what: string): string[] | undefined {
  return refusals_of_changes.has(code) ? [what, message] : undefined
}
