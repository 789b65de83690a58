import type { Background } from '../base/background.ts'
import { Refusal } from '../contract/refusal.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'
import { deleteTokens } from '../store/refresh-tokens.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { connectionById } from './connection.ts'
import { scriptUnit } from './run-script.ts'

const batch_size = 500
const batches_max = 20

const connection_tables = ['connection_counters', 'migration_days', 'tickets'] as const
const user_tables = ['user_identifiers', 'credentials', 'tickets', 'identities'] as const

async function deleteUsers(db: Db, tenant_id: string, connection_id: string): Promise<boolean> {
  return await inTransaction(db, async (trx) => {
    const users = await trx
      .selectFrom('users')
      .select('user_id')
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .limit(batch_size)
      .execute()
    const ids = users.map((user) => user.user_id)
    if (ids.length === 0) return false
    for (const table of user_tables) {
      await trx.deleteFrom(table).where('tenant_id', '=', tenant_id).where('user_id', 'in', ids).execute()
    }
    await deleteTokens(trx, tenant_id, { user_ids: ids })
    await trx.deleteFrom('users').where('tenant_id', '=', tenant_id).where('user_id', 'in', ids).execute()
    return true
  })
}

async function deleteRecords(db: Db, tenant_id: string, connection_id: string): Promise<boolean> {
  return await inTransaction(db, async (trx) => {
    const records = await trx
      .selectFrom('migration_records')
      .select('record_id')
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .limit(batch_size)
      .execute()
    const ids = records.map((record) => record.record_id)
    if (ids.length === 0) return false
    for (const table of ['migration_identifiers', 'migration_events', 'migration_records'] as const) {
      await trx
        .deleteFrom(table)
        .where('tenant_id', '=', tenant_id)
        .where('connection_id', '=', connection_id)
        .where('record_id', 'in', ids)
        .execute()
    }
    return true
  })
}

async function deleteScriptLogs(db: Db, tenant_id: string, connection_id: string): Promise<boolean> {
  const lines = await db
    .selectFrom('script_logs')
    .select('line_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .limit(batch_size)
    .execute()
  if (lines.length === 0) return false
  await db
    .deleteFrom('script_logs')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where(
      'line_id',
      'in',
      lines.map((line) => line.line_id),
    )
    .execute()
  return true
}

/** Deletes rows of a deleted connection, at most 20 batches. Answers whether more may be left. */
async function deleteRows(db: Db, tenant_id: string, connection_id: string): Promise<boolean> {
  for (let round = 0; round < batches_max; round += 1) {
    const more =
      (await deleteUsers(db, tenant_id, connection_id)) ||
      (await deleteRecords(db, tenant_id, connection_id)) ||
      (await deleteScriptLogs(db, tenant_id, connection_id))
    if (more) continue
    await inTransaction(db, async (trx) => {
      for (const table of connection_tables) {
        await trx
          .deleteFrom(table)
          .where('tenant_id', '=', tenant_id)
          .where('connection_id', '=', connection_id)
          .execute()
      }
    })
    return false
  }
  return true
}

/** The dependencies of deleting a connection. */
export type DeleteConnectionDeps = { db: Db; background: Background; scripts: Pick<ScriptRuntime, 'recycle'> }

/**
 * Deletes a connection. The first transaction ends its use. Its users, identities, tokens, ledger and script log are deleted in batches,
 * and when there are many, in the background after this returns.
 *
 * @throws {Refusal} `inexistent_connection`
 */
export async function deleteConnection(
  deps: DeleteConnectionDeps,
  tenant_id: string,
  connection_id: string,
): Promise<void> {
  const { db } = deps
  const connection = await inTransaction(db, async (trx) => {
    const found = await connectionById(trx, tenant_id, connection_id)
    if (!found) throw new Refusal('inexistent_connection')
    for (const table of ['connection_realms', 'connection_clients', 'connections'] as const) {
      await trx
        .deleteFrom(table)
        .where('tenant_id', '=', tenant_id)
        .where('connection_id', '=', connection_id)
        .execute()
    }
    return found
  })
  deps.scripts.recycle(scriptUnit(connection))
  if (!(await deleteRows(db, tenant_id, connection_id))) return
  deps.background.run('delete the rest of a connection', async () => {
    while (await deleteRows(db, tenant_id, connection_id));
  })
}

/** Deletes the remaining rows of connections whose deletion was interrupted by a stop of the server. For housekeeping. */
export async function sweepDeletedConnections(db: Db): Promise<void> {
  const left = await db
    .selectFrom('connection_counters')
    .select(['connection_counters.tenant_id', 'connection_counters.connection_id'])
    .distinct()
    .leftJoin('connections', (join) =>
      join
        .onRef('connections.tenant_id', '=', 'connection_counters.tenant_id')
        .onRef('connections.connection_id', '=', 'connection_counters.connection_id'),
    )
    .where('connections.connection_id', 'is', null)
    .limit(20)
    .execute()
  for (const { tenant_id, connection_id } of left) {
    while (await deleteRows(db, tenant_id, connection_id));
  }
}
