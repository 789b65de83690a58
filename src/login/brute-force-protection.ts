/**
 * Login: one login from what was typed to its outcome; sign-up, reset and verification. It knows no HTTP and
 * issues no tokens.
 */
import ipaddr from 'ipaddr.js'
import { canonicalIdentifier } from '../base/canonical.ts'
import type { Clock } from '../base/clock.ts'
import { sha256 } from '../base/digest.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { Db, ShieldCountersTable, Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'

/** Failures in a row after which an identifier is locked for an address. */
export const failures_per_identifier = 10

/** Failures after which an address is locked, per day. */
export const failures_per_address = 100

const lock_ms = 24 * 60 * 60 * 1000

/** Who attempts what. */
export type LoginAttempt = {
  tenant_id: string
  connection_id: string
  connection: string
  /** In canonical form. */
  identifier: string
  ip: string
}

/** What the shield counts an attempt under: identifier and address, and the address alone. */
export type ShieldSubject = LoginAttempt & { counted_ip: string; keys: { identifier: string; address: string } }

type Description = { kind: 'identifier' | 'address'; identifier?: string; ip: string; connection?: string }

/** An IPv6 caller can choose among the addresses of its /64 freely, so the whole of it counts as one. */
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

/** Names an attempt for the shield. */
export function shieldSubject(attempt: LoginAttempt): ShieldSubject {
  const counted_ip = countedAddress(attempt.ip)
  const identifier = sha256(JSON.stringify([attempt.connection_id, attempt.identifier, counted_ip]))
  const keys = { identifier: `identifier:${identifier}`, address: addressKey(counted_ip) }
  return { ...attempt, counted_ip, keys }
}

function addressKey(counted_ip: string): string {
  return `address:${sha256(counted_ip)}`
}

/** A login attempt that was let through, to be settled by its outcome. */
export type Reservation = { kind: 'reserved' } | { kind: 'locked'; by: 'identifier' | 'address' }

const countAttempt = prepareQuery(
  (db, { rows, now }: { rows: ShieldCountersTable[]; now: number }) =>
    db
      .insertInto('shield_counters')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['tenant_id', 'subject'])
          .doUpdateSet((ref) => {
            const ended = ref('shield_counters.expires_at', '<=', now)
            const kept = (column: 'started_at' | 'expires_at') =>
              ref
                .case()
                .when(ended)
                .then(ref.ref(`excluded.${column}`))
                .else(ref.ref(`shield_counters.${column}`))
                .end()
            return {
              failures: ref
                .case()
                .when(ended)
                .then(1)
                .else(ref('shield_counters.failures', '+', 1))
                .end(),
              started_at: kept('started_at'),
              expires_at: kept('expires_at'),
            }
          })
          .where((ref) =>
            ref.or([
              ref('shield_counters.expires_at', '<=', now),
              ref('shield_counters.failures', '<', ref.ref('shield_counters.failure_limit')),
            ]),
          ),
      )
      .returning('subject'),
  // Whatever an attempt is answered with is written after this, and waits for the disk.
  { awaits_disk: false },
)

/**
 * Counts an attempt before it is verified, so that any number of attempts at once cannot exceed the limit. It
 * counts as a failure until it is settled.
 */
export async function reserveAttempt(db: Db, clock: Clock, subject: ShieldSubject): Promise<Reservation> {
  const now = clock.now()
  const { tenant_id, identifier, connection, counted_ip: ip, keys } = subject
  const row = (of: string, description: Description, failure_limit: number): ShieldCountersTable => ({
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
    const let_through = counted.map((each) => each.subject)
    if (let_through.length > 0) await takeBack(trx, tenant_id, let_through)
    return { kind: 'locked', by: let_through.includes(keys.address) ? 'identifier' : 'address' }
  })
}

// In the transaction that counted, or attempts on a locked identifier would lock its address for everybody meanwhile. A locked
// address may go on with name after name: none of them leaves a row.
async function takeBack(trx: Transaction, tenant_id: string, subjects: string[]): Promise<void> {
  await release(trx, tenant_id, subjects)
  await trx
    .deleteFrom('shield_counters')
    .where('tenant_id', '=', tenant_id)
    .where('subject', 'in', subjects)
    .where('failures', '=', 0)
    .execute()
}

async function release(db: Db | Transaction, tenant_id: string, subjects: string[]): Promise<void> {
  await db
    .updateTable('shield_counters')
    .set((row) => ({ failures: row('failures', '-', 1) }))
    .where('tenant_id', '=', tenant_id)
    .where('subject', 'in', subjects)
    .where('failures', '>', 0)
    .execute()
}

/** Takes a reservation back: the attempt said nothing about the password. */
export async function releaseAttempt(db: Db | Transaction, subject: ShieldSubject): Promise<void> {
  const { tenant_id, keys } = subject
  await release(db, tenant_id, [keys.identifier, keys.address])
}

const clearCounters = prepareQuery((db, values: { tenant_id: string; identifier: string; address: string }) =>
  db
    .updateTable('shield_counters')
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

/** After a success: the identifier's failures are no longer in a row, and the address gets its attempt back. */
export async function clearAttempts(db: Db | Transaction, subject: ShieldSubject): Promise<void> {
  await clearCounters(db, { tenant_id: subject.tenant_id, ...subject.keys })
}

/** A lock that stands: of an identifier for an address. */
export type Block = { identifier: string; ip: string; connection: string }

/** The locks that stand for any of these identifiers. */
export async function listBlocks(db: Db, clock: Clock, tenant_id: string, identifiers: string[]): Promise<Block[]> {
  if (identifiers.length === 0) return []
  const rows = await db
    .selectFrom('shield_counters')
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

/** Forgets the failures of these identifiers, from every address. */
export async function liftBlocks(db: Db | Transaction, tenant_id: string, identifiers: string[]): Promise<void> {
  if (identifiers.length === 0) return
  await db
    .deleteFrom('shield_counters')
    .where('tenant_id', '=', tenant_id)
    .where('identifier_digest', 'in', identifiers.map(digestOf))
    .execute()
}

/** Whether an address is locked. */
export async function isAddressBlocked(db: Db, clock: Clock, tenant_id: string, ip: string): Promise<boolean> {
  const row = await db
    .selectFrom('shield_counters')
    .select('failures')
    .where('tenant_id', '=', tenant_id)
    .where('subject', '=', addressKey(countedAddress(ip)))
    .where('expires_at', '>', clock.now())
    .executeTakeFirst()
  return row !== undefined && row.failures >= failures_per_address
}

/** Forgets the failures of an address. */
export async function liftAddressBlock(db: Db, tenant_id: string, ip: string): Promise<void> {
  await db
    .deleteFrom('shield_counters')
    .where('tenant_id', '=', tenant_id)
    .where('subject', '=', addressKey(countedAddress(ip)))
    .execute()
}

/** Deletes what no longer counts. */
export async function purgeShield(db: Db, now: number): Promise<void> {
  await db.deleteFrom('shield_counters').where('expires_at', '<=', now).execute()
}
