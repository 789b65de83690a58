import { isJsonObject, type JsonObject, type JsonValue } from '../../base/json.ts'
import type { Inspection, InspectionCount } from '../../contract/assistant.ts'
import { inspectionCount } from './read-counts.ts'
import type { PlanResults } from './run-plan.ts'

/** What the stored hashes are: for the answer, and for the settings of a template. */
export type HashFindings = {
  hashes: Inspection['hashes']
  counts: InspectionCount[]
  /** Samples without a form of their own. */
  unknown: number
  /** The length that all samples have, or 0. */
  length: number
  /** The recipe that the known password proves; undefined where none was given, null where none was found. */
  recipe: JsonObject | null | undefined
}

const form_name = /^[\w .()+-]{1,80}$/
const recipe_name = /^[\w.-]{1,40}$/

type Tally = Map<string, number>

function tally(into: Tally, value: JsonValue | undefined): void {
  for (const [form, count] of Object.entries(isJsonObject(value) ? value : {})) {
    if (!form_name.test(form) || !Number.isSafeInteger(count)) continue
    into.set(form, (into.get(form) ?? 0) + (count as number))
  }
}

const sumOf = (tallied: Tally): number => [...tallied.values()].reduce((sum, count) => sum + count, 0)

function foundOf(results: PlanResults, step: string): JsonObject | undefined {
  const result = results.get(step)
  return result !== undefined && 'found' in result && isJsonObject(result.found) ? result.found : undefined
}

const numberOf = (value: JsonValue | undefined): number => (Number.isSafeInteger(value) ? (value as number) : 0)
const namesOf = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((name) => typeof name === 'string').filter((name) => recipe_name.test(name)) : []

/** A recipe without its pepper, which is a secret. */
function recipeOf(value: JsonValue | undefined): JsonObject | null | undefined {
  if (value === null || value === undefined) return value
  if (!isJsonObject(value)) return undefined
  const { pepper: _secret, ...recipe } = value
  return recipe
}

/** A word for a hash of this length without a form of its own. */
function unknownForm(length: number): string {
  return length === 0 ? 'no form of its own' : `no form of its own, ${length} characters`
}

/** The form of the one hash of the known user, and whether its recipe was found. */
function ofKnownUser(known: JsonObject, form_of_unknown: string): NonNullable<Inspection['hashes']['of_known_user']> {
  const [formats, refused]: [Tally, Tally] = [new Map(), new Map()]
  tally(formats, known['formats'])
  tally(refused, known['refused'])
  const [named] = formats.keys()
  const [malformed] = refused.keys()
  const form = named ?? malformed ?? form_of_unknown
  return { form, verifiable: named !== undefined, recipe_found: isJsonObject(known['recipe']) }
}

/** The rows with a hash that `hashCountStep` counted, or undefined where it failed. */
export function filledHashes(results: PlanResults): number | undefined {
  const counted = foundOf(results, 'no hash')
  return counted === undefined ? undefined : numberOf(counted['filled'])
}

