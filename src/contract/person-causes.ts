import { directory_problems } from './directory-problems.ts'
import { outcomes, type Outcome } from './outcomes.ts'
import type { RehearsalOutcome } from './rehearsal.ts'

/** Why people of a migration need an action. */
export const cause_kinds = ['problem', 'shared', 'outcome', 'refused', 'rehearsal', 'drift'] as const
/** Why people of a migration need an action. */
export type CauseKind = (typeof cause_kinds)[number]

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

/** The outcomes of a login after which a person needs a decision. */
export const outcomes_to_decide = ['collision', 'profile_refused'] as const satisfies Outcome[]

/** The outcomes of a rehearsal after which a person needs a decision. */
export const rehearsals_to_decide = [
  'collision',
  'shared_identifier',
  'profile_refused',
] as const satisfies RehearsalOutcome[]

/** The causes of each kind. */
export const causes_of: Readonly<Record<CauseKind, readonly string[]>> = {
  problem: directory_problems,
  shared: ['shared_identifier'],
  outcome: failure_causes,
  refused: ['refused'],
  rehearsal: rehearsals_to_decide,
  drift: ['drift'],
}

/** Every cause with its kind, as a filter names it. */
export const person_causes = cause_kinds.flatMap((kind) => causes_of[kind].map((cause) => `${kind}:${cause}` as const))
