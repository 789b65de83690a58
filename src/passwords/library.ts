/**
 * `wherry/passwords`: verifies and recognises password hashes of other systems. The hashes are computed in threads, as many at once as
 * the machine has cores.
 */
import { createFairQueue } from '../base/fair-queue.ts'
import { checkedRecipe, type Detection, type KnownPassword, type Recipes, type Stored } from './formats/index.ts'
import { computeInThread } from './hash-threads.ts'
import { hashesAtOnce } from './passwords.ts'

export { HashError, needsRehash } from './formats/index.ts'
export type {
  Detection,
  HashErrorCode,
  KnownPassword,
  Normalization,
  DigestInput,
  Recipe,
  Recipes,
  Stored,
} from './formats/index.ts'

const queue = createFairQueue({ at_once: hashesAtOnce() })

/**
 * Whether the password has this hash. An empty password, and one of more than 1,024 bytes, never has.
 *
 * @param stored a text, `{ hash, salt?, username? }`, Auth0's `custom_password_hash`, or a credential of Keycloak
 * @param recipe what a text without a form of its own is, or several where a store has hashes of several generations
 * @throws HashError `unknown_format`, `malformed`, `bad_recipe`, and `too_costly` for a hash above the limits, which is not computed
 */
export async function verify(password: string, stored: Stored, recipe?: Recipes): Promise<boolean> {
  return (await queue.add('verify', () => computeInThread({ kind: 'verify', password, stored, recipe }))).matches
}

/**
 * Tells what samples of stored hashes are; with a known password, finds the recipe of its hash, which takes 12 s at most.
 *
 * @param samples up to 1,000; further ones are ignored
 */
export async function detect(samples: readonly Stored[], known?: KnownPassword): Promise<Detection> {
  return (await queue.add('detect', () => computeInThread({ kind: 'detect', samples, known }))).detection
}

/** @throws HashError `bad_recipe`, which names the member, what is wrong with it and what is allowed */
export function checkRecipe(recipe: unknown): void {
  checkedRecipe(recipe)
}
