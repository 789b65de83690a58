/** An array with at least one element. */
export type NonEmpty<T> = readonly [T, ...T[]]

/** Whether the array has an element. */
export function isNonEmpty<T>(array: readonly T[]): array is NonEmpty<T> {
  return array.length > 0
}
