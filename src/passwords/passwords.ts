/**
 * Passwords: hashing and verifying, gated so that hashing never starves the rest of the process. It knows
 * no users and keeps nothing.
 */
import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import PQueue from 'p-queue'
import { Refusal } from '../contract/refusal.ts'

/** The longest password taken, in bytes of UTF-8. */
export const password_max_bytes = 1024

/** Hashes and verifies passwords, at most as many at once as the machine has cores. */
export type Passwords = {
  /** A PHC string of argon2id (RFC 9106). Bytes are hashed as typed: nothing is normalised or cut. */
  hash(password: string): Promise<string>
  /** Whether the password belongs to the PHC string. */
  verify(phc: string, password: string): Promise<boolean>
  /** Does the work of one verification and answers false: what an unknown user costs. */
  verifyNobody(password: string): Promise<false>
}

// OWASP's first choice for argon2id (algorithm 2): 19 MiB, two passes, one lane.
const options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/**
 * How many hashes may be computed at once: one per core, but one thread of Node's pool (four, or UV_THREADPOOL_SIZE) stays
 * free for files and names, which wait for the same threads.
 */
export function hashesAtOnce(cores: number = availableParallelism()): number {
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4)
  return Math.max(1, Math.min(cores, (threads > 0 ? threads : 4) - 1))
}

/**
 * Makes the gate. Work beyond `waiting` queued calls is refused at once.
 *
 * @param limits `at_once`: hashes computed at the same time; `waiting`: calls that may wait for them
 */
export async function createPasswords(
  limits: { at_once: number; waiting: number } = { at_once: hashesAtOnce(), waiting: 500 },
): Promise<Passwords> {
  const queue = new PQueue({ concurrency: limits.at_once })
  const gated = async <T>(work: () => Promise<T>): Promise<T> => {
    if (queue.size >= limits.waiting) throw new Refusal('overloaded', { retry_after_s: 2 })
    return await queue.add(work)
  }
  const nobody = await hash('nobody has this password', options)
  return {
    hash: (password) => gated(() => hash(password, options)),
    verify: (phc, password) => gated(() => verify(phc, password)),
    async verifyNobody(password) {
      await gated(() => verify(nobody, password))
      return false
    },
  }
}

/** @throws {Refusal} `password_too_long` over 1,024 bytes of UTF-8 */
export function checkPasswordLength(password: string): void {
  if (Buffer.byteLength(password) > password_max_bytes) throw new Refusal('password_too_long')
}
