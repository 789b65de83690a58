import { digest_bytes, HashError, type DigestName } from './types.ts'

/** What a stored hash may cost. One at a limit takes at most 2 s of CPU with native primitives. */
export const limits = {
  /** PBKDF2: rounds of all blocks of the output together. */
  pbkdf2_rounds: 2_000_000,
  bcrypt_cost: 14,
  /** scrypt and argon2. */
  memory_bytes: 256 * 1024 * 1024,
  /** scrypt: memory times parallelization. */
  scrypt_work_bytes: 384 * 1024 * 1024,
  /** argon2: memory times passes. */
  argon2_work_bytes: 1024 * 1024 * 1024,
  /** Iterated digests of recipes. */
  digest_rounds: 524_288,
  /** phpass and Drupal, which digest the password in each round. */
  phpass_rounds: 262_144,
  /** Digests of recipes: the estimated time of all rounds, for a password of the longest length. */
  digest_work_us: 2_000_000,
  /** The length of a stored text, in characters. */
  text_length: 4096,
  /** The length of a user name that is digested, in characters. */
  username_length: 1024,
  /** The length of a salt, in bytes. */
  salt_bytes: 1024,
  /** The length of a PBKDF2 or scrypt output, in bytes. */
  output_bytes: 512,
  /** A longer password matches no hash. In bytes. */
  password_bytes: 1024,
} as const

const count = new Intl.NumberFormat('en')

function refuse(format: string, what: string, limit: number, unit: string): never {
  throw new HashError('too_costly', `${format}: ${what} is above the limit of ${count.format(limit)} ${unit}`, format)
}

function requireCount(format: string, name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return
  throw new HashError('malformed', `${format}: ${name} must be a whole number above 0`, format)
}

/** @throws HashError `malformed` unless `length` is 8 to 512 bytes */
function requireOutput(format: string, length: number): void {
  if (length >= 8 && length <= limits.output_bytes) return
  const message = `${format}: the hash has ${length} bytes, not 8 to ${limits.output_bytes}`
  throw new HashError('malformed', message, format)
}

/** @throws HashError `too_costly` or `malformed` */
export function requirePbkdf2(
  format: string,
  digest: DigestName,
  rounds: number,
  length: number,
  times: number = 1,
): void {
  requireCount(format, 'the number of rounds', rounds)
  requireOutput(format, length)
  if (digest === 'md4' || digest === 'whirlpool') {
    throw new HashError('malformed', `${format}: PBKDF2 with ${digest} is not supported`, format)
  }
  // A round of SHA-3 takes twice as long as one of sha512.
  const all = times * rounds * Math.ceil(length / digest_bytes[digest]) * (digest.startsWith('sha3') ? 2 : 1)
  if (all > limits.pbkdf2_rounds)
    refuse(format, `PBKDF2 with ${count.format(all)} rounds`, limits.pbkdf2_rounds, 'rounds')
}

/** @throws HashError `too_costly` or `malformed` */
export function requireRounds(format: string, rounds: number, maximum: number = limits.digest_rounds): void {
  requireCount(format, 'the number of rounds', rounds)
  if (rounds > maximum) refuse(format, `a hash of ${count.format(rounds)} rounds`, maximum, 'rounds')
}

/** @throws HashError `too_costly` */
export function requireDigestWork(format: string, work_us: number): void {
  if (work_us > limits.digest_work_us) {
    const ms = count.format(Math.round(work_us / 1000))
    refuse(format, `a hash whose rounds together take ${ms} ms`, limits.digest_work_us / 1000, 'ms')
  }
}

/** @throws HashError `too_costly` or `malformed` */
export function requireBcrypt(format: string, cost: number): void {
  if (cost < 4) throw new HashError('malformed', `${format}: the cost must be 4 or more`, format)
  if (cost > limits.bcrypt_cost) {
    const unit = '(cost): each step doubles the time, and this one takes more than a second'
    refuse(format, `bcrypt with cost ${cost}`, limits.bcrypt_cost, unit)
  }
}

/** @throws HashError `too_costly` or `malformed` */
export function requireScrypt(
  format: string,
  cost: number,
  block_size: number,
  parallelization: number,
  length: number,
): void {
  requireCount(format, 'the block size', block_size)
  requireCount(format, 'the parallelization', parallelization)
  requireOutput(format, length)
  if (!Number.isSafeInteger(cost) || cost < 2 || !Number.isInteger(Math.log2(cost))) {
    throw new HashError('malformed', `${format}: the cost must be a power of 2`, format)
  }
  if (cost >= 2 ** (16 * block_size)) {
    throw new HashError('malformed', `${format}: the cost must be below 2 ^ (16 × block size) (RFC 7914)`, format)
  }
  const memory = 128 * cost * block_size
  if (memory > limits.memory_bytes)
    refuse(format, `scrypt with ${count.format(memory)} bytes`, limits.memory_bytes, 'bytes')
  const work = memory * parallelization
  if (work > limits.scrypt_work_bytes) {
    refuse(
      format,
      `scrypt with memory times parallelization of ${count.format(work)}`,
      limits.scrypt_work_bytes,
      'bytes',
    )
  }
}

/** @throws HashError `too_costly` where all steps of a hash together are above the limit */
export function requireArgon2Work(format: string, work: number): void {
  if (work > limits.argon2_work_bytes) {
    refuse(format, `argon2 with memory times passes of ${count.format(work)}`, limits.argon2_work_bytes, 'bytes')
  }
}

/** @throws HashError `too_costly` or `malformed` */
export function requireArgon2(
  format: string,
  hash: { memory_kib: number; passes: number; parallelism: number; salt: Uint8Array; length: number },
): void {
  requireCount(format, 'the number of passes', hash.passes)
  requireCount(format, 'the parallelism', hash.parallelism)
  requireOutput(format, hash.length)
  const memory = hash.memory_kib * 1024
  if (memory > limits.memory_bytes)
    refuse(format, `argon2 with ${count.format(memory)} bytes`, limits.memory_bytes, 'bytes')
  requireArgon2Work(format, memory * hash.passes)
  const is_valid = hash.parallelism <= 64 && hash.memory_kib >= 8 * hash.parallelism && hash.salt.length >= 8
  if (!is_valid) throw new HashError('malformed', `${format}: the parameters are not valid (RFC 9106)`, format)
}
