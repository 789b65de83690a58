import { canonicalIdentifier } from '../base/canonical-identifier.ts'
import type { Clock } from '../base/clock.ts'
import { countedAddress } from '../base/counted-address.ts'
import { digestText } from '../base/digest.ts'
import { isNonEmpty, type NonEmpty } from '../base/non-empty.ts'
import { writeJson } from '../store/json-column.ts'
import {
  clearFailures,
  countFailures,
  deleteEmptyCounters,
  releaseReservations,
  reservationSlot,
  reserveFailure,
} from '../store/brute-force-counters.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inReadCommittedTransaction } from '../store/transaction.ts'
import { loginLimits, type LoginLimits } from '../tenants/attack-protection.ts'

const default_limits = loginLimits({ settings: {} }, '')

/** Consecutive failures after which an identifier is locked for an address, where the tenant does not choose. */
export const failures_per_identifier = 10

/** Failures per day after which an address is locked, where the tenant does not choose. */
export const failures_per_address = 100

const lock_ms = 24 * 60 * 60 * 1000

// No counter has reservations of this slot.
const no_slot = -2

// In the place of the address where the failures of all addresses count together.
const all_addresses = '*'

/** A login attempt to count. */
export type CountedAttempt = {
  tenant_id: string
  connection_id: string
  connection: string
  /** In canonical form. */
  identifier: string
  ip: string
  /** Whether the connection counts failed attempts. */
  enabled: boolean
  /** The tenant's limits at this address. */
  limits?: LoginLimits
}

/**
 * An attempt with the subjects of its counters: the identifier at the address, the address and, where a script named one, the legacy
 * user at the address.
 */
export type ProtectedAttempt = CountedAttempt & {
  limits: LoginLimits
  counted_ip: string
  subjects: { identifier: string; address: string; legacy_user?: string }
  /** The subjects that the attempt has reserved and not settled, and the slot of time in which it reserved them. */
  held: { subjects: string[]; slot: number }
}

/** The description of a counter, kept for listing locks. A legacy user's identifier is the legacy id. */
export type CounterDescription = {
  kind: 'identifier' | 'address' | 'legacy_user'
  identifier?: string
  /** Absent where the failures of all addresses count together. */
  ip?: string
  connection?: string
}

/** The digest by which the counters of an identifier are found. */
export function identifierDigest(identifier: string): string {
  return digestText(canonicalIdentifier(identifier))
}

/** The digest by which the counters of a legacy user of a connection are found. */
export function legacyUserDigest(connection_id: string, legacy_id: string): string {
  return digestText(JSON.stringify(['legacy user', connection_id, legacy_id]))
}

/** Adds the subjects of its counters to an attempt. */
export function protectedAttempt({ limits = default_limits, ...attempt }: CountedAttempt): ProtectedAttempt {
  const counted_ip = countedAddress(attempt.ip)
  const at = limits.per_identifier?.of_all_addresses === true ? all_addresses : counted_ip
  const identifier = digestText(JSON.stringify([attempt.connection_id, attempt.identifier, at]))
  const subjects = { identifier: `identifier:${identifier}`, address: addressSubject(attempt.ip) }
  return { ...attempt, limits, counted_ip, subjects, held: { subjects: [], slot: no_slot } }
}

/** The subject of the counter of an address. */
export function addressSubject(ip: string): string {
  return `address:${digestText(countedAddress(ip))}`
}

/** The result of reserving an attempt: reserved, or refused by a lock. */
export type Reservation = { kind: 'reserved' } | { kind: 'locked'; by: 'identifier' | 'address' }

type Limited = {
  description: CounterDescription
  identifier_digest: string | null
  failure_limit: number
  window_ms: number
}

async function reserve(
  { db, clock }: { db: Db; clock: Clock },
  attempt: ProtectedAttempt,
  subject: string,
  { description, window_ms, ...limited }: Limited,
): Promise<boolean> {
  const { tenant_id, held } = attempt
  const now = clock.now()
  const row = { tenant_id, subject, description: writeJson(description), ...limited, expires_at: now + window_ms }
  if (!(await reserveFailure(db, row, now, held.slot))) return false
  held.subjects.push(subject)
  return true
}

