import { sql, type SqlBool } from 'kysely'
import { prepareQuery } from '../store/prepared-query.ts'
import type { Db, LogEventsTable } from '../store/tables.ts'
import { inReadCommittedTransaction } from '../store/transaction.ts'

const assigned_at_once = 1000

// One of several concurrent callers locks the row until it commits, so positions become visible in their order.
const nextPosition = prepareQuery((db, { tenant_id }: { tenant_id: string }) =>
  db
    .insertInto('log_positions')
    .values({ tenant_id, last_position: 1 })
    .onConflict((conflict) =>
      conflict
        .column('tenant_id')
        .doUpdateSet((row) => ({ last_position: row('log_positions.last_position', '+', 1) })),
    )
    .returning('last_position'),
)

const withoutPosition = (db: Db, tenant_id: string, limit: number) =>
  db
    .selectFrom('log_events')
    .select('log_id')
    .where('tenant_id', '=', tenant_id)
    .where('position', 'is', null)
    .orderBy('position')
    .orderBy('log_id')
    .limit(limit)

/** Assigns the next position to the oldest events without one. Returns false where every committed event has a position. */
async function assignPosition(db: Db, tenant_id: string): Promise<boolean> {
  // Without this read, a caller that finds nothing new would write.
  if (!(await withoutPosition(db, tenant_id, 1).executeTakeFirst())) return false
  await inReadCommittedTransaction(db, async (trx) => {
    const { rows } = await nextPosition(trx, { tenant_id })
    await trx
      .updateTable('log_events')
      .set({ position: rows[0]?.last_position ?? null })
      .where('tenant_id', '=', tenant_id)
      .where('log_id', 'in', withoutPosition(trx, tenant_id, assigned_at_once))
      .execute()
  })
  return true
}

type Place = { position: number | null; log_id: string }

// The event may have been purged: then the newest one before it.
async function placeOf(db: Db, tenant_id: string, log_id: string): Promise<Place> {
  const found = await db
    .selectFrom('log_events')
    .select(['position', 'log_id'])
    .where('tenant_id', '=', tenant_id)
    .where('log_id', '<=', log_id)
    .orderBy('log_id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return found ? { position: found.position, log_id } : { position: 0, log_id }
}

/**
 * The events of a tenant after a checkpoint, in the order in which they became visible. A reader that continues after the last event of
 * each answer sees every event once, also one whose transaction commits late: events get a position when they are read, and those that
 * get one together are in the order of their ids.
 *
 * @param page `from`: the id of the event before; empty for the beginning
 */
export async function eventsAfter(
  db: Db,
  tenant_id: string,
  { from = '', take }: { from?: string; take: number },
): Promise<LogEventsTable[]> {
  let place = await placeOf(db, tenant_id, from)
  while (place.position === null && (await assignPosition(db, tenant_id))) place = await placeOf(db, tenant_id, from)
  for (;;) {
    const rows = await db
      .selectFrom('log_events')
      .selectAll()
      .where('tenant_id', '=', tenant_id)
      .where(sql<SqlBool>`(position, log_id) > (${place.position}, ${place.log_id})`)
      .orderBy('position')
      .orderBy('log_id')
      .limit(take)
      .execute()
    if (rows.length === take || !(await assignPosition(db, tenant_id))) return rows
  }
}
