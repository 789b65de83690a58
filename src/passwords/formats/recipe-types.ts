import type { Charset, DigestName } from './types.ts'

/** How the bytes of a digest become text: in hexadecimal digits, lower or upper case, in base64, or not at all. */
export type Printed = 'hex' | 'HEX' | 'base64' | 'raw'

/**
 * What is digested: a value by its name (`previous` is the result of the round before), a fixed text, bytes repeated up to a
 * length, or a digest of other parts, printed in hexadecimal digits unless `as` says otherwise.
 */
export type DigestInput =
  | 'password'
  | 'salt'
  | 'pepper'
  | 'username'
  | 'username_lower'
  | 'previous'
  | { text: string }
  | { fill: DigestInput; bytes: number }
  | { digest: DigestName; of: DigestInput[]; key?: DigestInput[]; as?: Printed }

/** What the legacy store did to a password before it hashed it. */
export type Normalization = {
  /** White space at both ends was removed. */
  trim?: boolean
  /** Letters were made lower case. */
  lower_case?: boolean
  /** `&`, `<`, `>` and `"` were replaced by their entities of HTML. */
  escape_html?: boolean
  /** The password was cut to so many bytes. */
  max_bytes?: number
  /** The bytes of its characters, tried after UTF-8. */
  charset?: Charset
}

/**
 * A description of a password hash. It names a `format`, or describes the computation by one of `digest`, `pbkdf2` and
 * `scrypt`. Without `of` the password itself is hashed, in `pbkdf2` and `scrypt` with the salt, in `digest` without.
 */
export type Recipe = Normalization & {
  /** A format or a named recipe of the table. */
  format?: string
  digest?: DigestName
  pbkdf2?: DigestName
  scrypt?: { cost: number; block_size: number; parallelization: number }
  of?: DigestInput[]
  /** `digest`: the key of an HMAC. */
  key?: DigestInput[]
  /** `digest`: how often it is digested; `pbkdf2`: its iterations. 1 by default. */
  rounds?: number
  /** `digest`: what goes into the second and later rounds; `["previous"]` by default. */
  next?: DigestInput[]
  /** `digest`: how `previous` is printed; `hex` by default. */
  as?: Printed
  /** A secret that is the same for all users. */
  pepper?: string
  /** How the stored hash is printed. Without it hexadecimal digits and base64 are recognised by the length. */
  encoding?: 'hex' | 'base64'
  /** How the stored salt is printed; `utf8` (as it is) by default. */
  salt_encoding?: 'utf8' | 'hex' | 'base64'
  /** Where a text contains hash and salt: `hash:salt` by default. */
  layout?: string
  /** Firebase: the parameters of the project, in base64 where they are bytes. */
  firebase?: { signer_key: string; salt_separator: string; rounds: number; mem_cost: number }
}

/** A stored hash: its text, or an object with the salt of another column. */
export type StoredObject = { hash: string; salt?: string; username?: string }
