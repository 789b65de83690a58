// Runs in a process of its own: it replaces a function before the first import of the code that calls it.
// What a login of an unknown user computes is counted, not timed: other processes of the machine disturb times, and not counts.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import type * as Argon2 from '@node-rs/argon2'
import { argon2_options } from '../../src/passwords/argon2-options.ts'
import type { PasswordHash } from '../../src/passwords/passwords.ts'

const argon2 = createRequire(import.meta.url)('@node-rs/argon2') as {
  -readonly [Name in keyof typeof Argon2]: (typeof Argon2)[Name]
}
const { hash, verify } = argon2
let verified: { stored: string; answer: boolean }[] = []
// Before the import of the code that is tested, whose named import is this function.
argon2.verify = async (stored, ...given) => {
  const answer = await verify(stored, ...given)
  verified.push({ stored: String(stored), answer })
  return answer
}
const { createPasswords } = await import('../../src/passwords/passwords.ts')
const passwords = createPasswords()

/** Parameters and lengths of an argon2 hash, on which the work of a verification depends. */
const shapeOf = (stored: string): string => stored.replace(/[A-Za-z0-9+/]{22,}/g, ({ length }) => `<${length}>`)

async function workOf(verification: () => Promise<boolean>): Promise<string[]> {
  verified = []
  assert.equal(await verification(), false)
  assert.ok(verified.every(({ answer }) => !answer))
  return verified.map(({ stored }) => shapeOf(stored))
}

const guesses = [
  ['typed in form C', 'gu\u00e9ss', 1],
  ['typed with combining letters', 'gue\u0301ss', 2],
] as const
for (const [kind_of_text, guess, hashes] of guesses) {
  test(`verifying against the dummy hash computes the hashes of a verification: ${kind_of_text} [guard: dummy-hash-costs-the-same]`, async () => {
    const stored: PasswordHash[] = [
      await passwords.hash('a password', 't'),
      await passwords.hash('a password', 't', { trim: true }),
      { format: 'argon2id', hash: await hash('a password', argon2_options) },
    ]
    const dummy = await workOf(() => passwords.verifyDummy(guess, 't'))
    const expected = '$argon2id$v=19$m=19456,t=2,p=1$<22>$<43>'
    assert.deepEqual(
      dummy,
      Array.from({ length: hashes }, () => expected),
    )
    for (const each of stored)
      assert.deepEqual(await workOf(() => passwords.verify(each, guess, 't')), dummy, each.format)
  })
}
