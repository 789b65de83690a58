import type { Clock } from '../base/clock.ts'
import { enqueueJob } from '../jobs/enqueue-job.ts'
import type { JobHandler } from '../jobs/job.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'
import { readCounters } from '../store/connection-counters.ts'
import { deleteTokens } from '../store/refresh-tokens.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { releaseLinked } from '../users/linked-users.ts'
import { bareId } from '../users/user.ts'
import { connectionById } from './connection.ts'
import { scriptUnit } from './run-action-script.ts'

/** The kind of the jobs that delete the data of a deleted connection. */
export const delete_connection_data = 'delete_connection_data'

// Longer than the longest login, and longer than another process caches a connection.
const second_job_delay_ms = 300_000
const batch_size = 500

const connection_tables = [
  'script_versions',
  'script_calls',
  'connection_counters',
  'migration_days',
  'login_counts',
  'rehearsals',
  'finishes',
  'latecomers',
  'legacy_activities',
  'directory_loads',
  'tickets',
  'reset_codes',
] as const
const record_tables = [
  'migration_identifiers',
  'migration_events',
  'record_decisions',
  'reserved_identifiers',
  'directory_rows',
  'directory_shared_identifiers',
  'migration_records',
] as const
const user_tables = [
  'user_identifiers',
  'credentials',
  'tickets',
  'reset_codes',
  'metadata_leaves',
  'sessions',
  'consents',
] as const

async function deleteUsers(trx: Transaction, tenant_id: string, connection_id: string): Promise<number> {
  const users = await trx
    .selectFrom('users')
    .select('user_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .limit(batch_size)
    .execute()
  const ids = users.map((user) => user.user_id)
  if (ids.length === 0) return 0
  await releaseLinked(trx, { tenant_id, connection_id }, ids)
  await trx
    .deleteFrom('identities')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('identity_user_id', 'in', ids.map(bareId))
    .execute()
  for (const table of user_tables) {
    await trx.deleteFrom(table).where('tenant_id', '=', tenant_id).where('user_id', 'in', ids).execute()
  }
  await deleteTokens(trx, tenant_id, { user_ids: ids })
  await trx.deleteFrom('users').where('tenant_id', '=', tenant_id).where('user_id', 'in', ids).execute()
  return ids.length
}

async function deleteRecords(trx: Transaction, tenant_id: string, connection_id: string): Promise<boolean> {
  const records = await trx
    .selectFrom('migration_records')
    .select('record_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .limit(batch_size)
    .execute()
  const ids = records.map((record) => record.record_id)
  if (ids.length === 0) return false
  for (const table of record_tables) {
    await trx
      .deleteFrom(table)
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where('record_id', 'in', ids)
      .execute()
  }
  return true
}

async function deleteScriptLogs(trx: Transaction, tenant_id: string, connection_id: string): Promise<boolean> {
  const lines = await trx
    .selectFrom('script_logs')
    .select('line_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .limit(batch_size)
    .execute()
  const ids = lines.map((line) => line.line_id)
  if (ids.length === 0) return false
  await trx
    .deleteFrom('script_logs')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('line_id', 'in', ids)
    .execute()
  return true
}

/** Deletes the rows of loads of the directory that were not applied. */
async function deleteStagedRows(trx: Transaction, tenant_id: string, connection_id: string): Promise<boolean> {
  const staged = await trx
    .selectFrom('directory_staged_rows')
    .innerJoin('directory_loads', (join) =>
      join
        .onRef('directory_loads.tenant_id', '=', 'directory_staged_rows.tenant_id')
        .onRef('directory_loads.load_id', '=', 'directory_staged_rows.load_id'),
    )
    .select(['directory_staged_rows.load_id', 'directory_staged_rows.row_key'])
    .where('directory_loads.tenant_id', '=', tenant_id)
    .where('directory_loads.connection_id', '=', connection_id)
    .limit(batch_size)
    .execute()
  for (const [load_id, rows] of Map.groupBy(staged, (row) => row.load_id)) {
    const keys = rows.map(({ row_key }) => row_key)
    await trx
      .deleteFrom('directory_staged_rows')
      .where('tenant_id', '=', tenant_id)
      .where('load_id', '=', load_id)
      .where('row_key', 'in', keys)
      .execute()
  }
  return staged.length > 0
}

/** Deletes a batch of the data of a connection. Returns the number of deleted users, and whether more data may be left. */
async function deleteBatch(
  trx: Transaction,
  tenant_id: string,
  connection_id: string,
): Promise<{ users: number; more: boolean }> {
  const users = await deleteUsers(trx, tenant_id, connection_id)
  const more =
    users > 0 ||
    (await deleteRecords(trx, tenant_id, connection_id)) ||
    (await deleteStagedRows(trx, tenant_id, connection_id)) ||
    (await deleteScriptLogs(trx, tenant_id, connection_id))
  if (more) return { users, more }
  for (const table of connection_tables) {
    await trx.deleteFrom(table).where('tenant_id', '=', tenant_id).where('connection_id', '=', connection_id).execute()
  }
  return { users, more }
}

/** Deletes the data of a deleted connection, at most 500 rows of a kind in each step. A resumed job continues with the remaining rows. */
export const deleteConnectionData: JobHandler<{ connection_id: string }, null> = {
  async run({ tenant_id, input, progress, commit }) {
    let { done } = progress
    for (let more = true; more;) {
      const step = await commit(async (trx) => {
        const deleted = await deleteBatch(trx, tenant_id, input.connection_id)
        more = deleted.more
        return { cursor: null, progress: { done: done + deleted.users, total: progress.total } }
      })
      done = step.progress.done
    }
  },
}

/** The dependencies of deleting a connection. */
export type DeleteConnectionDeps = {
  db: Db
  clock: Clock
  jobs: { wake(): void }
  scripts: Pick<ScriptRuntime, 'recycle'>
}

/**
 * Deletes a connection. It can no longer be used when this returns; jobs delete its users, identities, tokens, ledger and script log
 * afterwards. Returns false for an unknown id.
 */
export async function deleteConnection(
  deps: DeleteConnectionDeps,
  tenant_id: string,
  connection_id: string,
): Promise<boolean> {
  const connection = await inTransaction(deps.db, async (trx) => {
    const found = await connectionById(trx, tenant_id, connection_id)
    if (!found) return undefined
    for (const table of ['connection_realms', 'connection_clients', 'connections'] as const) {
      await trx
        .deleteFrom(table)
        .where('tenant_id', '=', tenant_id)
        .where('connection_id', '=', connection_id)
        .execute()
    }
    const { users = 0 } = await readCounters(trx, tenant_id, connection_id)
    const at = deps.clock.now()
    const job = { tenant_id, kind: delete_connection_data, input: { connection_id }, at }
    await enqueueJob(trx, { ...job, progress_total: users })
    // A login or sign-up that read the connection before it was deleted may write a user after the first job.
    await enqueueJob(trx, { ...job, run_at: at + second_job_delay_ms })
    return found
  })
  if (!connection) return false
  deps.scripts.recycle(scriptUnit(connection))
  deps.jobs.wake()
  return true
}
