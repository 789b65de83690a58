import { oauth_problems } from './oauth-problems.ts'
import type { Problem } from './problem.ts'
import { problems, type ProblemCode } from './problems.ts'

// Those of the OAuth endpoints that the Management API answers as well.
const shared = [
  'legacy_change_unavailable',
  'legacy_unavailable',
  'overloaded',
  'script_missing',
  'store_unavailable',
  'ticket_invalid',
  'weak_password',
] as const satisfies (keyof typeof oauth_problems)[]

/** The name of a problem that the Management API answers, which the dashboard shows. */
export type ManagementProblem = Exclude<ProblemCode, keyof typeof oauth_problems> | (typeof shared)[number]

/** Every problem that the Management API answers, by its name. */
export const management_problems = Object.fromEntries(
  Object.entries(problems).filter(
    ([name]) => !Object.hasOwn(oauth_problems, name) || shared.some((problem) => problem === name),
  ),
) as Readonly<Record<ManagementProblem, Problem>>
