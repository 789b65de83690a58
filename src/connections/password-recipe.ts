import { suggestName } from '../base/suggest-name.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import { invalidBody } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { checkedRecipe, HashError, recipe_formats, type Recipe } from '../passwords/formats/index.ts'
import { openConfiguration, type Connection, type StoredOptions } from './connection.ts'

type SecretReader = (name: string, path: string) => string

// Members of a recipe that are secrets, and stand in the sealed configuration.
const secrets = [['pepper'], ['firebase', 'signer_key']] as const

function readSecret(value: JsonValue, path: string, secretOf: SecretReader): string {
  const name = isJsonObject(value) && Object.keys(value).length === 1 ? value['configuration'] : undefined
  if (typeof name === 'string') return secretOf(name, path)
  throw new HashError('bad_recipe', `recipe: ${path} must be {"configuration": "<name>"}: options are not sealed`)
}

/** A recipe with the secrets that its members name. @throws HashError `bad_recipe` */
function withSecrets(recipe: JsonObject, secretOf: SecretReader): JsonObject {
  const read: JsonObject = structuredClone(recipe)
  for (const [first, second] of secrets) {
    const parent = second === undefined ? read : read[first]
    const member = second ?? first
    if (!isJsonObject(parent) || parent[member] === undefined) continue
    parent[member] = readSecret(parent[member], second === undefined ? first : `${first}.${second}`, secretOf)
  }
  return read
}

function recipesOf({ password_recipe }: StoredOptions): JsonObject[] {
  if (password_recipe === undefined) return []
  return (Array.isArray(password_recipe) ? password_recipe : [password_recipe]) as JsonObject[]
}

function requireFormat({ format }: JsonObject): void {
  if (typeof format !== 'string' || recipe_formats.includes(format)) return
  const meant = suggestName(format, recipe_formats)
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`
  const problem = `format "${format.slice(0, 40)}" is unknown${hint}; it must be one of ${recipe_formats.join(', ')}`
  throw new HashError('bad_recipe', `recipe: ${problem}`)
}

function checkOne(recipe: JsonObject, configuration: ReadonlySet<string>): void {
  const placeholder: SecretReader = (name, path) => {
    if (configuration.has(name)) return 'AAAA'
    throw new HashError('bad_recipe', `recipe: ${path} names ${name}, which options.configuration does not have`)
  }
  for (const habit of ['trim', 'lower_case', 'escape_html', 'max_bytes']) {
    if (recipe[habit] === undefined) continue
    throw new HashError('bad_recipe', `recipe: ${habit} belongs into options.password_normalization`)
  }
  requireFormat(recipe)
  checkedRecipe(withSecrets(recipe, placeholder))
}

/**
 * Checks `options.verify_password_here` and `options.password_recipe`.
 *
 * @param configuration the names in the connection's configuration
 * @throws {Refusal} `invalid_body`
 */
export function checkPasswordRecipe(options: StoredOptions, configuration: readonly string[]): void {
  if (options.verify_password_here === true && options.enabledDatabaseCustomization !== true) {
    throw invalidBody('options.verify_password_here needs enabledDatabaseCustomization: get_user returns the hashes')
  }
  if (options.password_recipe !== undefined && options.verify_password_here !== true) {
    throw invalidBody('options.password_recipe needs verify_password_here: scripts pass recipes to legacy-passwords')
  }
  try {
    for (const recipe of recipesOf(options)) checkOne(recipe, new Set(configuration))
  } catch (error) {
    throw error instanceof HashError ? invalidBody(error.message, 'options.password_recipe') : error
  }
}

/** The recipes of the hashes that `get_user` returns, with the secrets of the configuration; undefined for none. */
export function openPasswordRecipes(sealer: Sealer, connection: Connection): readonly Recipe[] | undefined {
  const recipes = recipesOf(connection.options)
  if (recipes.length === 0) return undefined
  const configuration = openConfiguration(sealer, connection)
  return recipes.map((recipe) => withSecrets(recipe, (name) => configuration[name] ?? '') as Recipe)
}