async function reserveIdentifier(deps: { db: Db; clock: Clock }, attempt: ProtectedAttempt): Promise<boolean> {
  const { identifier, connection, counted_ip: ip, subjects, limits } = attempt
  if (limits.per_identifier === undefined) return true
  const { max, of_all_addresses } = limits.per_identifier
  return await reserve(deps, attempt, subjects.identifier, {
    description: { kind: 'identifier', identifier, ...(of_all_addresses ? {} : { ip }), connection },
    identifier_digest: identifierDigest(identifier),
    failure_limit: max,
    window_ms: lock_ms,
  })
}

async function reserveAddress(deps: { db: Db; clock: Clock }, attempt: ProtectedAttempt): Promise<boolean> {
  const { per_address } = attempt.limits
  if (per_address === undefined) return true
  return await reserve(deps, attempt, attempt.subjects.address, {
    description: { kind: 'address', ip: attempt.counted_ip },
    identifier_digest: null,
    failure_limit: per_address.max,
    window_ms: per_address.window_ms,
  })
}

/**
 * Reserves an attempt before it is verified, so that concurrent attempts cannot exceed the limits. The reservation ends when the attempt
 * is settled (`countFailedAttempt`, `releaseAttempt`, `clearAttempts`), and by itself within a minute: an attempt of a process that was
 * killed is not a failure. Without brute-force protection nothing is reserved.
 */
export async function reserveAttempt(db: Db, clock: Clock, attempt: ProtectedAttempt): Promise<Reservation> {
  if (!attempt.enabled) return { kind: 'reserved' }
  attempt.held = { subjects: [], slot: reservationSlot(clock.now()) }
  // The identifier first: otherwise attempts on a locked identifier would lock the address for other users while they last.
  if (!(await reserveIdentifier({ db, clock }, attempt))) return { kind: 'locked', by: 'identifier' }
  if (await reserveAddress({ db, clock }, attempt)) return { kind: 'reserved' }
  await releaseAttempt(db, attempt)
  return { kind: 'locked', by: 'address' }
}

/** Rolls a reservation back: the address is locked. */
class AddressLocked extends Error {}

/**
 * Reserves one attempt under its identifier in each of several connections, and once under its address, in one transaction. A connection in
 * which the identifier is locked is left out: the others are not locked by it.
 *
 * @returns the attempts that are reserved
 */
export async function reserveAttempts(
  { db, clock }: { db: Db; clock: Clock },
  attempts: NonEmpty<ProtectedAttempt>,
): Promise<{ kind: 'reserved'; attempts: NonEmpty<ProtectedAttempt> } | Extract<Reservation, { kind: 'locked' }>> {
  const [first] = attempts
  if (attempts.length === 1) {
    const reservation = await reserveAttempt(db, clock, first)
    return reservation.kind === 'locked' ? reservation : { kind: 'reserved', attempts }
  }
  // In one order for all, so that two requests do not wait for each other's rows.
  const ordered = attempts.toSorted((one, other) => (one.subjects.identifier < other.subjects.identifier ? -1 : 1))
  try {
    return await inReadCommittedTransaction(db, async (trx) => {
      const slot = reservationSlot(clock.now())
      for (const attempt of attempts) attempt.held = { subjects: [], slot }
      const reserved = new Set<ProtectedAttempt>()
      for (const attempt of ordered) {
        if (!attempt.enabled || (await reserveIdentifier({ db: trx, clock }, attempt))) reserved.add(attempt)
      }
      const open = attempts.filter((attempt) => reserved.has(attempt))
      if (!isNonEmpty(open)) return { kind: 'locked', by: 'identifier' }
      const counted = open.find((attempt) => attempt.enabled)
      if (counted && !(await reserveAddress({ db: trx, clock }, counted))) throw new AddressLocked()
      return { kind: 'reserved', attempts: open }
    })
  } catch (error) {
    for (const attempt of attempts) takeHeld(attempt)
    if (error instanceof AddressLocked) return { kind: 'locked', by: 'address' }
    throw error
  }
}

/** Lets one of several attempts hold the reservation of the address that they have in common. */
function moveAddress(attempts: readonly ProtectedAttempt[], to: ProtectedAttempt): void {
  const { address } = to.subjects
  const holder = attempts.find((attempt) => attempt.held.subjects.includes(address))
  if (!holder || holder === to) return
  holder.held = { ...holder.held, subjects: holder.held.subjects.filter((subject) => subject !== address) }
  to.held = { subjects: [...to.held.subjects, address], slot: holder.held.slot }
}

