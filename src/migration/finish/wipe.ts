import type { Clock } from '../../base/clock.ts'
import { connectionById, type Connection } from '../../connections/connection.ts'
import { writeConnection } from '../../connections/write-connection.ts'
import { jobIdsWithData } from '../../store/connection-jobs.ts'
import { addToCounter } from '../../store/connection-counters.ts'
import { deleteJobErrors } from '../../store/job-errors.ts'
import { deleteJobFiles } from '../../store/job-files.ts'
import type { Transaction } from '../../store/tables.ts'
import { failLoad } from '../directory/directory-load.ts'
import { deleteStaged } from '../directory/stage-rows.ts'
import { readScriptDays } from '../report/script-days.ts'
import { finishOf, writeFinish, type Counted } from './finish.ts'

/** Where disconnect stands: which kind of data it wipes, the last key of it where it goes by keys, and what it has counted. */
export type WipeCursor = { nth: number; after: string; wiped: Counted[]; kept: Counted[] }

/** What a part of a wipe did. `after`: the last key that it has seen; absent where nothing of the kind is left. */
type Wiped = { wiped?: Counted[]; kept?: Counted[]; after?: string }

/** Wipes a part of the data of one kind: what follows the key `after`, or what is left. */
type Wipe = (trx: Transaction, connection: Connection, at: { clock: Clock; after: string }) => Promise<Wiped>

const rows_at_once = 500

/** Wipes the settings, the scripts and the egress entries in the row of the connection. */
const wipeConnection: Wipe = async (trx, { tenant_id, connection_id }, deps) => {
  const before = await connectionById(trx, tenant_id, connection_id)
  if (!before) return {}
  const { egress, password_recipe: _recipe, verify_password_here: _verify, ...options } = before.options
  await writeConnection(trx, deps, before, { options, configuration_sealed: {}, scripts_sealed: {} })
  return {
    wiped: [
      { what: 'settings of the scripts', count: Object.keys(before.configuration_sealed).length },
      { what: 'scripts', count: Object.keys(before.scripts_sealed).length },
      { what: 'egress entries', count: egress?.allow?.length ?? 0 },
    ],
  }
}

/** Keeps what the closing report says of the scripts, before what it is read from is deleted: counts and numbers of versions. */
const keepScriptDays: Wipe = async (trx, connection) => {
  const finish = await finishOf(trx, connection)
  if (!finish) return {}
  const script_days = await readScriptDays(trx, connection)
  await writeFinish(trx, connection, { ...finish, facts: { ...finish.facts, script_days } })
  return {
    kept: [{ what: 'days of script calls and versions, as numbers for the closing report', count: script_days.length }],
  }
}

/** Deletes the rows of a table of the connection, which has few of them. */
const deleteRows =
  (table: 'script_versions' | 'script_calls' | 'legacy_activities', what: string): Wipe =>
  async (trx, { tenant_id, connection_id }) => {
    const deleted = await trx
      .deleteFrom(table)
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .executeTakeFirst()
    return { wiped: [{ what, count: Number(deleted.numDeletedRows) }] }
  }

