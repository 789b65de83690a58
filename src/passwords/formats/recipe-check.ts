import { limits } from './limits.ts'
import { named_recipes } from './named-recipes.ts'
import { families } from './format-families.ts'
import type { DigestInput, Recipe } from './recipe-types.ts'
import { charsets, digests, HashError } from './types.ts'

const longest_list = 16
const deepest = 6
const printed_forms = ['hex', 'HEX', 'base64', 'raw']
const values = ['password', 'salt', 'pepper', 'username', 'username_lower', 'previous']

function refuse(path: string, problem: string): never {
  throw new HashError('bad_recipe', `recipe: ${path} ${problem}`)
}

type Check = (value: unknown, path: string) => void

const oneOf =
  (allowed: readonly unknown[]): Check =>
  (value, path) => {
    if (!allowed.includes(value)) refuse(path, `must be one of ${allowed.join(', ')}`)
  }
const text: Check = (value, path) => {
  if (typeof value !== 'string' || value.length > 1024) refuse(path, 'must be a text of at most 1,024 characters')
}
const flag: Check = (value, path) => {
  if (typeof value !== 'boolean') refuse(path, 'must be true or false')
}
const count =
  (maximum: number): Check =>
  (value, path) => {
    const is_valid = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= maximum
    if (!is_valid) refuse(path, `must be a whole number from 1 to ${maximum.toLocaleString('en')}`)
  }

/** Each member of an object by its check; others are refused. */
const members =
  (checks: Record<string, Check>, required: string[] = []): Check =>
  (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(path, 'must be an object')
    for (const [name, member] of Object.entries(value)) {
      const check = Object.hasOwn(checks, name) ? checks[name] : undefined
      const at = path === '' ? name : `${path}.${name}`
      if (check === undefined) refuse(at, `is unknown; the members are ${Object.keys(checks).join(', ')}`)
      if (member !== undefined) check(member, at)
    }
    for (const name of required) if (!(name in value)) refuse(path === '' ? name : `${path}.${name}`, 'is missing')
  }

const partList =
  (depth: number): Check =>
  (value, path) => {
    if (!Array.isArray(value) || value.length === 0 || value.length > longest_list) {
      refuse(path, `must be a list of 1 to ${longest_list} parts`)
    }
    for (const [at, part] of value.entries()) checkPart(part, `${path}[${at}]`, depth)
  }

function checkPart(part: unknown, path: string, depth: number): void {
  if (depth > deepest) refuse(path, `is nested more than ${deepest} levels deep`)
  if (typeof part === 'string') return oneOf(values)(part, path)
  if (typeof part !== 'object' || part === null) refuse(path, `must be one of ${values.join(', ')}, or an object`)
  if ('text' in part) return members({ text })(part, path)
  const inner: Check = (value, at) => checkPart(value, at, depth + 1)
  if ('fill' in part) return members({ fill: inner, bytes: count(1024) }, ['bytes'])(part, path)
  const list = partList(depth + 1)
  members({ digest: oneOf(digests), of: list, key: list, as: oneOf(printed_forms) }, ['digest', 'of'])(part, path)
}

const layout: Check = (value, path) => {
  const is_valid = typeof value === 'string' && /^(?:hash\W{1,3}salt|salt\W{1,3}hash)$/.test(value)
  if (!is_valid)
    refuse(path, 'must be "hash" and "salt" with 1 to 3 punctuation characters between them, as in "hash:salt"')
}

/** What a recipe can have as its `format`. */
export const recipe_formats: readonly string[] = [...families.map(({ name }) => name), ...Object.keys(named_recipes)]

const checkMembers = members({
  format: oneOf(recipe_formats),
  digest: oneOf(digests),
  pbkdf2: oneOf(digests),
  scrypt: members({ cost: count(2 ** 24), block_size: count(1024), parallelization: count(64) }, [
    'cost',
    'block_size',
    'parallelization',
  ]),
  firebase: members({ signer_key: text, salt_separator: text, rounds: count(64), mem_cost: count(24) }, [
    'signer_key',
    'salt_separator',
    'rounds',
    'mem_cost',
  ]),
  of: partList(1),
  key: partList(1),
  next: partList(1),
  rounds: count(limits.pbkdf2_rounds),
  as: oneOf(printed_forms),
  pepper: text,
  encoding: oneOf(['hex', 'base64']),
  salt_encoding: oneOf(['utf8', 'hex', 'base64']),
  layout,
  trim: flag,
  lower_case: flag,
  escape_html: flag,
  max_bytes: count(limits.password_bytes),
  charset: oneOf(charsets),
})

/**
 * The recipe with what its format's name stands for.
 *
 * @throws HashError `bad_recipe`, which names the member, what is wrong with it and what is allowed
 */
export function checkedRecipe(given: unknown): Recipe {
  checkMembers(given, '')
  const { format, ...rest } = given as Recipe
  const named = format !== undefined && Object.hasOwn(named_recipes, format) ? named_recipes[format] : undefined
  const recipe: Recipe = named ? { ...named, ...rest } : (given as Recipe)
  const kinds = (['format', 'digest', 'pbkdf2', 'scrypt', 'firebase'] as const).filter(
    (kind) => recipe[kind] !== undefined,
  )
  if (kinds.length > 1) refuse(kinds.join(' and '), 'exclude each other')
  requireKind(recipe, ['next', 'as', 'key'], recipe.digest !== undefined, 'digest')
  requireKind(recipe, ['rounds'], recipe.digest !== undefined || recipe.pbkdf2 !== undefined, 'digest or pbkdf2')
  requireKind(recipe, ['of'], kinds.length === 1, 'format, digest, pbkdf2 or scrypt')
  if (recipe.pbkdf2 !== undefined && recipe.rounds === undefined) refuse('rounds', 'is missing')
  if (recipe.digest !== undefined && (recipe.rounds ?? 1) > limits.digest_rounds) {
    refuse('rounds', `must be at most ${limits.digest_rounds.toLocaleString('en')} for digests`)
  }
  if ((recipe.of ?? recipe.key) && !mentionsPassword([...(recipe.of ?? ['password']), ...(recipe.key ?? [])])) {
    refuse('of', 'does not contain the password')
  }
  return recipe
}

function requireKind(recipe: Recipe, names: (keyof Recipe)[], is_allowed: boolean, kind: string): void {
  for (const name of names) if (recipe[name] !== undefined && !is_allowed) refuse(name, `needs ${kind}`)
}

function mentionsPassword(parts: readonly DigestInput[]): boolean {
  return parts.some((part) => {
    if (typeof part === 'string') return part === 'password'
    if ('text' in part) return false
    return mentionsPassword('fill' in part ? [part.fill] : [...part.of, ...(part.key ?? [])])
  })
}
