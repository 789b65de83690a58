import type { Clock } from '../base/clock.ts'
import { defined } from '../base/defined.ts'
import type { Connection } from '../connections/connection.ts'
import { readJson } from '../store/json-column.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { loginLimits } from '../tenants/attack-protection.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { bareId } from '../users/user.ts'
import {
  addressSubject,
  identifierDigest,
  legacyUserDigest,
  type CounterDescription,
} from './brute-force-protection.ts'

/**
 * A lock of an identifier for an address, or for every address where `ip` is absent. The identifier of a legacy user whom a script named is
 * the legacy id.
 */
export type Block = { identifier: string; ip?: string; connection: string }

/** A lock of an address, of IPv6 a network `…::/64`, and the time in epoch milliseconds when it ends. */
export type AddressBlock = { ip: string; expires_at: number }

/** Identifiers that may be locked, in every connection or in one. `legacy_ids` are those of its legacy users. */
export type LockedNames =
  | { identifiers: string[] }
  | { identifiers: string[]; connection: Pick<Connection, 'connection_id' | 'name'>; legacy_ids: string[] }

type FoundCounter = { subject: string; failures: number; expires_at: number; description: CounterDescription }

async function findCounters(db: Db | Transaction, tenant_id: string, names: LockedNames): Promise<FoundCounter[]> {
  const legacy_users =
    'legacy_ids' in names ? names.legacy_ids.map((id) => legacyUserDigest(names.connection.connection_id, id)) : []
  const digests = [...names.identifiers.map(identifierDigest), ...legacy_users]
  if (digests.length === 0) return []
  const rows = await db
    .selectFrom('brute_force_counters')
    .select(['subject', 'failures', 'expires_at', 'description'])
    .where('tenant_id', '=', tenant_id)
    .where('identifier_digest', 'in', digests)
    .execute()
  // Users of other connections may have the same identifier.
  return rows
    .map((row) => ({ ...row, description: readJson<CounterDescription>(row.description) }))
    .filter(({ description }) => !('connection' in names) || description.connection === names.connection.name)
}

/** All names under which the attempts of an identity, by its root id, are counted: its identifiers, those in the ledger, and the legacy ids. */
export async function namesOfUser(
  db: Db | Transaction,
  connection: Pick<Connection, 'tenant_id' | 'connection_id' | 'name'>,
  user_id: string,
): Promise<LockedNames> {
  const { tenant_id, connection_id } = connection
  const users = await db
    .selectFrom('users')
    .select(['connection_id', 'email_lower', 'username_lower', 'phone_number'])
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .execute()
  // Two queries: for a join, SQLite reads all identifiers of the connection until it has statistics.
  const records = await db
    .selectFrom('migration_records')
    .select(['connection_id', 'record_id'])
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .execute()
  const record_ids = records
    .filter((record) => record.connection_id === connection_id)
    .map((record) => record.record_id)
  const recorded =
    record_ids.length === 0
      ? []
      : await db
          .selectFrom('migration_identifiers')
          .select('identifier')
          .where('tenant_id', '=', tenant_id)
          .where('connection_id', '=', connection_id)
          .where('record_id', 'in', record_ids)
          .execute()
  const own = users
    .flatMap((user) => [user.email_lower, user.username_lower, user.phone_number])
    .filter((name) => name !== null)
  return {
    identifiers: [...new Set([...own, ...recorded.map((row) => row.identifier)])],
    connection,
    legacy_ids: users.some((user) => user.connection_id === connection_id) ? [bareId(user_id)] : [],
  }
}

/** The current locks of these names, by the tenant's limits at this moment. */
export async function listBlocks(db: Db, clock: Clock, tenant: Tenant, names: LockedNames): Promise<Block[]> {
  const { per_identifier } = loginLimits(tenant, '')
  if (per_identifier === undefined) return []
  const found = await findCounters(db, tenant.tenant_id, names)
  return found
    .filter(({ failures, expires_at }) => failures >= per_identifier.max && expires_at > clock.now())
    .filter(({ description }) => (description.ip === undefined) === per_identifier.of_all_addresses)
    .map(({ description: { identifier = '', ip, connection = '' } }) => ({
      identifier,
      ...defined({ ip }),
      connection,
    }))
}

/** Deletes the failed attempts of these names from every address. */
export async function liftBlocks(db: Db | Transaction, tenant_id: string, names: LockedNames): Promise<void> {
  const found = await findCounters(db, tenant_id, names)
  if (found.length === 0) return
  await db
    .deleteFrom('brute_force_counters')
    .where('tenant_id', '=', tenant_id)
    .where(
      'subject',
      'in',
      found.map(({ subject }) => subject),
    )
    .execute()
}

const listed_max = 1000

/** The addresses that are locked, those whose locks end last first: at most 1,000. */
export async function listAddressBlocks(db: Db, clock: Clock, tenant: Tenant): Promise<AddressBlock[]> {
  const { per_address } = loginLimits(tenant, '')
  if (per_address === undefined) return []
  const rows = await db
    .selectFrom('brute_force_counters')
    .select(['description', 'expires_at'])
    .where('tenant_id', '=', tenant.tenant_id)
    .where('identifier_digest', 'is', null)
    .where('subject', '>=', 'address:')
    .where('subject', '<', 'address;')
    .where('failures', '>=', per_address.max)
    .where('expires_at', '>', clock.now())
    .orderBy('expires_at', 'desc')
    .limit(listed_max)
    .execute()
  return rows.map(({ description, expires_at }) => ({
    ip: readJson<CounterDescription>(description).ip ?? '',
    expires_at,
  }))
}

/** Whether an address is locked. */
export async function isAddressBlocked(db: Db, clock: Clock, tenant: Tenant, ip: string): Promise<boolean> {
  const { per_address } = loginLimits(tenant, ip)
  const row = await db
    .selectFrom('brute_force_counters')
    .select('failures')
    .where('tenant_id', '=', tenant.tenant_id)
    .where('subject', '=', addressSubject(ip))
    .where('expires_at', '>', clock.now())
    .executeTakeFirst()
  return row !== undefined && per_address !== undefined && row.failures >= per_address.max
}

/** Deletes the failed attempts of an address. */
export async function liftAddressBlock(db: Db, tenant_id: string, ip: string): Promise<void> {
  await db
    .deleteFrom('brute_force_counters')
    .where('tenant_id', '=', tenant_id)
    .where('subject', '=', addressSubject(ip))
    .execute()
}