/** Settles an attempt that no connection accepted: it counts in those that refused the password, and once for the address. */
export async function settleRefused(
  deps: { db: Db; clock: Clock },
  attempts: readonly ProtectedAttempt[],
  refused: readonly ProtectedAttempt[],
): Promise<void> {
  const counted = refused.find((attempt) => attempt.enabled)
  if (counted) moveAddress(attempts, counted)
  for (const attempt of attempts) {
    if (refused.includes(attempt)) await countFailedAttempt(deps, attempt)
    else await releaseAttempt(deps.db, attempt)
  }
}

/** Releases the reservations of all attempts but that of the connection that accepted the password, which is settled when the login completes. */
export async function releaseOthers(
  db: Db,
  attempts: readonly ProtectedAttempt[],
  accepted: ProtectedAttempt,
): Promise<void> {
  moveAddress(attempts, accepted)
  for (const attempt of attempts) if (attempt !== accepted) await releaseAttempt(db, attempt)
}

/**
 * Reserves an attempt also under the legacy user that a script named, before the user's password is verified: a legacy store may find one
 * user by many identifiers, whose failures then count together. It is settled with the attempt, and reserved once for it.
 *
 * @param legacy_id as it is stored, with the connection's namespace where it has one
 */
export async function reserveLegacyUser(
  deps: { db: Db; clock: Clock },
  attempt: ProtectedAttempt,
  legacy_id: string,
): Promise<Reservation> {
  const { connection_id, connection, counted_ip: ip } = attempt
  const { per_identifier } = attempt.limits
  if (!attempt.enabled || per_identifier === undefined) return { kind: 'reserved' }
  const { of_all_addresses, max } = per_identifier
  const subject = `legacy_user:${digestText(JSON.stringify([connection_id, legacy_id, of_all_addresses ? all_addresses : ip]))}`
  attempt.subjects.legacy_user = subject
  if (attempt.held.subjects.includes(subject)) return { kind: 'reserved' }
  const reserved = await reserve(deps, attempt, subject, {
    description: { kind: 'legacy_user', identifier: legacy_id, ...(of_all_addresses ? {} : { ip }), connection },
    identifier_digest: legacyUserDigest(connection_id, legacy_id),
    failure_limit: max,
    window_ms: lock_ms,
  })
  return reserved ? { kind: 'reserved' } : { kind: 'locked', by: 'identifier' }
}

function takeHeld(attempt: ProtectedAttempt): { tenant_id: string; subjects: string[]; slot: number } | undefined {
  const { tenant_id, held } = attempt
  attempt.held = { subjects: [], slot: no_slot }
  return held.subjects.length === 0 ? undefined : { tenant_id, ...held }
}

/** Counts a reserved attempt as failed. */
export async function countFailedAttempt(
  { db, clock }: { db: Db; clock: Clock },
  attempt: ProtectedAttempt,
): Promise<void> {
  const held = takeHeld(attempt)
  if (held) await countFailures(db, held, clock.now())
}

/** Releases the reservations of an attempt: it does not count as a failure. */
export async function releaseAttempt(db: Db | Transaction, attempt: ProtectedAttempt): Promise<void> {
  const held = takeHeld(attempt)
  if (!held) return
  await releaseReservations(db, held)
  // Otherwise refused attempts would leave a counter for each identifier that they name.
  await deleteEmptyCounters(db, held)
}

/** Clears the failures of the identifier and of the legacy user after a success, and releases the reservations of the attempt. */
export async function clearAttempts(db: Db | Transaction, attempt: ProtectedAttempt): Promise<void> {
  if (!attempt.enabled) return
  const { tenant_id, held, subjects } = attempt
  const cleared = [subjects.identifier, ...(subjects.legacy_user === undefined ? [] : [subjects.legacy_user])]
  // `held` is kept, because the transaction may be retried. A resumed login has reserved nothing.
  await clearFailures(
    db,
    { tenant_id, subjects: [...new Set([...held.subjects, ...cleared])], slot: held.slot },
    cleared,
  )
}
