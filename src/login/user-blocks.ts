import type { Clock } from '../base/clock.ts'
import { readJson } from '../store/json-column.ts'
import type { Db, Transaction } from '../store/tables.ts'
import {
  addressSubject,
  failures_per_address,
  failures_per_identifier,
  identifierDigest,
  type CounterDescription,
} from './brute-force-protection.ts'

/** A lock of an identifier for an address. */
export type Block = { identifier: string; ip: string; connection: string }

/** The current locks of identifiers. */
export async function listBlocks(db: Db, clock: Clock, tenant_id: string, identifiers: string[]): Promise<Block[]> {
  if (identifiers.length === 0) return []
  const rows = await db
    .selectFrom('brute_force_counters')
    .select('description')
    .where('tenant_id', '=', tenant_id)
    .where('identifier_digest', 'in', identifiers.map(identifierDigest))
    .where('failures', '>=', failures_per_identifier)
    .where('expires_at', '>', clock.now())
    .execute()
  return rows
    .map((row) => readJson<CounterDescription>(row.description))
    .map(({ identifier = '', ip, connection = '' }) => ({ identifier, ip, connection }))
}

/** Deletes the failed attempts of identifiers from every address. */
export async function liftBlocks(db: Db | Transaction, tenant_id: string, identifiers: string[]): Promise<void> {
  if (identifiers.length === 0) return
  await db
    .deleteFrom('brute_force_counters')
    .where('tenant_id', '=', tenant_id)
    .where('identifier_digest', 'in', identifiers.map(identifierDigest))
    .execute()
}

/** Whether an address is locked. */
export async function isAddressBlocked(db: Db, clock: Clock, tenant_id: string, ip: string): Promise<boolean> {
  const row = await db
    .selectFrom('brute_force_counters')
    .select('failures')
    .where('tenant_id', '=', tenant_id)
    .where('subject', '=', addressSubject(ip))
    .where('expires_at', '>', clock.now())
    .executeTakeFirst()
  return row !== undefined && row.failures >= failures_per_address
}

/** Deletes the failed attempts of an address. */
export async function liftAddressBlock(db: Db, tenant_id: string, ip: string): Promise<void> {
  await db
    .deleteFrom('brute_force_counters')
    .where('tenant_id', '=', tenant_id)
    .where('subject', '=', addressSubject(ip))
    .execute()
}
