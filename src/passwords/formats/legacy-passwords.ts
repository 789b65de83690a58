/**
 * Password hashes of other systems: reads, recognises and verifies them. It knows no users and no connections, and computes
 * with the primitives it is given, so that the same code runs in the server and in the sandbox.
 */
import { Buffer } from 'node:buffer'
import process from 'node:process'
import { argon2Parts } from './argon2.ts'
import { limits } from './limits.ts'
import { passwordCandidates } from './password-encodings.ts'
import { readStored, type Stored } from './read-stored.ts'
import { checkedRecipe } from './recipe-check.ts'
import type { Normalization, Recipe } from './recipe-types.ts'
import { HashError, type Primitives, type StoredHash } from './types.ts'

/** A recipe, or several where a store has hashes of several generations. */
export type Recipes = Recipe | readonly Recipe[]

const most_recipes = 8
/** A verification ends when its hashes have taken this much CPU time. */
export const longest_verification_ms = 2000
// A hash that takes this much CPU time is stopped: the estimate of its cost was wrong. Looked at once in so many digests.
const stopped_ms = 3000
const digests_between_looks = 1024

type Candidate = { hash: StoredHash; recipe: Recipe }

/**
 * What is computed next: a hash that the stored value may be, for one spelling of the password. Each hash is computed for the spelling 0
 * first.
 */
export type Attempt = Candidate & { spelling: number }

/**
 * The recipes with what the legacy store did to all passwords. A charset that belongs to a format (UTF-16 in ASP.NET Membership) stays.
 *
 * @throws HashError `bad_recipe`
 */
export function withNormalization(recipes: Recipes | undefined, normalization: Normalization): Recipe[] {
  const list = (Array.isArray(recipes) ? recipes : [recipes ?? {}]) as readonly Recipe[]
  return list.map((recipe) => ({ ...normalization, ...checkedRecipe(recipe) }))
}

// A plain password may look like any text: where a text also fits another recipe, it is not compared as a plain password, because a stolen
// hash would be a password then.
function withoutPlain(found: readonly Candidate[]): readonly Candidate[] {
  const others = found.filter(({ hash }) => hash.format !== 'plain')
  return others.length === 0 ? found : others
}

/** The hashes that the stored value may be: one, or one by each recipe that it fits. @throws HashError */
function candidates(stored: Stored, recipes: Recipes | undefined): [Candidate, ...Candidate[]] {
  const list = (Array.isArray(recipes) ? recipes : [recipes ?? {}]) as readonly Recipe[]
  if (list.length === 0 || list.length > most_recipes) {
    throw new HashError('bad_recipe', `recipe: must be a recipe or a list of 1 to ${most_recipes}`)
  }
  const checked = list.map((recipe) => checkedRecipe(recipe))
  const found: Candidate[] = []
  let problem: unknown
  for (const recipe of checked) {
    try {
      found.push({ hash: readStored(stored, recipe), recipe })
    } catch (error) {
      problem ??= error
    }
  }
  const [first, ...others] = withoutPlain(found)
  if (first === undefined) throw problem
  return [first, ...others]
}

/**
 * The name of the format of a stored hash, without computing it.
 *
 * @throws HashError where `verify` would throw
 */
export function formatOf(stored: Stored, recipes?: Recipes): string {
  return candidates(stored, recipes)[0].hash.format
}

/** The CPU time of this thread where the runtime tells it, else the time: other work of the machine should not count. */
export function cpuMs(): number {
  const threadCpuUsage = process.threadCpuUsage as typeof process.threadCpuUsage | undefined
  if (threadCpuUsage === undefined) return performance.now()
  const { user, system } = threadCpuUsage.call(process)
  return (user + system) / 1000
}

/** The primitives, of which digests are refused once the computation has taken too much CPU time: only they are computed in long loops. */
function withinBudget(primitives: Primitives, started: number): Primitives {
  let digests = 0
  const look = (): void => {
    digests += 1
    if (digests % digests_between_looks !== 0 || cpuMs() - started < stopped_ms) return
    throw new HashError('too_costly', `the hash was stopped after ${stopped_ms / 1000} s of CPU time`)
  }
  return {
    ...primitives,
    digest(name, data) {
      look()
      return primitives.digest(name, data)
    },
    hmac(name, key, data) {
      look()
      return primitives.hmac(name, key, data)
    },
  }
}

/** Creates `verify` with the primitives. `onAttempt` is called before each hash that is computed. */
export function createVerify(primitives: Primitives, onAttempt?: (attempt: Attempt) => void) {
  /**
   * Whether the password has this hash. It is tried as typed, in Unicode's normalization form C, and in the charset of the recipe.
   * An empty password, and one of more than 1,024 bytes, never matches.
   *
   * @throws HashError `unknown_format`, `malformed`, `bad_recipe`; `too_costly` before anything is computed where the hash is above
   * the limits, and after 2 s of CPU where several recipes or spellings together are; no hash takes more than 3 s of CPU
   */
  return async function verify(password: string, stored: Stored, recipes?: Recipes): Promise<boolean> {
    if (typeof password !== 'string') throw new TypeError('the password must be a text')
    const found = candidates(stored, recipes)
    if (password === '' || Buffer.byteLength(password) > limits.password_bytes) return false
    const started = cpuMs()
    const limited = withinBudget(primitives, started)
    for (const { hash, recipe } of found) {
      for (const [spelling, bytes] of passwordCandidates(password, recipe, hash.charset).entries()) {
        if (cpuMs() - started > longest_verification_ms) {
          throw new HashError(
            'too_costly',
            `${hash.format}: all spellings of the password together take more than 2 s`,
            hash.format,
          )
        }
        onAttempt?.({ hash, recipe, spelling })
        if (await hash.matches(bytes, limited)) return true
      }
    }
    return false
  }
}

/** Whether a hash is weaker than new ones, or of another form: argon2id with at least 19 MiB and two passes is not. */
export function needsRehash(stored: Stored): boolean {
  const parts = typeof stored === 'string' ? argon2Parts(stored) : undefined
  return !(parts?.type === 'argon2id' && parts.version === 19 && parts.memory_kib >= 19_456 && parts.passes >= 2)
}
