import type { ProblemError } from '../client/problem-error'

/** The field that a refusal of the server is about, of those of a form; undefined where it names none of them. */
export function fieldOfProblem<const N extends string>(
  { message }: Pick<ProblemError, 'message'>,
  names: readonly N[],
): N | undefined {
  const named = /on property (\w+)/.exec(message)?.[1]
  return names.find((name) => name === named)
}
