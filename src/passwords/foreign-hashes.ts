import { withNormalization, type Normalization, type Recipes, type Stored } from './formats/index.ts'
import { computeInThread } from './hash-threads.ts'
import { default_work, type Work } from './recorded-work.ts'

/** A hash of another system, as its store keeps it. */
export type ForeignHash = {
  stored: Stored
  /** What a text without a form of its own is. */
  recipes: Recipes | undefined
  /** What the store did to the password before it hashed it. */
  normalization: Normalization | undefined
}

/** Hashes of other systems, computed in threads of their own. */
export type ForeignHashes = {
  /**
   * Whether the password has a hash of another system.
   *
   * @param origin what keeps such hashes: `repeat` costs as much as the last verification of it
   * @throws HashError where the hash cannot be verified: above the limits it is not computed
   */
  verify(foreign: ForeignHash, password: string, origin: string): Promise<boolean>
  /** Computes what the last verification of a hash of this origin computed: bcrypt of cost 10 before the first one. */
  repeat(password: string, origin: string): Promise<void>
}

// Of further origins the one that was used least recently is forgotten.
const origins_max = 1000

/** Creates the verification of hashes of other systems. How many are computed at once is the caller's limit. */
export function createForeignHashes(): ForeignHashes {
  const known = new Map<string, Work>()
  const keep = (origin: string, { matches, work }: { matches: boolean; work: Work }): void => {
    const before = known.get(origin)
    // A password that is right ends the verification: then further hashes that the text may be are not known.
    const is_whole = work.length > 0 && (!matches || work.length >= (before?.length ?? 0))
    const kept = is_whole ? work : before
    known.delete(origin)
    if (kept) known.set(origin, kept)
    const [oldest] = known.keys()
    if (known.size > origins_max && oldest !== undefined) known.delete(oldest)
  }
  return {
    async verify({ stored, recipes, normalization = {} }, password, origin) {
      const recipe = withNormalization(recipes, normalization)
      const verified = await computeInThread({ kind: 'verify', password, stored, recipe })
      keep(origin, verified)
      return verified.matches
    },
    async repeat(password, origin) {
      await computeInThread({ kind: 'repeat', password, work: known.get(origin) ?? default_work })
    },
  }
}
