// Verifies changed and random hashes, by random recipes and in the forms of custom_password_hash, for 10 minutes (WHERRY_TEST_FUZZ_S
// seconds): nothing else than a HashError is thrown, and no hash takes longer than the limit.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { families } from '../../src/passwords/formats/format-families.ts'
import { checkedRecipe, createVerify, HashError, type Recipes, type Stored } from '../../src/passwords/formats/index.ts'
import { named_recipes } from '../../src/passwords/formats/named-recipes.ts'
import { charsets, digests } from '../../src/passwords/formats/types.ts'
import { native_primitives } from '../../src/passwords/native-primitives.ts'
import { vectors } from '../passwords/vectors.ts'

const seed = Number(process.env['WHERRY_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const duration_ms = Number(process.env['WHERRY_TEST_FUZZ_S'] ?? 600) * 1000
// The limit of 2 s, and what the machine's other work adds to the CPU time that is counted.
const longest_hash_ms = 2500
// No further recipe or spelling is begun after 2 s.
const longest_verification_ms = 4500

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

let attempt_began = 0
let longest_attempt = 0
const endAttempt = (): void => {
  if (attempt_began > 0) longest_attempt = Math.max(longest_attempt, cpuMs() - attempt_began)
}
const verify = createVerify(native_primitives, () => {
  endAttempt()
  attempt_began = cpuMs()
})
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

const digest = fc.constantFrom(...digests)
const encoding = fc.constantFrom('hex', 'base64', 'utf8', 'latin1')

/** A text that may be a hash: the bytes of a digest, printed, or anything. */
const printedBytes = fc.oneof(
  {
    arbitrary: fc.uint8Array({ minLength: 8, maxLength: 72 }).map((bytes) => Buffer.from(bytes).toString('hex')),
    weight: 3,
  },
  {
    arbitrary: fc
      .constantFrom(16, 20, 32, 64)
      .chain((length) =>
        fc
          .tuple(fc.uint8Array({ minLength: length, maxLength: length }), fc.constantFrom('hex', 'base64'))
          .map(([bytes, as]) => Buffer.from(bytes).toString(as)),
      ),
    weight: 5,
  },
  fc.constantFrom(...texts),
  fc.string({ unit: 'binary', maxLength: 100 }),
)

/** Auth0's `custom_password_hash`, with members that fit its algorithm or not. */
const custom = fc.record(
  {
    algorithm: fc.constantFrom(
      'argon2',
      'bcrypt',
      'hmac',
      'ldap',
      'md4',
      'md5',
      'sha1',
      'sha256',
      'sha512',
      'pbkdf2',
      'scrypt',
      'sha3',
    ),
    hash: fc.record(
      {
        value: printedBytes,
        encoding,
        digest,
        key: fc.record({ value: fc.string(), encoding }, { requiredKeys: ['value'] }),
      },
      { requiredKeys: ['value'] },
    ),
    salt: fc.record(
      { value: fc.string({ maxLength: 2000 }), encoding, position: fc.constantFrom('prefix', 'suffix', 'middle') },
      { requiredKeys: ['value'] },
    ),
    password: fc.record({ encoding: fc.constantFrom('ascii', 'utf8', 'utf16le', 'ucs2', 'latin1', 'binary', 'utf7') }),
    keylen: fc.oneof(fc.constantFrom(16, 32, 64), fc.nat(600)),
    cost: fc.oneof(
      fc.nat(24).map((log2) => 2 ** log2),
      fc.nat(),
    ),
    blockSize: fc.nat(64),
    parallelization: fc.nat(20),
  },
  { requiredKeys: ['algorithm', 'hash'] },
)

const stored = fc.oneof(
  { arbitrary: other_numbers, weight: 4 },
  { arbitrary: other_pieces, weight: 4 },
  { arbitrary: custom, weight: 4 },
  pieces_of_two,
  long,
  fc.string({ unit: 'binary', maxLength: 5000 }),
  fc.record({ hash: printedBytes, salt: fc.string({ maxLength: 1100 }), username: fc.string({ maxLength: 1100 }) }),
  fc.record({ hash: fc.constantFrom(...texts), salt: fc.string(), username: fc.string() }),
  fc.uint8Array({ maxLength: 100 }),
  fc.record({ algorithm: fc.constantFrom('md5', 'scrypt', 'hmac'), hash: fc.object(), cost: fc.nat() }),
  fc.record({ secretData: fc.object(), credentialData: fc.object() }),
) as fc.Arbitrary<Stored>

const { part } = fc.letrec<{ part: unknown }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('password', 'salt', 'pepper', 'previous', 'username', 'username_lower'),
    fc.record({ text: fc.string({ maxLength: 20 }) }),
    fc.record({ fill: tie('part'), bytes: fc.nat(1100) }),
    fc.record(
      {
        digest,
        of: fc.array(tie('part'), { minLength: 1, maxLength: 3 }),
        key: fc.array(tie('part'), { minLength: 1, maxLength: 2 }),
        as: fc.constantFrom('hex', 'HEX', 'base64', 'raw'),
      },
      { requiredKeys: ['digest', 'of'] },
    ),
  ),
}))
const parts = fc.array(part, { minLength: 1, maxLength: 4 }).map((list) => ['password', ...list])
const habits = {
  trim: fc.boolean(),
  lower_case: fc.boolean(),
  max_bytes: fc.integer({ min: 1, max: 1024 }),
  charset: fc.constantFrom(...charsets),
}
const common = {
  ...habits,
  of: parts,
  pepper: fc.string({ maxLength: 1024 }),
  salt_encoding: fc.constantFrom('utf8', 'hex', 'base64'),
  layout: fc.constantFrom('hash:salt', 'salt:hash', 'salt$hash'),
}
const one_recipe = fc.oneof(
  fc.record(
    {
      ...common,
      digest,
      key: parts,
      next: parts,
      rounds: fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.nat(600_000)),
      as: fc.constantFrom('hex', 'HEX', 'base64', 'raw'),
    },
    { requiredKeys: ['digest'] },
  ),
  fc.record(
    { ...common, pbkdf2: digest, rounds: fc.oneof(fc.nat(10_000), fc.nat(3_000_000)) },
    { requiredKeys: ['pbkdf2', 'rounds'] },
  ),
  fc.record(
    {
      ...common,
      scrypt: fc.record({
        cost: fc.nat(20).map((log2) => 2 ** log2),
        block_size: fc.integer({ min: 1, max: 32 }),
        parallelization: fc.integer({ min: 1, max: 8 }),
      }),
    },
    { requiredKeys: ['scrypt'] },
  ),
  fc.record(
    { ...common, format: fc.constantFrom(...Object.keys(named_recipes), ...families.map(({ name }) => name)) },
    { requiredKeys: ['format'] },
  ),
  fc.object(),
)
const recipe = fc.oneof(
  fc.constant(undefined),
  { arbitrary: one_recipe, weight: 4 },
  fc.array(one_recipe, { maxLength: 3 }),
) as fc.Arbitrary<Recipes | undefined>

