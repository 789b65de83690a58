import { readJson, writeJson } from '../store/json-column.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'

// A user for whom so many spellings are known is not looked up again for another one.
const spellings_max = 10

type MovedUser = { tenant_id: string; user_id: string }

async function readRecord(db: Db, { tenant_id, user_id }: MovedUser) {
  const record = await db
    .selectFrom('migration_records')
    .select(['connection_id', 'record_id', 'spellings'])
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .executeTakeFirst()
  if (!record || record.spellings === null) return undefined
  return { ...record, spellings: readJson<string[]>(record.spellings) }
}

/**
 * Whether the legacy store may know another user by this spelling of an identifier of a moved user: a store that distinguishes letter case
 * may have two accounts whose identifiers are equal here. False where the spellings of the user are not known.
 */
export async function isOtherSpelling(db: Db, user: MovedUser, spelling: string): Promise<boolean> {
  const record = await readRecord(db, user)
  return record !== undefined && record.spellings.length < spellings_max && !record.spellings.includes(spelling)
}

/** Keeps a spelling by which the legacy store found a moved user, so that it is not looked up again. */
export async function keepSpelling(db: Db, user: MovedUser, spelling: string): Promise<void> {
  await inTransaction(db, async (trx) => {
    const record = await readRecord(trx, user)
    if (!record || record.spellings.includes(spelling)) return
    await trx
      .updateTable('migration_records')
      .set({ spellings: writeJson([...record.spellings, spelling]) })
      .where('tenant_id', '=', user.tenant_id)
      .where('connection_id', '=', record.connection_id)
      .where('record_id', '=', record.record_id)
      .execute()
  })
}
