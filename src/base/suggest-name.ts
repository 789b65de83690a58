import { closest, distance } from 'fastest-levenshtein'

const length_max = 100
const edits_max = 4

/**
 * The known name that a mistyped one most likely means, or undefined where none is close: up to a third of its characters may be
 * wrong, and no more than four (Levenshtein distance).
 */
export function suggestName(mistyped: string, known: readonly string[]): string | undefined {
  if (mistyped.length > length_max || known.length === 0) return undefined
  const name = closest(mistyped, known)
  return distance(mistyped, name) <= Math.min(edits_max, Math.ceil(mistyped.length / 3)) ? name : undefined
}
