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
  /**
   * Counts a hash that will be asked for in a moment, so that what goes before it is not done in vain. Call what it gives
   * when the hash is asked for, or will not be.
   *
   * @throws {Refusal} `overloaded` where its turn would come too late
   */
  expect(): () => void
}

// OWASP's first choice for argon2id (algorithm 2): 19 MiB, two passes, one lane.
const options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 }

// A hash as ours are, with a salt and a result of zeros: no password is known that gives it, and to try one costs the same.
const nobody = `$argon2id$v=19$m=${options.memoryCost},t=${options.timeCost},p=${options.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`

/**
 * How many hashes may be computed at once: one per core, but one thread of Node's pool (four, or UV_THREADPOOL_SIZE) stays
 * free for files and names, which wait for the same threads.
 */
export function hashesAtOnce(cores: number = availableParallelism()): number {
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4)
  return Math.max(1, Math.min(cores, (threads > 0 ? threads : 4) - 1))
}

/** Whoever would wait longer than this for a core is refused at once, whoever did is refused then: people give up all the same. */
export const longest_wait_ms = 3000

// How much of a new measurement goes into what a hash usually takes.
const weight = 0.1

/**
 * Makes the gate. Work beyond `waiting` queued calls is refused at once, and so is work whose turn would come later
 * than in `longest_wait_ms`, as long as hashes usually take here and now.
 *
 * @param limits `at_once`: hashes computed at the same time; `waiting`: calls that may wait for them
 */
export function createPasswords(
  limits: { at_once: number; waiting: number } = { at_once: hashesAtOnce(), waiting: 500 },
): Passwords {
  const queue = new PQueue({ concurrency: limits.at_once })
  let usual_ms = 20
  const timed = async <T>(work: () => Promise<T>): Promise<T> => {
    const started = performance.now()
    try {
      return await work()
    } finally {
      usual_ms += (performance.now() - started - usual_ms) * weight
    }
  }
  let expected = 0
  const requireRoom = (before: number): void => {
    const wait_ms = (before / limits.at_once) * usual_ms
    if (before < limits.waiting && wait_ms <= longest_wait_ms) return
    throw new Refusal('overloaded', { retry_after_s: Math.max(1, Math.round(wait_ms / 1000)) })
  }
  const gated = async <T>(work: () => Promise<T>): Promise<T> => {
    requireRoom(queue.size)
    const asked_at = performance.now()
    return await queue.add(() => {
      // What a hash usually takes may have grown since: then the line is longer than it looked.
      if (performance.now() - asked_at > longest_wait_ms) throw new Refusal('overloaded', { retry_after_s: 3 })
      return timed(work)
    })
  }
  return {
    hash: (password) => gated(() => hash(password, options)),
    verify: (phc, password) => gated(() => verify(phc, password)),
    async verifyNobody(password) {
      await gated(() => verify(nobody, password))
      return false
    },
    expect() {
      requireRoom(queue.size + expected)
      expected += 1
      let over = false
      return () => {
        if (!over) expected -= 1
        over = true
      }
    },
  }
}

/** @throws {Refusal} `password_too_long` over 1,024 bytes of UTF-8 */
export function checkPasswordLength(password: string): void {
  if (Buffer.byteLength(password) > password_max_bytes) throw new Refusal('password_too_long')
}
