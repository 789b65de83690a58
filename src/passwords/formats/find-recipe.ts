import { bytesOf, digested, printed } from './digest-chain.ts'
import { equalBytes, fromBase64, fromHex, utf8 } from './encodings.ts'
import { findWithoutRounds, type Sought } from './find-nested.ts'
import { named_recipes } from './named-recipes.ts'
import { encode } from './password-encodings.ts'
import { columnsOf, separated, type Stored } from './read-stored.ts'
import { families, readText } from './format-families.ts'
import type { DigestInput, Printed, Recipe } from './recipe-types.ts'
import { charsets, digest_bytes, digests, type Charset, type Primitives } from './types.ts'

/** A stored hash whose password is known. */
export type KnownPassword = { password: string; stored: Stored; pepper?: string }

type Verify = (password: string, stored: Stored, recipe: Recipe) => Promise<boolean>

const most_rounds = 1024
const most_plain_rounds = 20_000
const longest_ms = 10_000
const pbkdf2_rounds = [1, 500, 1000, 1024, 2000, 2048, 4096, 5000, 10_000, 20_000, 25_000, 50_000, 64_000, 100_000]

const orders: DigestInput[][] = [
  ['password'],
  ['password', 'salt'],
  ['salt', 'password'],
  ['salt', 'password', 'salt'],
  ['password', 'pepper'],
  ['pepper', 'password'],
  ['salt', 'password', 'pepper'],
  ['pepper', 'salt', 'password'],
  ['password', 'salt', 'pepper'],
]

const nexts: DigestInput[][] = [
  ['previous'],
  ['previous', 'salt'],
  ['salt', 'previous'],
  ['previous', 'password'],
  ['password', 'previous'],
  ['previous', 'password', 'salt'],
  ['salt', 'password', 'previous'],
]

// Forms that look like those of others, and are not recipes.
const ambiguous: Record<string, Recipe> = Object.fromEntries(
  families.filter((family) => family.is_ambiguous).map(({ name }) => [name, { format: name }]),
)

const uses = (parts: readonly DigestInput[], name: DigestInput): boolean => parts.includes(name)

/**
 * Finds a recipe by which the known password has the stored hash: the forms that are recognised, the named recipes, HMACs and digests of
 * digests, then digests in up to 1,024 rounds (20,000 where only the digest goes into the next round) and PBKDF2 with usual numbers of rounds. Takes 12 s at most.
 *
 * @returns undefined where none was found
 */
export async function findRecipe(
  known: KnownPassword,
  verify: Verify,
  primitives: Primitives,
): Promise<Recipe | undefined> {
  const deadline = performance.now() + longest_ms
  const { password, stored, pepper } = known
  const tried = async (recipe: Recipe): Promise<boolean> => {
    try {
      return await verify(password, stored, recipe)
    } catch {
      return false
    }
  }
  if (await tried({})) return {}
  for (const { charset } of spellingsOf(password)) if (charset && (await tried({ charset }))) return { charset }
  // A text with a form of its own is read by it, whatever recipe describes another computation.
  const has_form = readText(columnsOf(stored).text) !== undefined
  for (const [format, named] of Object.entries({ ...named_recipes, ...ambiguous })) {
    if (has_form && named.format === undefined) continue
    if (pepper === undefined && named.of?.includes('pepper')) continue
    const recipe: Recipe = { format, ...(pepper !== undefined && { pepper }) }
    if (performance.now() < deadline && (await tried(recipe))) return recipe
  }
  if (has_form) return undefined
  if (await tried({ format: 'plain' })) return { format: 'plain' }
  return (await findDigest(known, primitives, deadline)) ?? (await findPbkdf2(known, tried, deadline))
}

type Salt = { salt: Uint8Array; salt_encoding?: 'hex' | 'base64' }

/** What a stored salt may stand for: its text, or the bytes that it prints. */
function saltsOf(salt: string | Uint8Array): Salt[] {
  if (typeof salt !== 'string') return [{ salt }]
  const [hex, base64] = [fromHex(salt), fromBase64(salt)]
  return [
    { salt: utf8(salt) },
    ...(hex && salt !== '' ? [{ salt: hex, salt_encoding: 'hex' as const }] : []),
    ...(base64 && salt !== '' ? [{ salt: base64, salt_encoding: 'base64' as const }] : []),
  ]
}

