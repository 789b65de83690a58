/**
 * Passwords: hashes and verifies them, as many at once as `hashesAtOnce` allows, so that threads stay free for other work. It knows
 * no users and stores nothing.
 */
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { hash, verify } from '@node-rs/argon2'
import { createFairQueue } from '../base/fair-queue.ts'
import { Refusal } from '../contract/refusal.ts'
import type { PasswordFormat } from '../store/user-tables.ts'
import { argon2_options, type Argon2Options } from './argon2-options.ts'
import { createForeignHashes, type ForeignHash } from './foreign-hashes.ts'
import type { Normalization } from './formats/index.ts'
import { HashDeadline } from './hash-threads.ts'
import { isBlankPassword, normalizePassword } from './normalize-password.ts'

/** The longest password accepted, in bytes of UTF-8. */
export const password_max_bytes = 1024

/** A password hash with its format. For argon2id the hash is a PHC string (RFC 9106), for a hash of another system its JSON, sealed in a credential. */
export type PasswordHash = {
  format: PasswordFormat
  hash: string
  /** What the legacy store did to the password before it hashed it. */
  normalization?: Normalization | undefined
}

/**
 * Hashes and verifies passwords, at most as many at once as the machine has cores. The tenants take turns, and the busiest one leaves a
 * place free while others log in.
 */
export type Passwords = {
  /**
   * Hashes a password in the format of new credentials: in Unicode's normalization form C, so that devices which compose letters and
   * devices which do not type the same password. Nothing else is changed, except as `normalization` says: white space stays.
   *
   * @throws {Refusal} `password_too_long`, `overloaded`
   */
  hash(password: string, tenant_id: string, normalization?: Normalization): Promise<PasswordHash>
  /**
   * Whether the password matches the hash. A hash from before form C is compared with the password as typed, then in form C. A password
   * that is typed in another form costs two hashes where it does not match, with every format.
   *
   * @throws {Refusal} `password_too_long`, `overloaded`
   */
  verify(stored: PasswordHash, password: string, tenant_id: string): Promise<boolean>
  /** Verifies the password against a dummy hash and returns false, so that an unknown user costs as much as a known one. */
  verifyDummy(password: string, tenant_id: string): Promise<false>
  /**
   * Whether the password has a hash of another system, which is computed in the same turns as the hashes of this store.
   *
   * @param origin what keeps such hashes, for example a connection: `repeatForeign` and wrong passwords cost as much as its costliest hash
   * @throws {Refusal} `password_too_long`, `overloaded`
   * @throws HashError where the hash cannot be verified: above the limits it is not computed
   */
  verifyForeign(foreign: ForeignHash, password: string, tenant_id: string, origin: string): Promise<boolean>
  /**
   * Computes what the costliest verification of a hash of this origin computed, in this process, and returns false, so that an unknown user
   * costs as much as a known one. Before the first verification it is bcrypt of cost 10.
   *
   * @throws {Refusal} `password_too_long`, `overloaded`
   */
  repeatForeign(password: string, tenant_id: string, origin: string): Promise<false>
  /**
   * Reserves the turn of a hash that will be requested after other work, which would be wasted if the hash were refused.
   * Call the returned function when the hash is requested, or no longer needed.
   *
   * @throws {Refusal} `overloaded` where the turn would come too late
   */
  reserve(tenant_id: string): Promise<() => void>
}