/** Reads the results of `hashCountStep`, `hashSteps` and `knownHashStep`. */
export function readHashes(results: PlanResults): HashFindings {
  const [formats, refused]: [Tally, Tally] = [new Map(), new Map()]
  const parts = ['hashes', 'last hashes'].map((step) => foundOf(results, step)).filter((part) => part !== undefined)
  const total = (name: string): number => parts.reduce((sum, part) => sum + numberOf(part[name]), 0)
  for (const part of parts) {
    tally(formats, part['formats'])
    tally(refused, part['refused'])
  }
  const [sampled, disabled, unknown] = [total('sampled'), total('unusable'), total('unknown')]
  const lengths = [
    ...new Set(parts.filter((part) => numberOf(part['sampled']) > 0).map((part) => numberOf(part['length']))),
  ]
  const length = lengths.length === 1 ? (lengths[0] ?? 0) : 0
  const [first, ...others] = parts
    .filter((part) => numberOf(part['unknown']) > 0)
    .map((part) => namesOf(part['may_be']))
  const known = foundOf(results, 'known hash')
  const recipe = known === undefined ? undefined : recipeOf(known['recipe'])
  const form = unknownForm(length)
  const most_first = (tallied: Tally) => [...tallied].toSorted(([, one], [, other]) => other - one)
  const failed = (step: string): string | undefined => {
    const result = results.get(step)
    return result !== undefined && 'failed' in result ? result.failed : undefined
  }
  const missing = foundOf(results, 'no hash')
  const of_sample = (value: number) => (failed('hashes') === undefined ? value : null)
  const more = { sampled, failed: failed('hashes') }
  return {
    hashes: {
      sampled,
      forms: [
        ...most_first(formats).map(([form, count]) => ({ form, count, verifiable: true })),
        ...most_first(refused).map(([form, count]) => ({ form, count, verifiable: false })),
        ...(unknown === 0 ? [] : [{ form, count: unknown, verifiable: false }]),
      ],
      may_be: (first ?? []).filter((name) => others.every((names) => names.includes(name))),
      ...(recipe === null || recipe === undefined ? {} : { recipe }),
      ...(known === undefined || recipe === undefined ? {} : { of_known_user: ofKnownUser(known, form) }),
    },
    counts: results.has('no hash')
      ? [
          inspectionCount('hash_missing', missing === undefined ? null : numberOf(missing['missing']), {
            failed: failed('no hash'),
          }),
          inspectionCount('hash_disabled', of_sample(disabled), more),
          inspectionCount('hash_of_unknown_form', of_sample(unknown), more),
          inspectionCount('hash_refused', of_sample(sumOf(refused)), more),
        ]
      : [],
    unknown,
    length,
    recipe,
  }
}

const digests: Record<number, string> = { 32: 'md5', 40: 'sha1', 64: 'sha256', 128: 'sha512' }
const base64_lengths: Record<string, number> = { md5: 24, sha1: 28, sha256: 44, sha512: 88 }
const settable = /^(md5|sha1|sha256|sha512)(?:-(salt-password|password-salt))?$/

/** The settings of a template for one table, for hashes without a form of their own; undefined where they cannot describe the recipe. */
function settingsOfRecipe(recipe: JsonObject, length: number): Record<string, string> | undefined {
  const { format, digest, of, pbkdf2, rounds, salt_encoding, ...rest } = recipe
  if (Object.keys(rest).some((name) => name !== 'encoding')) return undefined
  const encoding = typeof salt_encoding === 'string' ? { SALT_ENCODING: salt_encoding } : {}
  if (typeof pbkdf2 === 'string' && ['sha256', 'sha1', 'sha512'].includes(pbkdf2) && of === undefined) {
    return { PASSWORD_HASH: 'pbkdf2', HASH_DIGEST: pbkdf2, HASH_ITERATIONS: String(Number(rounds ?? 1)), ...encoding }
  }
  const [, named, order] = settable.exec(typeof format === 'string' ? format : '') ?? []
  const parts = order?.split('-') ?? (Array.isArray(of) ? of : ['password'])
  const name = named ?? digest
  if (typeof name !== 'string' || !settable.test(name) || (rounds ?? 1) !== 1) return undefined
  const position = { 'salt,password': 'before', 'password,salt': 'after', password: '' }[
    parts.map((part) => (typeof part === 'string' ? part : '')).join()
  ]
  if (position === undefined) return undefined
  return {
    PASSWORD_HASH: name,
    HASH_ENCODING: length === base64_lengths[name] ? 'base64' : 'hex',
    ...(position === '' ? {} : { SALT_POSITION: position }),
    ...encoding,
  }
}

// Forms that templates can write, the strongest first. The last stands for those without a form of their own.
const written_forms = ['argon2id', 'bcrypt', 'unnamed'] as const
type WrittenForm = (typeof written_forms)[number]

// scrypt and yescrypt need memory, as argon2id does; the other forms are at most as strong as bcrypt.
const writtenFor = (form: string): WrittenForm => (/^(argon2|scrypt|yescrypt)/.test(form) ? 'argon2id' : 'bcrypt')

