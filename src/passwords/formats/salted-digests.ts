import type { Buffer } from 'node:buffer'
import { anyOf, digestHash, type DigestRecipe } from './digest-recipe.ts'
import { fromBase64, fromHex, requireBytes, utf8 } from './encodings.ts'
import { requireDigest } from './pbkdf2.ts'
import type { DigestInput } from './recipe-types.ts'
import type { DigestName, Format, StoredHash } from './types.ts'

type Row = {
  name: string
  /** Named groups: `hash`, and where the text has them `digest`, `salt` and `rounds`. */
  form: RegExp
  /** Where the text names none. */
  digest?: DigestName
  salt?: (text: string) => Buffer | undefined
  hash?: (text: string) => Buffer | undefined
  charset?: 'utf-16le'
  /** One computation, or several that the form may stand for. */
  recipes: Omit<DigestRecipe, 'digest'>[]
}

const md5_password: DigestInput = { digest: 'md5', of: ['password'] }
const sha256_password: DigestInput = { digest: 'sha256', of: ['password'] }
const after: DigestInput[] = ['password', 'salt']
const before: DigestInput[] = ['salt', 'password']

// A new form is an entry.
const rows: Row[] = [
  {
    // Django's first formats digest salt and password, Werkzeug's (Flask) take the salt as the key of an HMAC.
    name: 'django-or-werkzeug-digest',
    form: /^(?<digest>md5|sha1|sha224|sha256|sha512)\$(?<salt>[^$]*)\$(?<hash>[0-9a-f]+)$/,
    recipes: [{ of: before }, { of: ['password'], key: ['salt'] }],
  },
  {
    // The module password-hash of npm.
    name: 'password-hash',
    form: /^(?<digest>md5|sha1|sha256|sha512)\$(?<salt>[^$]+)\$(?<rounds>\d{1,7})\$(?<hash>[0-9a-f]+)$/,
    recipes: [{ of: ['password'], key: ['salt'] }],
  },
  {
    name: 'joomla-sha256',
    form: /^\{SHA256\}(?<hash>[0-9a-f]{64}):(?<salt>.*)$/,
    digest: 'sha256',
    recipes: [{ of: after }],
  },
  { name: 'mediawiki-a', form: /^:A:(?<hash>[0-9a-f]{32})$/, digest: 'md5', recipes: [{}] },
  {
    name: 'mediawiki-b',
    form: /^(?:\$B\$|:B:)(?<salt>[^:$]*)[:$](?<hash>[0-9a-f]{32})$/,
    digest: 'md5',
    recipes: [{ of: ['salt', { text: '-' }, md5_password] }],
  },
  {
    name: 'bugzilla',
    form: /^(?<salt>[^,]{1,64}),(?<hash>[A-Za-z0-9+/]{43})\{SHA-256\}$/,
    digest: 'sha256',
    hash: fromBase64,
    recipes: [{ of: after }],
  },
  {
    name: 'phps',
    form: /^\$PHPS\$(?<salt>[0-9a-f]+)\$(?<hash>[0-9a-f]{32})$/,
    digest: 'md5',
    salt: fromHex,
    recipes: [{ of: [md5_password, 'salt'] }],
  },
  {
    name: 'authme',
    form: /^\$SHA\$(?<salt>[^$]+)\$(?<hash>[0-9a-f]{64})$/,
    digest: 'sha256',
    recipes: [{ of: [sha256_password, 'salt'] }],
  },
  {
    name: 'hmailserver',
    form: /^(?<salt>[0-9a-f]{6})(?<hash>[0-9a-f]{64})$/,
    digest: 'sha256',
    recipes: [{ of: before }],
  },
  {
    // Dovecot
    name: 'plain-md5',
    form: /^\{(?:PLAIN|LDAP)-MD5\}(?<hash>[0-9a-f]{32})$/i,
    digest: 'md5',
    recipes: [{}],
  },
  { name: 'hex-digest', form: /^\{(?<digest>SHA\d{3})\.HEX\}(?<hash>[0-9a-f]+)$/i, recipes: [{}] },
  {
    // PASSWORD() of MySQL 4.1 and later.
    name: 'mysql',
    form: /^\*(?<hash>[0-9A-F]{40})$/i,
    digest: 'sha1',
    recipes: [{ of: [{ digest: 'sha1', of: ['password'], as: 'raw' }] }],
  },
  {
    // PWDENCRYPT() of SQL Server 2000 (then a hash of the upper case follows) to 2008.
    name: 'mssql',
    form: /^(?:0x)?0100(?<salt>[0-9a-f]{8})(?<hash>[0-9a-f]{40})(?:[0-9a-f]{40})?$/i,
    digest: 'sha1',
    salt: fromHex,
    charset: 'utf-16le',
    recipes: [{ of: after }],
  },
  {
    // PWDENCRYPT() of SQL Server 2012 and later.
    name: 'mssql',
    form: /^(?:0x)?0200(?<salt>[0-9a-f]{8})(?<hash>[0-9a-f]{128})$/i,
    digest: 'sha512',
    salt: fromHex,
    charset: 'utf-16le',
    recipes: [{ of: after }],
  },
  {
    // Umbraco 8: the salt in base64, then the hash.
    name: 'umbraco-8',
    form: /^(?<salt>[A-Za-z0-9+/]{22}==)(?<hash>[A-Za-z0-9+/]{43}=)$/,
    digest: 'sha256',
    salt: fromBase64,
    hash: fromBase64,
    charset: 'utf-16le',
    recipes: [{ key: [{ fill: 'salt', bytes: 64 }] }],
  },
  {
    // Apache Jackrabbit: Adobe Experience Manager.
    name: 'jackrabbit',
    form: /^\{(?<digest>SHA-1|SHA-256|SHA-512)\}(?<salt>[0-9a-f]{16})(?:-(?<rounds>\d{1,7}))?-(?<hash>[0-9a-f]{40,128})$/,
    recipes: [{ of: before, as: 'raw' }],
  },
  {
    name: 'shiro',
    form: /^\$shiro1\$(?<digest>MD5|SHA-\d{1,3})\$(?<rounds>\d{1,7})\$(?<salt>[A-Za-z0-9+/=]*)\$(?<hash>[A-Za-z0-9+/=]+)$/,
    salt: fromBase64,
    hash: fromBase64,
    recipes: [{ of: before, as: 'raw' }],
  },
  {
    // Spring's MessageDigestPasswordEncoder: {MD5}{salt}hash.
    name: 'spring-digest',
    form: /^\{(?<digest>MD4|MD5|SHA-1|SHA-256|SHA-512)\}(?:(?<salt>\{[^{}]*\}))?(?<hash>[0-9a-f]{32,128})$/i,
    recipes: [{ of: after }],
  },
  {
    name: 'episerver',
    form: /^\$episerver\$\*0\*(?<salt>[^*]+)\*(?<hash>[^*]+)$/,
    digest: 'sha1',
    salt: fromBase64,
    hash: fromBase64,
    charset: 'utf-16le',
    recipes: [{ of: before }],
  },
  {
    name: 'episerver',
    form: /^\$episerver\$\*1\*(?<salt>[^*]+)\*(?<hash>[^*]+)$/,
    digest: 'sha256',
    salt: fromBase64,
    hash: fromBase64,
    charset: 'utf-16le',
    recipes: [{ of: before }],
  },
  {
    // Ory: base64 of the hexadecimal digits, and of the key.
    name: 'ory-hmac',
    form: /^\$hmac-(?<digest>md5|sha\d+)\$(?<hash>[^$]+)\$(?<salt>[^$]+)$/,
    salt: fromBase64,
    hash: (text) => fromHex(fromBase64(text)?.toString() ?? '?'),
    recipes: [{ key: ['salt'] }],
  },
]

/** Digests with a salt whose text names the form. */
export const saltedDigests: Format = {
  name: 'salted-digest',
  read(text) {
    for (const row of rows) {
      const groups = row.form.exec(text)?.groups
      if (groups) return readRow(row, groups)
    }
    return undefined
  },
}

function readRow(row: Row, groups: Record<string, string | undefined>): StoredHash {
  const { name } = row
  const digest = row.digest ?? requireDigest(name, groups['digest'] ?? '')
  const salt = requireBytes(name, 'the salt', (row.salt ?? utf8)(groups['salt'] ?? ''))
  const expected = requireBytes(name, 'the hash', (row.hash ?? fromHex)(groups['hash'] ?? ''))
  const rounds = Number(groups['rounds'] ?? 1)
  const values = { salt, pepper: new Uint8Array(), username: '' }
  const hash = anyOf(
    name,
    row.recipes.map((recipe) => digestHash(name, { ...recipe, digest, rounds }, values, expected)),
  )
  return row.charset ? { ...hash, charset: row.charset } : hash
}