/** A hash with the parameters of new hashes, whose salt and digest are zeros: no known password has it, and verifying costs the same. */
function dummyHash({ memoryCost, timeCost, parallelism }: Argon2Options): string {
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`
}

/** The format of new credentials. A credential of another format is hashed again when its password was right. */
export const current_format: PasswordFormat = 'argon2id-nfc'

const verifiers: Record<
  Exclude<PasswordFormat, 'foreign'>,
  (hash: string, typed: string, composed: string) => Promise<boolean>
> = {
  'argon2id-nfc': (stored, _typed, composed) => verify(stored, composed),
  argon2id: (stored, typed) => verify(stored, typed),
}

/** The password in Unicode's normalization form C. Its length is checked first: normalizing a long text takes time. */
function composedForm(password: string): string {
  checkPasswordLength(password)
  return password.normalize('NFC')
}

// As for other hashes: two hashes where a password that is typed in another form does not match.
async function matchesNormalized(
  stored: string,
  typed: string,
  composed: string,
  normalization: Normalization,
): Promise<boolean> {
  const compared = normalizePassword(composed, normalization)
  const is_match = (await verify(stored, compared)) || (composed !== typed && (await verify(stored, compared)))
  return is_match && !isBlankPassword(composed, normalization)
}

async function matches({ format, hash: stored, normalization }: PasswordHash, typed: string): Promise<boolean> {
  if (format === 'foreign') throw new Error('A hash of another system is verified by verifyForeign')
  const composed = composedForm(typed)
  if (normalization) return await matchesNormalized(stored, typed, composed, normalization)
  if (await verifiers[format](stored, typed, composed)) return true
  return composed !== typed && (await verify(stored, composed))
}

/**
 * How many hashes may be computed at once: one per core, but one thread of Node's pool (four, or UV_THREADPOOL_SIZE) stays
 * free for files and DNS lookups, which use the same threads.
 */
export function hashesAtOnce(cores: number = availableParallelism()): number {
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4)
  return Math.max(1, Math.min(cores, (threads > 0 ? threads : 4) - 1))
}

/** A request for a hash is refused when it would wait longer than this, or has: few users wait longer for a login. */
export const longest_wait_ms = 3000

// A tenant leaves one of several places free for this time after a hash of another tenant that hashes less.
const keep_place_ms = 1000

// A refusal takes 0.5 to 1.5 of this time: refused callers who try again at once would otherwise occupy the event loop, and so delay
// other tenants. Only so many refusals are held at once; the others are answered at once.
const refusal_ms = 500
const held_max = 1000

// A log event of the refusal would add to the load.
const overloaded = (retry_after_s: number): Refusal =>
  new Refusal('overloaded', { retry_after_s, log_event: 'omitted' })

// The weight of a new measurement in the moving average of a hash's duration.
const weight = 0.1

/**
 * Creates the queue of hashes. A request beyond `waiting` queued ones of its tenant is refused within a second, and so is one that would wait
 * longer than `longest_wait_ms`, estimated from the average duration of recent hashes and the number of tenants that wait, or has waited so
 * long. Hashes of other systems, which may take a hundred times as long, together leave one of several places free.
 *
 * @param limits `at_once`: hashes computed at the same time; `waiting`: requests of a tenant that may be queued
 * @param new_hashes the costs of new hashes, and of the dummy hash
 */
export function createPasswords(
  limits: { at_once: number; waiting: number } = { at_once: hashesAtOnce(), waiting: 500 },
  new_hashes: Argon2Options = argon2_options,
): Passwords {
  const dummy_hash = dummyHash(new_hashes)
  // A hash whose turn has not come after the longest wait is refused then, also where the estimate was wrong.
  const wait = { per_key: Math.max(1, limits.waiting), longest_ms: longest_wait_ms, refuse: () => overloaded(3) }
  const queue = createFairQueue({ at_once: limits.at_once, keep_place_ms, wait })
  let average_ms = 20
  const timed = async <T>(work: () => Promise<T>): Promise<T> => {
    const started = performance.now()
    try {
      return await work()
    } finally {
      average_ms += (performance.now() - started - average_ms) * weight
    }
  }
  const foreign = createForeignHashes()
  const reserved = new Map<string, number>()
  let held = 0
  /** Refuses a request after a pause. */
  const refuse = async (wait_ms: number): Promise<never> => {
    if (held < held_max) {
      held += 1
      await sleep(refusal_ms * (0.5 + Math.random()))
      held -= 1
    }
    throw overloaded(Math.max(1, Math.round(wait_ms / 1000)))
  }
  /** How long a request would wait if that is too long, or undefined. */
  const excessiveWait = (tenant_id: string, queued: number): number | undefined => {
    const turns = Math.max(1, queue.keysWaiting())
    const wait_ms = ((queued * turns) / queue.places(tenant_id)) * average_ms
    return queued < limits.waiting && wait_ms <= longest_wait_ms ? undefined : wait_ms
  }
  const requireShortWait = async (tenant_id: string): Promise<void> => {
    const too_long_ms = excessiveWait(tenant_id, queue.waiting(tenant_id))
    if (too_long_ms !== undefined) await refuse(too_long_ms)
  }
  const takeTurn = async <T>(tenant_id: string, work: () => Promise<T>): Promise<T> => {
    await requireShortWait(tenant_id)
    return await queue.add(tenant_id, () => timed(work))
  }
  const takeForeignTurn = async <T>(password: string, tenant_id: string, work: () => Promise<T>): Promise<T> => {
    checkPasswordLength(password)
    await requireShortWait(tenant_id)
    try {
      // Their durations are not those of our own hashes: they leave the average as it is, and a place free.
      return await queue.add(tenant_id, work, 'slow')
    } catch (error) {
      // A hash within the limits is computed long before the deadline, except on a machine that is overloaded.
      throw error instanceof HashDeadline ? overloaded(3) : error
    }
  }
  return {
    async hash(password, tenant_id, normalization) {
      const composed = composedForm(password)
      const text = normalization ? normalizePassword(composed, normalization) : composed
      const made = await takeTurn(tenant_id, () => hash(text, new_hashes))
      return { format: current_format, hash: made, ...(normalization && { normalization }) }
    },
    verify: (stored, password, tenant_id) => takeTurn(tenant_id, () => matches(stored, password)),
    async verifyDummy(password, tenant_id) {
      await takeTurn(tenant_id, () => matches({ format: current_format, hash: dummy_hash }, password))
      return false
    },
    verifyForeign: (hash, password, tenant_id, origin) =>
      takeForeignTurn(password, tenant_id, () => foreign.verify(hash, password, JSON.stringify([tenant_id, origin]))),
    async repeatForeign(password, tenant_id, origin) {
      await takeForeignTurn(password, tenant_id, () => foreign.repeat(password, JSON.stringify([tenant_id, origin])))
      return false
    },
    async reserve(tenant_id) {
      const before = reserved.get(tenant_id) ?? 0
      const too_long_ms = excessiveWait(tenant_id, queue.waiting(tenant_id) + before)
      if (too_long_ms !== undefined) await refuse(too_long_ms)
      reserved.set(tenant_id, before + 1)
      let is_released = false
      return () => {
        if (is_released) return
        is_released = true
        const left = (reserved.get(tenant_id) ?? 1) - 1
        if (left > 0) reserved.set(tenant_id, left)
        else reserved.delete(tenant_id)
      }
    },
  }
}

/** @throws {Refusal} `password_too_long` over 1,024 bytes of UTF-8 */
export function checkPasswordLength(password: string): void {
  if (Buffer.byteLength(password) > password_max_bytes) throw new Refusal('password_too_long')
}