type Spelling = { charset?: Charset; bytes: Uint8Array }

/** The password in UTF-8, and in the charsets that have other bytes for it. */
function spellingsOf(password: string): Spelling[] {
  const spellings: Spelling[] = [{ bytes: utf8(password) }]
  for (const charset of charsets) {
    const bytes = encode(password, charset)
    if (bytes && !spellings.some((other) => equalBytes(other.bytes, bytes))) spellings.push({ charset, bytes })
  }
  return spellings
}

async function findDigest(known: KnownPassword, primitives: Primitives, deadline: number): Promise<Recipe | undefined> {
  await primitives.load(digests)
  const { hash, salt } = separated(columnsOf(known.stored))
  const pepper = utf8(known.pepper ?? '')
  for (const pass of ['single', 'rounds', 'plain_rounds'] as const) {
    for (const digest of digests) {
      const expected = [fromHex(hash), fromBase64(hash)].find((bytes) => bytes?.length === digest_bytes[digest])
      if (expected === undefined) continue
      for (const { charset, bytes } of spellingsOf(known.password)) {
        for (const { salt_encoding, ...values } of saltsOf(salt)) {
          const chain = {
            digest,
            values: { ...values, pepper, username: '', password: bytes },
            expected,
            primitives,
          }
          const found =
            pass === 'single'
              ? findWithoutRounds(chain, orders)
              : findChain({ ...chain, plain: pass === 'plain_rounds', deadline })
          if (!found) continue
          const given = { ...(charset && { charset }), ...(salt_encoding && { salt_encoding }) }
          return { digest, ...found, ...given, ...(known.pepper !== undefined && { pepper: known.pepper }) }
        }
      }
    }
  }
  return undefined
}

type Chain = Sought & {
  /** Only the digest goes into the next round; more rounds are tried. */
  plain: boolean
  deadline: number
}

function findChain({ digest, values, expected, plain, primitives, deadline }: Chain): Recipe | undefined {
  const has = (parts: readonly DigestInput[]): boolean =>
    (values.salt.length > 0 || !uses(parts, 'salt')) && (values.pepper.length > 0 || !uses(parts, 'pepper'))
  const forms: Printed[] = plain ? ['hex', 'raw'] : ['hex', 'raw', 'HEX', 'base64']
  for (const of of orders.filter(has)) {
    const first = digested({ digest, of }, values, primitives)
    for (const next of plain ? [['previous'] satisfies DigestInput[]] : nexts.filter(has)) {
      for (const as of forms) {
        if (performance.now() > deadline) return undefined
        const rounds = roundsOf(first, next, as)
        if (rounds !== undefined) return { of, ...(rounds > 1 && { rounds, next, as }) }
      }
    }
  }
  return undefined

  function roundsOf(first: Uint8Array, next: readonly DigestInput[], as: Printed): number | undefined {
    let state = first
    for (let round = 1; round <= (plain ? most_plain_rounds : most_rounds); round++) {
      if (equalBytes(state, expected)) return round
      state = primitives.digest(digest, bytesOf(next, { ...values, previous: printed(state, as) }, primitives))
    }
    return undefined
  }
}

async function findPbkdf2(
  { stored }: KnownPassword,
  tried: (recipe: Recipe) => Promise<boolean>,
  deadline: number,
): Promise<Recipe | undefined> {
  for (const { salt_encoding } of saltsOf(separated(columnsOf(stored)).salt)) {
    for (const pbkdf2 of ['sha1', 'sha256', 'sha512'] as const) {
      for (const rounds of pbkdf2_rounds) {
        if (performance.now() > deadline) return undefined
        const recipe: Recipe = { pbkdf2, rounds, ...(salt_encoding && { salt_encoding }) }
        if (await tried(recipe)) return recipe
      }
    }
  }
  return undefined
}
