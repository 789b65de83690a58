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
  /** The named recipes that most of these fit, and at least half of them. Which one it is, a known password tells. */
  may_be: string[]
  /** The places, from 0, of the samples among these that fit none of `may_be`: empty, cut off, or of another store. */
  misfits: number[]
  /** The recipe by which the known password verifies; undefined without one. */
  recipe?: Recipe
}

const most_samples = 1000
const most_tried = 50

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

/** The named recipes that most samples fit, and the places of the samples that fit none of them. */
function fittingRecipes(unknown: ReadonlyMap<number, Stored>): Pick<Detection, 'may_be' | 'misfits'> {
  // Each recipe is tried on some samples, and the best ones on all of them.
  const nth = Math.ceil(unknown.size / most_tried)
  const tried = [...unknown.values()].filter((_, at) => at % nth === 0)
  const counts = Object.entries(named_recipes).map(([name, recipe]) => {
    return { name, recipe, count: tried.filter((sample) => fits(sample, recipe)).length }
  })
  const most = Math.max(tried.length / 2, ...counts.map(({ count }) => count))
  const best = tried.length === 0 ? [] : counts.filter(({ count }) => count === most)
  const isMisfit = (sample: Stored): boolean => !best.some(({ recipe }) => fits(sample, recipe))
  return {
    may_be: best.map(({ name }) => name),
    misfits: best.length === 0 ? [] : [...unknown].flatMap(([place, sample]) => (isMisfit(sample) ? [place] : [])),
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
    const unknown = new Map<number, Stored>()
    for (const [place, sample] of samples.slice(0, most_samples).entries()) {
      try {
        const format = formatOf(sample)
        counted(formats, format, format)
      } catch (error) {
        if (!(error instanceof HashError)) throw error
        if (error.code === 'unknown_format') unknown.set(place, sample)
        else counted(refused, error.message, error)
      }
    }
    const recipe = known && (await findRecipe(known, verify, primitives))
    return {
      formats: [...formats.values()]
        .map(({ value, count }) => ({ format: value, count }))
        .sort((a, b) => b.count - a.count),
      refused: [...refused.values()].map(({ value, count }) => ({ code: value.code, message: value.message, count })),
      unknown: unknown.size,
      ...fittingRecipes(unknown),
      ...(recipe && { recipe }),
    }
  }
}
