import { deleteUntil } from './delete-until.ts'
import type { Db, OutboxTable } from './tables.ts'

/** Inserts a message. `db` may be a transaction. */
export async function insertOutboxRow(db: Db, row: OutboxTable): Promise<void> {
  await db.insertInto('outbox').values(row).execute()
}

/** The messages of a tenant, newest first. `from` is the id of the last message of the page before. */
export async function outboxRows(
  db: Db,
  tenant_id: string,
  page: { take: number; from?: string | undefined },
): Promise<OutboxTable[]> {
  let query = db.selectFrom('outbox').selectAll().where('tenant_id', '=', tenant_id)
  if (page.from !== undefined) query = query.where('message_id', '<', page.from)
  return await query.orderBy('message_id', 'desc').limit(page.take).execute()
}

/** The message with this id, or undefined. */
export async function outboxRow(db: Db, tenant_id: string, message_id: string): Promise<OutboxTable | undefined> {
  return await db
    .selectFrom('outbox')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('message_id', '=', message_id)
    .executeTakeFirst()
}

const tenantsWithProvider = (db: Db) =>
  db.selectFrom('email_providers').select('email_providers.tenant_id').where('email_providers.enabled', '=', 1)

const dueRows = (db: Db, now: number) =>
  db
    .selectFrom('outbox')
    .where('status', '=', 'waiting')
    .where('channel', '=', 'mail')
    .where('next_attempt_at', '<=', now)
    .where('expires_at', '>', now)

/** The due messages of every tenant without a mail service of its own, the longest due first. */
export async function dueOutboxRows(db: Db, now: number, take: number): Promise<OutboxTable[]> {
  return await dueRows(db, now)
    .selectAll()
    .where('tenant_id', 'not in', tenantsWithProvider(db))
    .orderBy('next_attempt_at')
    .limit(take)
    .execute()
}

/** The due messages of a tenant, the longest due first. */
export async function dueOutboxRowsOf(db: Db, tenant_id: string, now: number, take: number): Promise<OutboxTable[]> {
  return await dueRows(db, now)
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .orderBy('next_attempt_at')
    .limit(take)
    .execute()
}

/** The tenants with a mail service of their own that have due messages. */
export async function tenantsWithDueMail(db: Db, now: number, take: number): Promise<string[]> {
  const rows = await dueRows(db, now)
    .select('tenant_id')
    .distinct()
    .where('tenant_id', 'in', tenantsWithProvider(db))
    .limit(take)
    .execute()
  return rows.map(({ tenant_id }) => tenant_id)
}

/**
 * Claims a message for one attempt: true for exactly one of several callers that read the same row. A claim without a result
 * expires at `until`: the message is then due again.
 */
export async function claimOutboxRow(db: Db, row: OutboxTable, until: number): Promise<boolean> {
  const claimed = await db
    .updateTable('outbox')
    .set({ attempts: row.attempts + 1, next_attempt_at: until })
    .where('tenant_id', '=', row.tenant_id)
    .where('message_id', '=', row.message_id)
    .where('status', '=', 'waiting')
    .where('attempts', '=', row.attempts)
    .where('next_attempt_at', '=', row.next_attempt_at)
    .returning('message_id')
    .executeTakeFirst()
  return claimed !== undefined
}

/**
 * Records the result of attempt number `row.attempts`. Changes nothing when a later attempt has begun.
 *
 * @param attempts the number of attempts to store
 */
export async function settleOutboxRow(
  db: Db,
  row: Pick<OutboxTable, 'tenant_id' | 'message_id' | 'attempts'>,
  result: Pick<OutboxTable, 'status' | 'next_attempt_at' | 'last_error'>,
  attempts = row.attempts,
): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ ...result, attempts })
    .where('tenant_id', '=', row.tenant_id)
    .where('message_id', '=', row.message_id)
    .where('attempts', '=', row.attempts)
    .execute()
}

/**
 * Marks as `kept` the waiting mails that were created at `since` or later and never tried, of tenants without a mail service of their
 * own. For a process without a mail server.
 */
export async function keepWaitingOutboxRows(db: Db, since: number): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ status: 'kept' })
    .where('status', '=', 'waiting')
    .where('channel', '=', 'mail')
    .where('attempts', '=', 0)
    .where('created_at', '>=', since)
    .where('tenant_id', 'not in', tenantsWithProvider(db))
    .execute()
}

/** Deletes expired messages of a tenant, and returns their number: at most 500. */
export async function purgeOutbox(db: Db, tenant_id: string, now: number): Promise<number> {
  return await deleteUntil(db, tenant_id, { table: 'outbox', column: 'expires_at' }, now)
}

/** The number of messages of a tenant in the outbox by their status. It reads all of them: run it as a search. */
export async function countOutbox(db: Db, tenant_id: string): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('outbox')
    .select((row) => ['status', row.fn.countAll<number | string>().as('total')])
    .where('tenant_id', '=', tenant_id)
    .groupBy('status')
    .execute()
  return Object.fromEntries(rows.map(({ status, total }) => [status, Number(total)]))
}
