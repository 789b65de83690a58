import type { Answer } from '../client/contract-types'

/** Where logins end: the users who were here, those whom the legacy store let in, and those who were not let in. */
export const ends = ['here', 'refused', 'moved', 'accepted', 'no_answer'] as const

/** Where a login ends. */
export type End = (typeof ends)[number]

/** How many logins ended where. `wrong`: those refused because of a wrong identifier or password. */
export type CountedEnds = Record<End, number> & { total: number; wrong: number }

const successes: Record<string, End> = { success: 'here', moved: 'moved', legacy_success: 'accepted' }
const wrong = new Set(['wrong_password', 'unknown_user', 'tombstoned'])
const no_answer = new Set([
  'legacy_unreachable',
  'legacy_timeout',
  'script_timeout',
  'script_error',
  'out_of_memory',
  'circuit_open',
  'saturated',
])

/** Counts logins by where they ended. */
export function countEnds(outcomes: Answer<'getMigrationLogins'>['outcomes']): CountedEnds {
  const counted: CountedEnds = { here: 0, refused: 0, moved: 0, accepted: 0, no_answer: 0, total: 0, wrong: 0 }
  for (const [outcome, logins] of Object.entries(outcomes)) {
    const end = successes[outcome] ?? (no_answer.has(outcome) ? 'no_answer' : 'refused')
    counted[end] += logins
    counted.total += logins
    if (wrong.has(outcome)) counted.wrong += logins
  }
  return counted
}