const password = fc.string({ unit: 'binary', maxLength: 200 })

test(`random hashes and recipes are refused or verified within the limits (seed ${seed})`, async (t) => {
  const until = performance.now() + duration_ms
  const counts = { verified: 0, false: 0, refused: 0 }
  let longest = { ms: 0, input: '' }
  for (let batch = 0; performance.now() < until; batch++) {
    const samples = fc.sample(fc.tuple(password, stored, recipe), { seed: seed + batch, numRuns: 100 })
    for (const [typed, hash, described] of samples) {
      attempt_began = 0
      const before = cpuMs()
      try {
        counts[(await verify(typed, hash, described)) ? 'verified' : 'false']++
      } catch (error) {
        const input = JSON.stringify([typed, hash, described])
        assert.ok(error instanceof HashError, `${input}: ${error instanceof Error ? error.stack : String(error)}`)
        counts.refused++
      }
      endAttempt()
      const took = cpuMs() - before
      if (took > longest.ms)
        longest = { ms: took, input: JSON.stringify([typed.length, hash, described]).slice(0, 300) }
      assert.ok(longest_attempt < longest_hash_ms, `one hash: ${Math.round(longest_attempt)} ms: ${longest.input}`)
      assert.ok(took < longest_verification_ms, `${Math.round(took)} ms: ${JSON.stringify([typed, hash, described])}`)
      if (performance.now() > until) break
    }
  }
  t.diagnostic(
    `${JSON.stringify(counts)}, longest hash ${Math.round(longest_attempt)} ms of CPU, longest verification ${Math.round(longest.ms)} ms: ${longest.input}`,
  )
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
