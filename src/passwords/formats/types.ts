/** Digests by the names of node:crypto. */
export const digests = [
  'md4',
  'md5',
  'ripemd160',
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha512',
  'sha3-256',
  'sha3-512',
  'whirlpool',
] as const
/** The name of a digest. */
export type DigestName = (typeof digests)[number]

/** The length of each digest in bytes. */
export const digest_bytes: Record<DigestName, number> = {
  md4: 16,
  md5: 16,
  ripemd160: 20,
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
  'sha3-256': 32,
  'sha3-512': 64,
  whirlpool: 64,
}

/** Charsets with one byte per character, by their names in the Encoding Standard. */
export const byte_charsets = [
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1253',
  'windows-1254',
  'iso-8859-2',
  'iso-8859-5',
  'iso-8859-7',
  'iso-8859-15',
  'koi8-r',
] as const

/** Charsets of passwords in legacy stores; `low-byte` keeps the lowest byte of each UTF-16 unit. */
export const charsets = ['utf-8', 'latin1', 'utf-16le', 'low-byte', ...byte_charsets] as const
/** The name of a charset. */
export type Charset = (typeof charsets)[number]

/** The variant of argon2. */
export type Argon2Type = 'argon2d' | 'argon2i' | 'argon2id'

type Bytes = Uint8Array
type Result = Bytes | Promise<Bytes>

/** The parameters of an argon2 hash (RFC 9106). */
export type Argon2Input = {
  type: Argon2Type
  version: number
  password: Bytes
  salt: Bytes
  memory_kib: number
  passes: number
  parallelism: number
  length: number
}

/**
 * The primitives that the formats are built from: native ones in the server, WebAssembly in the sandbox. They are given
 * parameters within the limits of limits.ts only.
 */
export type Primitives = {
  /** Loads digests that need it (md4, whirlpool); await it before `digest` and `hmac` are called with them. */
  load(names: readonly DigestName[]): Promise<void>
  digest(name: DigestName, data: Bytes): Bytes
  hmac(name: DigestName, key: Bytes, data: Bytes): Bytes
  pbkdf2(name: DigestName, password: Bytes, salt: Bytes, rounds: number, length: number): Result
  scrypt(input: {
    password: Bytes
    salt: Bytes
    cost: number
    block_size: number
    parallelization: number
    length: number
  }): Result
  /** The 23 bytes of a bcrypt hash. `password` has 1 to 72 bytes, `salt` 16. */
  bcrypt(password: Bytes, salt: Bytes, cost: number): Result
  argon2(input: Argon2Input): Result
  /** The 11 characters of a hash of crypt(3) with DES, which follow the two of the salt. */
  desCrypt(password: Bytes, salt: string): string
  /** AES-256 in counter mode with a counter that starts at 0. */
  aes256Ctr(key: Bytes, data: Bytes): Bytes
}

/** A stored hash that was read: `matches` computes it for a password. Its cost is within the limits. */
export type StoredHash = {
  /** The name of the format, as the documentation lists it. */
  format: string
  /** The charset in which the password is always digested; UTF-8 where undefined. */
  charset?: Charset
  matches(password: Bytes, primitives: Primitives): boolean | Promise<boolean>
}

/** Reads the text that remains after a prefix. @throws HashError where it has no known form */
export type ReadInner = (text: string) => StoredHash

/** A family of formats whose texts can be recognised. */
export type Format = {
  name: string
  /** Whether a text of this form can be something else, too; then only a recipe or a prefix selects the format. */
  is_ambiguous?: true
  /** The hash, or undefined where the text has not this form. @throws HashError `malformed` or `too_costly` */
  read(text: string, readInner: ReadInner): StoredHash | undefined
}

/** Why a stored hash or a recipe cannot be used. */
export type HashErrorCode = 'unknown_format' | 'ambiguous' | 'malformed' | 'too_costly' | 'bad_recipe'

/** A stored hash or a recipe that cannot be used. The message never contains the hash. */
export class HashError extends Error {
  override readonly name = 'HashError'
  readonly code: HashErrorCode
  /** The format, where it was recognised. */
  readonly format: string | undefined

  constructor(code: HashErrorCode, message: string, format?: string) {
    super(message)
    this.code = code
    this.format = format
  }
}
