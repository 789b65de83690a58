import { outcomes, type Outcome } from '../contract/outcomes.ts'

/** Seconds after which to repeat a request that failed because the legacy store was unavailable. */
export const legacy_retry_after_s = 5

/** Whether an outcome means that the legacy store was unavailable. */
export function isLegacyOutage(outcome: Outcome): boolean {
  return outcomes[outcome].problem === 'legacy_unavailable'
}
