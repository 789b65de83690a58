/** An array with at least one element. */
export type Filled<T> = readonly [T, ...T[]]

/** Whether there is anything in it. */
export function isFilled<T>(array: readonly T[]): array is Filled<T> {
  return array.length > 0
}
