/**
 * Password hashes of other systems, with primitives as arguments: the same code runs in the server and, as the module
 * `legacy-passwords`, in the sandbox. It imports modules of Node and its own files only.
 */
export { createDetect, type Detection } from './detect.ts'
export type { KnownPassword } from './find-recipe.ts'
export {
  cpuMs,
  createVerify,
  formatOf,
  longest_verification_ms,
  needsRehash,
  withNormalization,
  type Attempt,
  type Recipes,
} from './legacy-passwords.ts'
export { passwordCandidates } from './password-encodings.ts'
export { createPrimitives, type HashWasm, type Libraries } from './primitives.ts'
export { checkedRecipe, recipe_formats } from './recipe-check.ts'
export type { Stored } from './read-stored.ts'
export type { Normalization, DigestInput, Printed, Recipe } from './recipe-types.ts'
export {
  HashError,
  type Argon2Type,
  type Charset,
  type DigestName,
  type HashErrorCode,
  type Primitives,
} from './types.ts'
export { createHash, dummyHash, type HashFormat, type WrittenHash } from './write-hash.ts'
