import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import type { Connection } from '../connections/connection.ts'
import { roles } from '../contract/roles.ts'
import { recordEvent } from '../logs/record-event.ts'
import type { AdminsTable, Db, Transaction } from '../store/tables.ts'
import { inTransaction, uniqueViolation } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { findCredential } from '../users/find-credential.ts'
import { newCredential } from '../users/write-credential.ts'
import { roleOf, setRole } from './admin.ts'
import { insertAdmin } from './insert-admin.ts'
import { adminConnection } from './system-tenant.ts'

/** The dependencies of `moveAdmins`. */
export type MoveAdminsDeps = { db: Db; clock: Clock; log: ProcessLog }

type Result = 'moved' | 'address_taken' | 'moved_before'

async function moveAdmin(
  trx: Transaction,
  clock: Clock,
  connection: Connection,
  { tenant_id, admin_id }: AdminsTable,
): Promise<Result> {
  // The deletion is the lock: another process that moves the row waits here, and then finds it gone.
  const row = await trx
    .deleteFrom('admins')
    .where('tenant_id', '=', tenant_id)
    .where('admin_id', '=', admin_id)
    .returningAll()
    .executeTakeFirst()
  if (!row) return 'moved_before'
  const { email_lower: email, password_hash: hash, created_at } = row
  const role = roles.find((each) => each === row.role) ?? 'viewer'
  const existing = await findCredential(trx, connection.tenant_id, connection.connection_id, email)
  if (existing) {
    if (await roleOf(trx, tenant_id, existing.user_id)) return 'moved_before'
    await recordEvent(trx, tenant_id, clock.now(), {
      type: 'fapi',
      description: 'An admin was not kept: an admin of another tenant has the same address. Create a new set-up link.',
      user_name: email,
      details: { admin_id },
    })
    return 'address_taken'
  }
  const credential = newCredential({ format: 'argon2id', hash }, 'signup')
  const { user_id } = await insertAdmin(trx, connection, { email, credential }, created_at)
  await setRole(trx, { tenant_id, user_id, role }, created_at)
  return 'moved'
}

/**
 * Moves the admins that versions before the system tenant stored, each in a transaction: an admin becomes a user of the system tenant with
 * the stored password hash, and keeps the role in the tenant. Of several admins with one address the earliest is moved. The others are
 * deleted, because an address does not show that they are one person; the log of each tenant says that a new set-up link is needed.
 * Several processes may do this at once.
 */
export async function moveAdmins({ db, clock, log }: MoveAdminsDeps, system: Tenant): Promise<void> {
  const rows = await db
    .selectFrom('admins')
    .selectAll()
    .where('tenant_id', 'in', db.selectFrom('tenants').select('tenant_id'))
    .orderBy('created_at')
    .orderBy('admin_id')
    .execute()
  if (rows.length === 0) return
  const connection = await adminConnection(db, system)
  for (const row of rows) {
    const move = () => inTransaction(db, (trx) => moveAdmin(trx, clock, connection, row))
    const result = await move().catch((error: unknown) => {
      // A set-up link created a user with the address meanwhile: now it is found.
      if (uniqueViolation(error) === undefined) throw error
      return move()
    })
    const { tenant_id, admin_id } = row
    if (result === 'moved') log.info({ tenant_id, admin_id }, 'an admin became a user of the system tenant')
    if (result !== 'address_taken') continue
    const reason = 'an admin of another tenant has the same address'
    log.warn({ tenant_id, admin_id, reason }, 'an admin was not kept and needs a new set-up link')
  }
}
