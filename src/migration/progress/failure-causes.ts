import { outcomes, type Outcome } from '../../contract/outcomes.ts'

// The person typed something wrong, or too often.
const of_the_person: ReadonlySet<Outcome> = new Set([
  'wrong_password',
  'unknown_user',
  'tombstoned',
  'locked',
  'address_locked',
])

/** The outcomes of logins that could not be completed, and not because of what the person typed. */
export const failure_causes: readonly Outcome[] = (Object.keys(outcomes) as Outcome[]).filter(
  (outcome) => outcomes[outcome].problem !== null && !of_the_person.has(outcome),
)
