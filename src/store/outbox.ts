import type { Db, OutboxTable } from './tables.ts'

/** Keeps a message's row. Runs in the caller's transaction when handed one. */
export async function insertOutboxRow(db: Db, row: OutboxTable): Promise<void> {
  await db.insertInto('outbox').values(row).execute()
}

/** A tenant's rows, newest first. `from` is the id of the last one seen: rows older than it follow. */
export async function outboxRows(
  db: Db,
  tenant_id: string,
  page: { take: number; from?: string | undefined },
): Promise<OutboxTable[]> {
  let query = db.selectFrom('outbox').selectAll().where('tenant_id', '=', tenant_id)
  if (page.from !== undefined) query = query.where('message_id', '<', page.from)
  return await query.orderBy('message_id', 'desc').limit(page.take).execute()
}

/** The row with this id, or undefined. */
export async function outboxRow(db: Db, tenant_id: string, message_id: string): Promise<OutboxTable | undefined> {
  return await db
    .selectFrom('outbox')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('message_id', '=', message_id)
    .executeTakeFirst()
}

/** Rows of every tenant that wait and are due, the longest waiting first. Delivery serves all tenants alike. */
export async function dueOutboxRows(db: Db, now: number, take: number): Promise<OutboxTable[]> {
  return await db
    .selectFrom('outbox')
    .selectAll()
    .where('status', '=', 'waiting')
    .where('next_attempt_at', '<=', now)
    .where('expires_at', '>', now)
    .orderBy('next_attempt_at')
    .limit(take)
    .execute()
}

/**
 * Takes a row for one attempt: true for exactly one of several callers that saw the same row. Who dies with it
 * loses it at `until`.
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

/** Writes how attempt number `attempts` ended. Without effect when a later attempt has begun. */
export async function settleOutboxRow(
  db: Db,
  row: Pick<OutboxTable, 'tenant_id' | 'message_id' | 'attempts'>,
  end: Pick<OutboxTable, 'status' | 'next_attempt_at' | 'last_error'>,
): Promise<void> {
  await db
    .updateTable('outbox')
    .set(end)
    .where('tenant_id', '=', row.tenant_id)
    .where('message_id', '=', row.message_id)
    .where('attempts', '=', row.attempts)
    .execute()
}

/** Where no mail server is configured: what waits since `since` or later, and was never tried, is kept to be read. */
export async function keepWaitingOutboxRows(db: Db, since: number): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ status: 'kept' })
    .where('status', '=', 'waiting')
    .where('attempts', '=', 0)
    .where('created_at', '>=', since)
    .execute()
}

/** Deletes what has expired, of every tenant, and answers how many rows that were. */
export async function deleteExpiredOutboxRows(db: Db, now: number): Promise<number> {
  const result = await db.deleteFrom('outbox').where('expires_at', '<=', now).executeTakeFirst()
  return Number(result.numDeletedRows)
}
