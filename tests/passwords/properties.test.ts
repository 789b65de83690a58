/** Properties of the formats with generated texts. */
import { test } from 'node:test'
import fc from 'fast-check'
import { createVerify, HashError, type Stored } from '../../src/passwords/formats/index.ts'
import { native_primitives } from '../../src/passwords/native-primitives.ts'
import { vectors } from './vectors.ts'

const verify = createVerify(native_primitives)

const texts = vectors.map(({ stored }) => stored).filter((stored) => typeof stored === 'string')

/** A published text in which a piece was replaced by another text. */
const changed = fc
  .record({ text: fc.constantFrom(...texts), at: fc.nat(120), length: fc.nat(6), by: fc.string({ maxLength: 6 }) })
  .map(({ text, at, length, by }) => text.slice(0, at) + by + text.slice(at + length))

const custom = fc.record({
  algorithm: fc.constantFrom('md5', 'sha1', 'hmac', 'scrypt', 'pbkdf2', 'ldap', 'argon2', 'bcrypt'),
  hash: fc.record({ value: fc.string(), encoding: fc.constantFrom('hex', 'base64', 'utf8') }, { requiredKeys: [] }),
  salt: fc.option(fc.dictionary(fc.constantFrom('value', 'encoding', 'position'), fc.string()), { nil: undefined }),
})

async function answerOf(stored: Stored): Promise<boolean> {
  try {
    return await verify('correct horse battery staple', stored)
  } catch (error) {
    if (error instanceof HashError) return false
    throw error
  }
}

test('a text of any form is refused or does not match, and nothing else is thrown', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(changed, fc.string({ unit: 'binary' }), custom),
      async (stored) => !(await answerOf(stored)),
    ),
    { numRuns: 300 },
  )
})

test('a digest of any password and salt verifies with its recipe, and another password does not', async () => {
  const bytes = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
  const recipe = { digest: 'sha256', of: ['salt', 'password'] } as const
  await fc.assert(
    fc.asyncProperty(bytes, fc.string(), async (password, salt) => {
      const hash = Buffer.from(native_primitives.digest('sha256', Buffer.from(salt + password))).toString('hex')
      const stored = { hash, salt }
      const is_right = await verify(password, stored, { ...recipe, of: [...recipe.of] })
      return is_right && !(await verify(`${password}x`, stored, { ...recipe, of: [...recipe.of] }))
    }),
  )
})
