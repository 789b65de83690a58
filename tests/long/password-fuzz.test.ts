// Verifies changed and random hashes for 10 minutes (WHERRY_TEST_FUZZ_S seconds): nothing else than a HashError is thrown, and no
// verification takes longer than the limit.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkedRecipe, createVerify, HashError, type Recipe, type Stored } from '../../src/passwords/formats/index.ts'
import { native_primitives } from '../../src/passwords/native-primitives.ts'
import { vectors } from '../passwords/vectors.ts'

const seed = Number(process.env['WHERRY_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const duration_ms = Number(process.env['WHERRY_TEST_FUZZ_S'] ?? 600) * 1000
// The limit of 2 s, and what the machine's other work adds to the CPU time that is counted.
const longest_ms = 2500

const verify = createVerify(native_primitives)
const texts = vectors.map(({ stored }) => (typeof stored === 'string' ? stored : JSON.stringify(stored)))

/** A published text with a number replaced by another one: costs from none to far above the limits. */
const other_numbers = fc
  .record({ text: fc.constantFrom(...texts), to: fc.nat(2 ** 31 - 1), at: fc.nat(8), bits: fc.nat(31) })
  .map(({ text, to, at, bits }) => {
    let number = 0
    return text.replace(/\d+/g, (digits) =>
      number++ === at ? String(to >>> bits).padStart(digits.length, '0') : digits,
    )
  })
const other_pieces = fc
  .record({
    text: fc.constantFrom(...texts),
    at: fc.nat(150),
    length: fc.nat(8),
    by: fc.string({ maxLength: 8, unit: 'binary' }),
  })
  .map(({ text, at, length, by }) => text.slice(0, at) + by + text.slice(at + length))
const pieces_of_two = fc
  .record({ one: fc.constantFrom(...texts), two: fc.constantFrom(...texts), at: fc.nat(120) })
  .map(({ one, two, at }) => one.slice(0, at) + two.slice(at))
const long = fc
  .record({
    text: fc.constantFrom('{SSHA}', '$6$a$', ':B:', '{crypt}', '$P$', 'sha1$'),
    digit: fc.constantFrom('A', 'a0', '$', '{', ':'),
  })
  .map(({ text, digit }) => text + digit.repeat(4000 / digit.length))

const stored = fc.oneof(
  { arbitrary: other_numbers, weight: 4 },
  { arbitrary: other_pieces, weight: 4 },
  pieces_of_two,
  long,
  fc.string({ unit: 'binary', maxLength: 5000 }),
  fc.record({ hash: fc.constantFrom(...texts), salt: fc.string(), username: fc.string() }),
  fc.record({
    algorithm: fc.constantFrom('md5', 'scrypt', 'hmac', 'bcrypt'),
    hash: fc.object(),
    cost: fc.nat(),
    keylen: fc.nat(600),
  }),
) as fc.Arbitrary<Stored>

const parts = fc.array(fc.constantFrom('password', 'salt', 'pepper', 'previous', 'username'), { maxLength: 4 })
const recipe = fc.oneof(
  fc.constant(undefined),
  fc.record(
    {
      digest: fc.constantFrom('md5', 'md4', 'whirlpool', 'sha512'),
      of: parts,
      next: parts,
      rounds: fc.nat(600_000),
      charset: fc.constantFrom('latin1', 'utf-16le'),
    },
    { requiredKeys: ['digest'] },
  ),
  fc.record({ pbkdf2: fc.constantFrom('sha1', 'sha512', 'md4'), rounds: fc.nat(3_000_000) }),
  fc.object(),
) as fc.Arbitrary<Recipe | undefined>

const password = fc.string({ unit: 'binary', maxLength: 200 })

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

test(`random hashes and recipes are refused or verified within the limits (seed ${seed})`, async (t) => {
  const until = performance.now() + duration_ms
  const counts = { verified: 0, false: 0, refused: 0 }
  let longest = 0
  for (let batch = 0; performance.now() < until; batch++) {
    const samples = fc.sample(fc.tuple(password, stored, recipe), { seed: seed + batch, numRuns: 100 })
    for (const [typed, hash, described] of samples) {
      const before = cpuMs()
      try {
        counts[(await verify(typed, hash, described)) ? 'verified' : 'false']++
      } catch (error) {
        const input = JSON.stringify([typed, hash, described])
        assert.ok(error instanceof HashError, `${input}: ${error instanceof Error ? error.stack : String(error)}`)
        counts.refused++
      }
      const took = cpuMs() - before
      longest = Math.max(longest, took)
      assert.ok(took < longest_ms, `${Math.round(took)} ms: ${JSON.stringify([typed, hash, described])}`)
      if (performance.now() > until) break
    }
  }
  t.diagnostic(`${JSON.stringify(counts)}, longest ${Math.round(longest)} ms of CPU`)
  assert.ok(counts.refused > 0 && counts.false > 0)
})

test('a recipe of any shape is accepted or refused with a message', () => {
  fc.assert(
    fc.property(fc.object(), (value) => {
      try {
        checkedRecipe(value)
      } catch (error) {
        assert.ok(error instanceof HashError && error.code === 'bad_recipe', String(error))
      }
    }),
    { numRuns: 5000, seed },
  )
})
