/** A text of the query of an address; undefined where it is missing or empty. The router reads `?q=12` as a number. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** One of several texts of the query of an address; undefined where it is none of them. */
export const choiceOf = <const T extends string>(choices: readonly T[], value: unknown): T | undefined =>
  choices.find((choice) => choice === value)
