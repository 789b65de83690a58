import type { DigestInput, Recipe } from './recipe-types.ts'
import type { DigestName } from './types.ts'

const md5_password: DigestInput = { digest: 'md5', of: ['password'] }
const sha1_password: DigestInput = { digest: 'sha1', of: ['password'] }
const salted_sha1: DigestInput = { digest: 'sha1', of: ['salt', sha1_password] }

const symfony_password: DigestInput[] = ['password', { text: '{' }, 'salt', { text: '}' }]
const flask_security_password: DigestInput[] = [{ digest: 'sha512', of: ['password'], key: ['pepper'], as: 'base64' }]

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
  // One round, no site key: acts_as_authenticated, and the first versions of clearance.
  'acts-as-authenticated': {
    digest: 'sha1',
    of: [{ text: '--' }, 'salt', { text: '--' }, 'password', { text: '--' }],
  },
  'authlogic-sha512': { digest: 'sha512', of: ['password', 'salt'], rounds: 20 },
  symfony: {
    digest: 'sha512',
    of: symfony_password,
    next: ['previous', ...symfony_password],
    rounds: 5000,
    as: 'raw',
    encoding: 'base64',
  },
  'symfony-pbkdf2': { pbkdf2: 'sha512', rounds: 1000, encoding: 'base64' },
  cakephp: { digest: 'sha1', of: ['pepper', 'password'] },
  moodle: { digest: 'md5', of: ['password', 'pepper'] },
  'smf-1.0': { digest: 'md5', of: ['password'], key: ['username_lower'] },
  'passport-local-mongoose': { pbkdf2: 'sha256', rounds: 25_000, encoding: 'hex' },
  'passport-local-mongoose-sha1': { pbkdf2: 'sha1', rounds: 25_000, encoding: 'hex' },
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
  'flask-security-bcrypt': { format: 'bcrypt', of: flask_security_password },
  'flask-security-pbkdf2': { format: 'pbkdf2', of: flask_security_password },
  'flask-security-argon2': { format: 'argon2', of: flask_security_password },
  sugarcrm: { format: 'md5-crypt', of: [md5_password] },
  'argon2-md5': { format: 'argon2', of: [md5_password] },
  'smf-2.1': { format: 'bcrypt', of: ['username_lower', 'password'] },
  'bcrypt-md5': { format: 'bcrypt', of: [md5_password] },
  'bcrypt-sha1': { format: 'bcrypt', of: [sha1_password] },
  'bcrypt-sha256': { format: 'bcrypt', of: [{ digest: 'sha256', of: ['password'] }] },
  'bcrypt-sha512': { format: 'bcrypt', of: [{ digest: 'sha512', of: ['password'] }] },
}
