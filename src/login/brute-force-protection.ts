import ipaddr from 'ipaddr.js'
import { canonicalIdentifier } from '../base/canonical.ts'
import type { Clock } from '../base/clock.ts'
import { sha256 } from '../base/digest.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { Db, BruteForceCountersTable, Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'

/** Failures in a row after which an identifier is locked for an address. */
export const failures_per_identifier = 10

/** Failures after which an address is locked, per day. */
export const failures_per_address = 100

const lock_ms = 24 * 60 * 60 * 1000

/** A login attempt as brute-force protection counts it. */
export type CountedAttempt = {
  tenant_id: string
  connection_id: string
  connection: string
  /** In canonical form. */
  identifier: string
  ip: string
}

/** An attempt with the keys of its counters: identifier and address, and the address alone. */
export type ProtectedAttempt = CountedAttempt & { counted_ip: string; keys: { identifier: string; address: string } }

type Description = { kind: 'identifier' | 'address'; identifier?: string; ip: string; connection?: string }

/** The address that is counted: an IPv6 caller can use every address of its /64, so the whole network counts as one. */
export function countedAddress(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip
  const address = ipaddr.process(ip)
  if (address.kind() === 'ipv4') return address.toString()
  const parts = (address as ipaddr.IPv6).parts.slice(0, 4)
  return `${parts.map((part) => part.toString(16)).join(':')}::/64`
}

function digestOf(identifier: string): string {
  return sha256(canonicalIdentifier(identifier))
}

/** Adds the counters' keys to an attempt. */
export function protectedAttempt(attempt: CountedAttempt): ProtectedAttempt {
  const counted_ip = countedAddress(attempt.ip)
  const identifier = sha256(JSON.stringify([attempt.connection_id, attempt.identifier, counted_ip]))
  const keys = { identifier: `identifier:${identifier}`, address: addressKey(counted_ip) }
  return { ...attempt, counted_ip, keys }
}

function addressKey(counted_ip: string): string {
  return `address:${sha256(counted_ip)}`
}

/** The result of reserving an attempt: the reservation, to be settled by the attempt's outcome, or the lock that refuses it. */
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
            const ended = ref('brute_force_counters.expires_at', '<=', now)
            const kept = (column: 'started_at' | 'expires_at') =>
              ref
                .case()
                .when(ended)
                .then(ref.ref(`excluded.${column}`))
                .else(ref.ref(`brute_force_counters.${column}`))
                .end()
            return {
              failures: ref
                .case()
                .when(ended)
                .then(1)
                .else(ref('brute_force_counters.failures', '+', 1))
                .end(),
              started_at: kept('started_at'),
              expires_at: kept('expires_at'),
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
  // The answer to the attempt is written after this, and that write waits for the disk.
  { awaits_disk: false },
)

/**
 * Counts an attempt before it is verified, so that any number of attempts at once cannot exceed the limit. It
 * counts as a failure until it is settled.
 */
export async function reserveAttempt(db: Db, clock: Clock, attempt: ProtectedAttempt): Promise<Reservation> {
  const now = clock.now()
  const { tenant_id, identifier, connection, counted_ip: ip, keys } = attempt
  const row = (of: string, description: Description, failure_limit: number): BruteForceCountersTable => ({
    tenant_id,
    subject: of,
    description: writeJson(description),
    identifier_digest: description.identifier === undefined ? null : digestOf(description.identifier),
    failures: 1,
    failure_limit,
    started_at: now,
    expires_at: now + lock_ms,
  })
  const rows = [
    row(keys.address, { kind: 'address', ip }, failures_per_address),
    row(keys.identifier, { kind: 'identifier', identifier, ip, connection }, failures_per_identifier),
  ]
  return await inTransaction(db, async (trx) => {
    const { rows: counted } = await countAttempt(trx, { rows, now })
    if (counted.length === 2) return { kind: 'reserved' }
    const unlocked = counted.map((each) => each.subject)
    if (unlocked.length > 0) await undoCount(trx, tenant_id, unlocked)
    return { kind: 'locked', by: unlocked.includes(keys.address) ? 'identifier' : 'address' }
  })
}

// In the transaction that counted, or attempts on a locked identifier would lock its address for other users meanwhile. Counters that
// a locked address would create are deleted: it may try any number of identifiers.
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

/** Gives a reservation back: the attempt's outcome is not a wrong password. */
export async function releaseAttempt(db: Db | Transaction, attempt: ProtectedAttempt): Promise<void> {
  const { tenant_id, keys } = attempt
  await release(db, tenant_id, [keys.identifier, keys.address])
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

/** Clears the identifier's failures after a success, and gives the address its reservation back. */
export async function clearAttempts(db: Db | Transaction, attempt: ProtectedAttempt): Promise<void> {
  await clearCounters(db, { tenant_id: attempt.tenant_id, ...attempt.keys })
}

/** A lock in force, of an identifier for an address. */
export type Block = { identifier: string; ip: string; connection: string }

/** The locks in force for any of these identifiers. */
export async function listBlocks(db: Db, clock: Clock, tenant_id: string, identifiers: string[]): Promise<Block[]> {
  if (identifiers.length === 0) return []
  const rows = await db
    .selectFrom('brute_force_counters')
    .select('description')
    .where('tenant_id', '=', tenant_id)
    .where('identifier_digest', 'in', identifiers.map(digestOf))
    .where('failures', '>=', failures_per_identifier)
    .where('expires_at', '>', clock.now())
    .execute()
  return rows
    .map((row) => readJson<Description>(row.description))
    .map(({ identifier = '', ip, connection = '' }) => ({ identifier, ip, connection }))
}

/** Deletes the failures of these identifiers, from every address. */
export async function liftBlocks(db: Db | Transaction, tenant_id: string, identifiers: string[]): Promise<void> {
  if (identifiers.length === 0) return
  await db
    .deleteFrom('brute_force_counters')
    .where('tenant_id', '=', tenant_id)
    .where('identifier_digest', 'in', identifiers.map(digestOf))
    .execute()
}

/** Whether an address is locked. */
export async function isAddressBlocked(db: Db, clock: Clock, tenant_id: string, ip: string): Promise<boolean> {
  const row = await db
    .selectFrom('brute_force_counters')
    .select('failures')
    .where('tenant_id', '=', tenant_id)
    .where('subject', '=', addressKey(countedAddress(ip)))
    .where('expires_at', '>', clock.now())
    .executeTakeFirst()
  return row !== undefined && row.failures >= failures_per_address
}

/** Deletes the failures of an address. */
export async function liftAddressBlock(db: Db, tenant_id: string, ip: string): Promise<void> {
  await db
    .deleteFrom('brute_force_counters')
    .where('tenant_id', '=', tenant_id)
    .where('subject', '=', addressKey(countedAddress(ip)))
    .execute()
}

/** Deletes counters that have expired. */
export async function purgeBruteForceCounters(db: Db, now: number): Promise<void> {
  await db.deleteFrom('brute_force_counters').where('expires_at', '<=', now).execute()
}