/**
 * The form of new hashes: of those that are at least half as many as the most common one, the strongest. It is never weaker than the
 * most common one.
 */
function formOfNew({ hashes, unknown }: HashFindings): WrittenForm {
  const counts: Record<WrittenForm, number> = { argon2id: 0, bcrypt: 0, unnamed: unknown }
  for (const { form, count, verifiable } of hashes.forms) if (verifiable) counts[writtenFor(form)] += count
  const most = Math.max(...Object.values(counts))
  return most === 0 ? 'bcrypt' : (written_forms.find((form) => counts[form] * 2 >= most) ?? 'bcrypt')
}

type UnnamedSettings = { settings?: Record<string, string>; needs_salt: boolean; warnings: string[] }

/** The settings for hashes without a form of their own, and a warning where they are not proven or cannot be given. */
function settingsOfUnnamed({ length, recipe }: HashFindings): UnnamedSettings {
  // A recipe without a digest is that of a hash that names its form.
  const is_of_named =
    isJsonObject(recipe) && !['format', 'digest', 'pbkdf2', 'of'].some((name) => recipe[name] !== undefined)
  if (isJsonObject(recipe) && !is_of_named) {
    const settings = settingsOfRecipe(recipe, length)
    if (settings !== undefined) {
      const needs_salt = settings['SALT_POSITION'] !== undefined || settings['PASSWORD_HASH'] === 'pbkdf2'
      return { settings, needs_salt, warnings: [] }
    }
    const warning =
      'The settings of the template cannot describe the recipe: write it into `const recipe` of the script login.'
    return { needs_salt: true, warnings: [warning] }
  }
  const digest = digests[length]
  const warning =
    recipe === null
      ? 'No recipe was found by which the known password has the stored hash.'
      : 'Hashes without a form of their own: give a user whose password you know, so that the recipe is found and proven.'
  return { ...(digest && { settings: { PASSWORD_HASH: digest } }), needs_salt: true, warnings: [warning] }
}

const namedFormSettings = (form: WrittenForm): Record<string, string> =>
  form === 'argon2id' ? { PASSWORD_HASH: form } : {}

/**
 * The settings of a table template for the hashes, and warnings: where they are not proven, and where the hashes have several forms.
 *
 * @param keys the settings that the template has
 */
export function hashSettings(
  found: HashFindings,
  keys: ReadonlySet<string>,
): { settings: Record<string, string>; needs_salt: boolean; warnings: string[] } {
  const { hashes, unknown } = found
  const forms = hashes.forms.filter(({ verifiable }) => verifiable)
  const of_new = formOfNew(found)
  if (unknown === 0) return { settings: namedFormSettings(of_new), needs_salt: false, warnings: [] }
  const { settings, needs_salt, warnings } = settingsOfUnnamed(found)
  if (forms.length === 0) return { settings: settings ?? {}, needs_salt, warnings }
  const counted = hashes.forms.map(({ form, count }) => `${form}: ${count}`).join('; ')
  const mixed = (text: string): string[] => [...warnings, `The hashes have several forms (${counted}). ${text}`]
  if (settings !== undefined && of_new === 'unnamed') {
    const text = `Most have no form of their own: new hashes are written as ${settings['PASSWORD_HASH']}.`
    return { settings, needs_salt, warnings: mixed(text) }
  }
  // The forms with a name, where most hashes have none that the settings can describe.
  const named = of_new === 'unnamed' ? 'bcrypt' : of_new
  const written = `New hashes are written as ${named}`
  if (settings !== undefined && keys.has('NEW_PASSWORD_HASH')) {
    const text = `${written} (NEW_PASSWORD_HASH); hashes without a form of their own are verified by PASSWORD_HASH.`
    return { settings: { ...settings, NEW_PASSWORD_HASH: named }, needs_salt, warnings: mixed(text) }
  }
  const text = `${written}. The settings cannot describe hashes without a form of their own: without a recipe in \`const recipe\` of the script login, their ${unknown} users must reset the password.`
  return { settings: namedFormSettings(named), needs_salt: true, warnings: mixed(text) }
}
