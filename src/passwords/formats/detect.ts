import { findRecipe, type KnownPassword } from './find-recipe.ts'
import { createVerify, formatOf } from './legacy-passwords.ts'
import { named_recipes } from './named-recipes.ts'
import { columnsOf, separated, type Stored } from './read-stored.ts'
import type { DigestInput, Recipe } from './recipe-types.ts'
import { HashError, type Primitives } from './types.ts'

/** What samples of stored hashes are. No member contains a sample. */
export type Detection = {
  /** The formats that were recognised, the most frequent first. */
  formats: { format: string; count: number }[]
  /** Hashes whose form was recognised but that cannot be verified, and why. */
  refused: { code: string; message: string; count: number }[]
  /** Samples without a form of their own. */
  unknown: number
  /** The named recipes that every one of these fits. Which one it is, a known password tells. */
  may_be: string[]
  /** The recipe by which the known password verifies; undefined without one. */
  recipe?: Recipe
}

const most_samples = 1000

function counted<T>(map: Map<string, { value: T; count: number }>, key: string, value: T): void {
  const entry = map.get(key) ?? { value, count: 0 }
  map.set(key, { value, count: entry.count + 1 })
}

function mentions(parts: readonly DigestInput[] | undefined, names: readonly DigestInput[]): boolean {
  return (parts ?? []).some((part) => {
    if (typeof part === 'string') return names.includes(part)
    if ('text' in part) return false
    return mentions('fill' in part ? [part.fill] : [...part.of, ...(part.key ?? [])], names)
  })
}

/** Whether a recipe uses the columns that a stored hash has, and can be read by it. */
function fits(stored: Stored, recipe: Recipe): boolean {
  try {
    const columns = columnsOf(stored)
    const { salt } = separated(columns, recipe.layout)
    const parts = [...(recipe.of ?? []), ...(recipe.key ?? []), ...(recipe.next ?? [])]
    const uses_salt = recipe.pbkdf2 !== undefined || recipe.scrypt !== undefined || mentions(parts, ['salt'])
    const uses_name = mentions(parts, ['username', 'username_lower'])
    if (uses_salt !== salt.length > 0 || (uses_name && columns.username === '')) return false
    formatOf(stored, recipe)
    return true
  } catch {
    return false
  }
}

/** Creates `detect` with the primitives. */
export function createDetect(primitives: Primitives) {
  const verify = createVerify(primitives)
  /**
   * Tells what samples of stored hashes are, without computing any; with a known password, finds the recipe of its hash.
   *
   * @param samples up to 1,000; further ones are ignored
   */
  return async function detect(samples: readonly Stored[], known?: KnownPassword): Promise<Detection> {
    const formats = new Map<string, { value: string; count: number }>()
    const refused = new Map<string, { value: HashError; count: number }>()
    const unknown: Stored[] = []
    for (const sample of samples.slice(0, most_samples)) {
      try {
        const format = formatOf(sample)
        counted(formats, format, format)
      } catch (error) {
        if (!(error instanceof HashError)) throw error
        if (error.code === 'unknown_format') unknown.push(sample)
        else counted(refused, error.message, error)
      }
    }
    const recipe = known && (await findRecipe(known, verify, primitives))
    const names = unknown.length === 0 ? [] : Object.keys(named_recipes)
    return {
      formats: [...formats.values()]
        .map(({ value, count }) => ({ format: value, count }))
        .sort((a, b) => b.count - a.count),
      refused: [...refused.values()].map(({ value, count }) => ({ code: value.code, message: value.message, count })),
      unknown: unknown.length,
      may_be: names.filter((name) => unknown.every((sample) => fits(sample, named_recipes[name] ?? {}))),
      ...(recipe && { recipe }),
    }
  }
}
