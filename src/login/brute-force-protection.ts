import ipaddr from 'ipaddr.js'
import { canonicalIdentifier } from '../base/canonical.ts'
import type { Clock } from '../base/clock.ts'
import { sha256 } from '../base/digest.ts'
import { writeJson } from '../store/json-column.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { Db, BruteForceCountersTable, Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'

/** Consecutive failures after which an identifier is locked for an address. */
export const failures_per_identifier = 10

/** Failures per day after which an address is locked. */
export const failures_per_address = 100

const lock_ms = 24 * 60 * 60 * 1000

/** A login attempt to count. */
export type CountedAttempt = {
  tenant_id: string
  connection_id: string
  connection: string
  /** In canonical form. */
  identifier: string
  ip: string
}

/** An attempt with the subjects of its two counters: the identifier at the address, and the address. */
export type ProtectedAttempt = CountedAttempt & {
  counted_ip: string
  subjects: { identifier: string; address: string }
}

/** The description of a counter, kept for listing locks. */
export type CounterDescription = {
  kind: 'identifier' | 'address'
  identifier?: string
  ip: string
  connection?: string
}

/** The address to count: an IPv6 caller can use every address of its /64 network, so the network counts as one address. */
export function countedAddress(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip
  const address = ipaddr.process(ip)
  if (address.kind() === 'ipv4') return address.toString()
  const parts = (address as ipaddr.IPv6).parts.slice(0, 4)
  return `${parts.map((part) => part.toString(16)).join(':')}::/64`
}

/** The digest by which the counters of an identifier are found. */
export function identifierDigest(identifier: string): string {
  return sha256(canonicalIdentifier(identifier))
}

/** Adds the subjects of its counters to an attempt. */
export function protectedAttempt(attempt: CountedAttempt): ProtectedAttempt {
  const counted_ip = countedAddress(attempt.ip)
  const identifier = sha256(JSON.stringify([attempt.connection_id, attempt.identifier, counted_ip]))
  const subjects = { identifier: `identifier:${identifier}`, address: addressSubject(attempt.ip) }
  return { ...attempt, counted_ip, subjects }
}

/** The subject of the counter of an address. */
export function addressSubject(ip: string): string {
  return `address:${sha256(countedAddress(ip))}`
}

/** The result of reserving an attempt: reserved, or refused by a lock. */
export type Reservation = { kind: 'reserved' } | { kind: 'locked'; by: 'identifier' | 'address' }

const countAttempt = prepareQuery(
  (db, { rows, now }: { rows: BruteForceCountersTable[]; now: number }) =>
    db
      .insertInto('brute_force_counters')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['tenant_id', 'subject'])
          .doUpdateSet((ref) => {
            const is_expired = ref('brute_force_counters.expires_at', '<=', now)
            const unlessExpired = (column: 'started_at' | 'expires_at') =>
              ref
                .case()
                .when(is_expired)
                .then(ref.ref(`excluded.${column}`))
                .else(ref.ref(`brute_force_counters.${column}`))
                .end()
            return {
              failures: ref
                .case()
                .when(is_expired)
                .then(1)
                .else(ref('brute_force_counters.failures', '+', 1))
                .end(),
              started_at: unlessExpired('started_at'),
              expires_at: unlessExpired('expires_at'),
            }
          })
          .where((ref) =>
            ref.or([
              ref('brute_force_counters.expires_at', '<=', now),
              ref('brute_force_counters.failures', '<', ref.ref('brute_force_counters.failure_limit')),
            ]),
          ),
      )
      .returning('subject'),
  // The outcome of the attempt is written after this, and that write waits for the disk.
  { awaits_disk: false },
)

/**
 * Counts an attempt before it is verified, so that concurrent attempts cannot exceed the limit. It counts as a failure until it is
 * cleared or released.
 */
export async function reserveAttempt(db: Db, clock: Clock, attempt: ProtectedAttempt): Promise<Reservation> {
  const now = clock.now()
  const { tenant_id, identifier, connection, counted_ip: ip, subjects } = attempt
  const row = (subject: string, description: CounterDescription, failure_limit: number): BruteForceCountersTable => ({
    tenant_id,
    subject,
    description: writeJson(description),
    identifier_digest: description.identifier === undefined ? null : identifierDigest(description.identifier),
    failures: 1,
    failure_limit,
    started_at: now,
    expires_at: now + lock_ms,
  })
  const rows = [
    row(subjects.address, { kind: 'address', ip }, failures_per_address),
    row(subjects.identifier, { kind: 'identifier', identifier, ip, connection }, failures_per_identifier),
  ]
  return await inTransaction(db, async (trx) => {
    const { rows: counted } = await countAttempt(trx, { rows, now })
    if (counted.length === 2) return { kind: 'reserved' }
    const unlocked = counted.map(({ subject }) => subject)
    if (unlocked.length > 0) await undoCount(trx, tenant_id, unlocked)
    return { kind: 'locked', by: unlocked.includes(subjects.address) ? 'identifier' : 'address' }
  })
}

// In the transaction that counted: otherwise attempts on a locked identifier would lock the address for other users. A counter that the
// refused attempt created is deleted: a locked address may try any number of identifiers.
async function undoCount(trx: Transaction, tenant_id: string, subjects: string[]): Promise<void> {
  await release(trx, tenant_id, subjects)
  await trx
    .deleteFrom('brute_force_counters')
    .where('tenant_id', '=', tenant_id)
    .where('subject', 'in', subjects)
    .where('failures', '=', 0)
    .execute()
}

async function release(db: Db | Transaction, tenant_id: string, subjects: string[]): Promise<void> {
  await db
    .updateTable('brute_force_counters')
    .set((row) => ({ failures: row('failures', '-', 1) }))
    .where('tenant_id', '=', tenant_id)
    .where('subject', 'in', subjects)
    .where('failures', '>', 0)
    .execute()
}

/** Releases a reservation: the attempt does not count as a failure. */
export async function releaseAttempt(db: Db | Transaction, attempt: ProtectedAttempt): Promise<void> {
  const { tenant_id, subjects } = attempt
  await release(db, tenant_id, [subjects.identifier, subjects.address])
}

const clearCounters = prepareQuery((db, values: { tenant_id: string; identifier: string; address: string }) =>
  db
    .updateTable('brute_force_counters')
    .set((row) => ({
      failures: row
        .case()
        .when('subject', '=', values.identifier)
        .then(0)
        .when('failures', '>', 0)
        .then(row('failures', '-', 1))
        .else(0)
        .end(),
    }))
    .where('tenant_id', '=', values.tenant_id)
    .where('subject', 'in', [values.identifier, values.address]),
)

/** Clears the failures of the identifier after a success, and releases the reservation of the address. */
export async function clearAttempts(db: Db | Transaction, attempt: ProtectedAttempt): Promise<void> {
  await clearCounters(db, { tenant_id: attempt.tenant_id, ...attempt.subjects })
}

/** Deletes expired counters. */
export async function purgeBruteForceCounters(db: Db, now: number): Promise<void> {
  await db.deleteFrom('brute_force_counters').where('expires_at', '<=', now).execute()
}
