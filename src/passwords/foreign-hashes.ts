import { withNormalization, type Normalization, type Recipes, type Stored } from './formats/index.ts'
import { computeInThread } from './hash-threads.ts'
import { costOf, default_work, isCheaper, type Work } from './recorded-work.ts'

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
   * @param origin what keeps such hashes: `verify` and `repeat` cost as much as the costliest verification of it
   * @throws HashError where the hash cannot be verified: above the limits it is not computed
   */
  verify(foreign: ForeignHash, password: string, origin: string): Promise<boolean>
  /** Computes what the costliest verification of a hash of this origin computed: bcrypt of cost 10 before the first one. */
  repeat(password: string, origin: string): Promise<void>
}

// Of further origins the one that was used least recently is forgotten.
const origins_max = 1000

/** The costliest work of an origin, and the CPU time that it takes. */
type Costliest = { work: Work; cost: number; cpu_ms: number }
type Verified = { matches: boolean; work: Work; cpu_ms: number }

// The weight of a new measurement. A password of several spellings takes a multiple, which is not the time of one.
const weight = 0.2
const multiple = 1.5

function costlier(before: Costliest | undefined, now: Costliest): Costliest {
  if (!before || isCheaper(before.cost, now.cost)) return now
  if (isCheaper(now.cost, before.cost) || now.cpu_ms > before.cpu_ms * multiple) return before
  return { ...before, cpu_ms: before.cpu_ms + (now.cpu_ms - before.cpu_ms) * weight }
}

/** Creates the verification of hashes of other systems. How many are computed at once is the caller's limit. */
export function createForeignHashes(): ForeignHashes {
  const known = new Map<string, Costliest>()
  const keep = (origin: string, { matches, work, cpu_ms }: Verified): void => {
    const before = known.get(origin)
    // A password that is right ends the verification: then further hashes that the text may be are not known.
    const is_whole = work.length > 0 && (!matches || work.length >= (before?.work.length ?? 0))
    const kept = is_whole ? costlier(before, { work, cost: costOf(work), cpu_ms }) : before
    known.delete(origin)
    if (kept) known.set(origin, kept)
    const [oldest] = known.keys()
    if (known.size > origins_max && oldest !== undefined) known.delete(oldest)
  }
  const timeOf = (origin: string) => {
    const costliest = known.get(origin)
    return costliest && { cost: costliest.cost, cpu_ms: costliest.cpu_ms }
  }
  return {
    async verify({ stored, recipes, normalization = {} }, password, origin) {
      const recipe = withNormalization(recipes, normalization)
      const verified = await computeInThread({ kind: 'verify', password, stored, recipe, at_least: timeOf(origin) })
      keep(origin, verified)
      return verified.matches
    },
    async repeat(password, origin) {
      await computeInThread({ kind: 'repeat', password, work: known.get(origin)?.work ?? default_work })
    },
  }
}