const deleteScriptLog: Wipe = async (trx, { tenant_id, connection_id }) => {
  const what = 'lines of the script log'
  const lines = await trx
    .selectFrom('script_logs')
    .select('line_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .limit(rows_at_once)
    .execute()
  if (lines.length === 0) return { wiped: [{ what, count: 0 }] }
  const ids = lines.map(({ line_id }) => line_id)
  await trx
    .deleteFrom('script_logs')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('line_id', 'in', ids)
    .execute()
  return { wiped: [{ what, count: ids.length }], after: '' }
}

/** Wipes the hashes of people who have not moved: a move has erased those of the others. Their other directory facts stay, for latecomers. */
const wipeHashes: Wipe = async (trx, { tenant_id, connection_id }) => {
  const what = 'password hashes of the directory'
  const rows = await trx
    .selectFrom('directory_rows')
    .select('record_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('has_hash', '=', 1)
    .limit(rows_at_once)
    .execute()
  if (rows.length === 0) return { wiped: [{ what, count: 0 }] }
  await trx
    .updateTable('directory_rows')
    .set({ hash: null, has_hash: 0 })
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where(
      'record_id',
      'in',
      rows.map(({ record_id }) => record_id),
    )
    .execute()
  await addToCounter(trx, tenant_id, connection_id, 'directory:with_hash', -rows.length)
  return { wiped: [{ what, count: rows.length }], after: '' }
}

/** Ends the loads of the directory that wait for a confirmation, and deletes the rows of loads that were not applied. */
const wipeLoads: Wipe = async (trx, { tenant_id, connection_id }, { after }) => {
  const load = await trx
    .selectFrom('directory_loads')
    .select('load_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('load_id', '>=', after)
    .orderBy('load_id')
    .limit(2)
    .execute()
  const [current, next] = load
  const what = 'loads of the directory that waited for a confirmation'
  if (!current) return { wiped: [{ what, count: 0 }] }
  const key = { tenant_id, connection_id, load_id: current.load_id }
  const has_failed = await failLoad(trx, key, 'The legacy store was disconnected.')
  const wiped = [{ what, count: has_failed ? 1 : 0 }]
  if ((await deleteStaged(trx, key)) !== undefined) return { wiped, after: current.load_id }
  return next ? { wiped, after: next.load_id } : { wiped }
}

const wipeJobFiles: Wipe = async (trx, connection) => {
  const what = 'jobs with files or refused rows'
  const [job_id] = await jobIdsWithData(trx, connection, 1)
  if (job_id === undefined) return { wiped: [{ what, count: 0 }] }
  const key = { tenant_id: connection.tenant_id, job_id }
  if (await deleteJobFiles(trx, key)) return { after: '' }
  await deleteJobErrors(trx, key)
  return { wiped: [{ what, count: 1 }], after: '' }
}

/** Counts the imported password hashes that no login has replaced yet: they stay. */
const countImportedHashes: Wipe = async (trx, { tenant_id, connection_id }, { after }) => {
  const what = 'imported password hashes, each until its user logs in'
  const rows = await trx
    .selectFrom('identities')
    .leftJoin('credentials', (join) =>
      join
        .onRef('credentials.tenant_id', '=', 'identities.tenant_id')
        .onRef('credentials.user_id', '=', 'identities.user_id')
        .on('credentials.format', '=', 'foreign'),
    )
    .select(['identities.identity_user_id', 'credentials.format'])
    .where('identities.tenant_id', '=', tenant_id)
    .where('identities.connection_id', '=', connection_id)
    .where('identities.identity_user_id', '>', after)
    .orderBy('identities.identity_user_id')
    .limit(rows_at_once)
    .execute()
  const last = rows.at(-1)
  const kept = [{ what, count: rows.filter(({ format }) => format !== null).length }]
  return last ? { kept, after: last.identity_user_id } : { kept }
}

/** What disconnect wipes, and counts, in this order. */
export const wipes: readonly Wipe[] = [
  keepScriptDays,
  wipeConnection,
  deleteRows('script_versions', 'versions of scripts'),
  deleteRows('script_calls', 'hours of script calls'),
  deleteRows('legacy_activities', 'samplings of other programs'),
  deleteScriptLog,
  wipeHashes,
  wipeLoads,
  wipeJobFiles,
  countImportedHashes,
]

/** Adds what one step has counted to what those before it have. */
export function addCounts(before: readonly Counted[], more: readonly Counted[] = []): Counted[] {
  const counts = new Map(before.map(({ what, count }) => [what, count]))
  for (const { what, count } of more) counts.set(what, (counts.get(what) ?? 0) + count)
  return [...counts].map(([what, count]) => ({ what, count }))
}
