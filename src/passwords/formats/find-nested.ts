import { digested, type Values } from './digest-chain.ts'
import { equalBytes } from './encodings.ts'
import type { DigestInput, Printed, Recipe } from './recipe-types.ts'
import type { DigestName, Primitives } from './types.ts'

type Parts = Pick<Recipe, 'of' | 'key'>

const inner_digests: DigestName[] = ['md5', 'sha1', 'sha256', 'sha512']

const digestOf = (digest: DigestName, of: DigestInput[], as: Printed): DigestInput =>
  as === 'hex' ? { digest, of } : { digest, of, as }

/** Each place of the salt and the pepper beside what stands for the password. */
function placed(password: DigestInput): DigestInput[][] {
  return [
    [password],
    [password, 'salt'],
    ['salt', password],
    ['salt', password, 'salt'],
    [password, 'pepper'],
    ['pepper', password],
    ['salt', password, 'pepper'],
    ['pepper', password, 'salt'],
  ]
}

/** Digests of digests, with the salt and the pepper in each place. */
function nested(digest: DigestName, as: Printed): DigestInput[][] {
  const of_password = digestOf(digest, ['password'], as)
  const of_digest = digestOf(digest, [digestOf(digest, ['password'], as)], as)
  const of_salt = digestOf(digest, ['salt'], as)
  const salted = [
    ['salt', 'password'],
    ['password', 'salt'],
    ['salt', 'password', 'salt'],
    ['pepper', 'password'],
    ['password', 'pepper'],
  ] satisfies DigestInput[][]
  return [
    ...placed(of_password),
    ...placed(of_digest),
    ...salted.flatMap((of) => placed(digestOf(digest, of, as))),
    ...inner_digests.flatMap((other) => placed(digestOf(digest, [digestOf(other, ['password'], as)], as))),
    [of_salt, of_password],
    [of_password, of_salt],
    [of_salt, of_digest],
    [of_salt, 'password'],
    ...inner_digests.map((other): DigestInput[] => [digestOf(other, ['salt'], as), of_password]),
  ]
}

const hmacs: Parts[] = [
  { of: ['password'], key: ['salt'] },
  { of: ['salt'], key: ['password'] },
  { of: ['password'], key: ['pepper'] },
  { of: ['salt', 'password'], key: ['pepper'] },
  { of: ['password', 'salt'], key: ['pepper'] },
  { of: ['password'], key: ['password'] },
]

// hex first: it is the usual form.
const all: Parts[] = [
  ...hmacs,
  ...(['hex', 'raw', 'HEX', 'base64'] as const).flatMap((as) =>
    inner_digests.flatMap((digest) => nested(digest, as).map((of): Parts => ({ of }))),
  ),
]

const mentions = (parts: readonly DigestInput[], name: DigestInput): boolean =>
  parts.some((part) => part === name || (typeof part === 'object' && 'of' in part && mentions(part.of, name)))

/** A hash whose recipe is sought, with the values that it may have been computed from. */
export type Sought = { digest: DigestName; values: Values; expected: Uint8Array; primitives: Primitives }

/** Finds a digest of one of the lists of parts, an HMAC, or a digest of digests, that is the expected hash. */
export function findWithoutRounds(
  { digest, values, expected, primitives }: Sought,
  orders: readonly DigestInput[][],
): Parts | undefined {
  return [...orders.map((of): Parts => ({ of })), ...all].find(({ of = [], key }) => {
    const parts = [...of, ...(key ?? [])]
    if (values.salt.length === 0 && mentions(parts, 'salt')) return false
    if (values.pepper.length === 0 && mentions(parts, 'pepper')) return false
    return equalBytes(digested({ digest, of, ...(key && { key }) }, values, primitives), expected)
  })
}
