import type { DigestInput, Recipe } from './recipe-types.ts'
import type { DigestName } from './types.ts'

const md5_password: DigestInput = { digest: 'md5', of: ['password'] }
const sha1_password: DigestInput = { digest: 'sha1', of: ['password'] }
const salted_sha1: DigestInput = { digest: 'sha1', of: ['salt', sha1_password] }

const plain_digests: DigestName[] = [
  'md4',
  'md5',
  'ripemd160',
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha512',
  'whirlpool',
]

/**
 * ASP.NET Membership: the digest of salt and password, or an HMAC whose key is the salt, repeated up to the length of the keys that .NET
 * makes for it.
 */
function membershipRecipes(): Record<string, Recipe> {
  const encodings = { charset: 'utf-16le', salt_encoding: 'base64' } as const
  const digests = { md5: 64, sha1: 64, sha256: 64, sha384: 128, sha512: 128 }
  return Object.fromEntries(
    Object.entries(digests).flatMap(([name, bytes]): [string, Recipe][] => {
      const digest = name as keyof typeof digests
      return [
        [`membership-${name}`, { digest, of: ['salt', 'password'], ...encodings }],
        [`membership-hmac-${name}`, { digest, key: [{ fill: 'salt', bytes }], ...encodings }],
      ]
    }),
  )
}

/**
 * Formats whose texts look like others: a recipe names them, or `detect` finds them with one known password. The salt is what
 * follows the first colon, or that of another column. A new format is a line.
 */
export const named_recipes: Record<string, Recipe> = {
  ...Object.fromEntries(plain_digests.map((digest) => [digest, { digest }])),
  ...Object.fromEntries(
    plain_digests.map((digest) => [`${digest}-salt-password`, { digest, of: ['salt', 'password'] }]),
  ),
  ...Object.fromEntries(
    plain_digests.map((digest) => [`${digest}-password-salt`, { digest, of: ['password', 'salt'] }]),
  ),
  ntlm: { digest: 'md4', charset: 'utf-16le' },
  vbulletin: { digest: 'md5', of: [md5_password, 'salt'] },
  mybb: { digest: 'md5', of: [{ digest: 'md5', of: ['salt'] }, md5_password] },
  smf: { digest: 'sha1', of: ['username_lower', 'password'] },
  'woltlab-3': { digest: 'sha1', of: ['salt', salted_sha1] },
  'xenforo-sha256': { digest: 'sha256', of: [{ digest: 'sha256', of: ['password'] }, 'salt'] },
  'xenforo-sha1': { digest: 'sha1', of: [sha1_password, 'salt'] },
  punbb: { digest: 'sha1', of: ['salt', sha1_password] },
  opencart: { digest: 'sha1', of: ['salt', salted_sha1] },
  prestashop: { digest: 'md5', of: ['pepper', 'password'] },
  'restful-authentication': {
    digest: 'sha1',
    of: ['pepper', { text: '--' }, 'salt', { text: '--' }, 'password', { text: '--' }, 'pepper'],
    next: ['previous', { text: '--' }, 'salt', { text: '--' }, 'password', { text: '--' }, 'pepper'],
    rounds: 10,
  },
  discourse: { pbkdf2: 'sha256', rounds: 64_000 },
  ...membershipRecipes(),
  // Auth0's template for Universal Providers takes the salt four times, whatever its length.
  'auth0-universal-providers': {
    digest: 'sha256',
    key: ['salt', 'salt', 'salt', 'salt'],
    charset: 'utf-16le',
    salt_encoding: 'base64',
  },
  umbraco: { digest: 'sha1', key: ['password'], charset: 'utf-16le' },
  'better-auth': { scrypt: { cost: 16_384, block_size: 16, parallelization: 1 }, layout: 'salt:hash', encoding: 'hex' },
  devise: { format: 'bcrypt', of: ['password', 'pepper'] },
  'smf-2.1': { format: 'bcrypt', of: ['username_lower', 'password'] },
  'bcrypt-md5': { format: 'bcrypt', of: [md5_password] },
  'bcrypt-sha1': { format: 'bcrypt', of: [sha1_password] },
  'bcrypt-sha256': { format: 'bcrypt', of: [{ digest: 'sha256', of: ['password'] }] },
  'bcrypt-sha512': { format: 'bcrypt', of: [{ digest: 'sha512', of: ['password'] }] },
}
