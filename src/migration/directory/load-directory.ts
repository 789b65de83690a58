import { defined } from '../../base/defined.ts'
import { connectionById, requireConnection, type Connection } from '../../connections/connection.ts'
import type { DirectoryLoadCounts } from '../../contract/directory.ts'
import type { DirectoryFormat } from '../../contract/directory-format.ts'
import { Refusal } from '../../contract/refusal.ts'
import { discardJobFiles } from '../../jobs/job-files.ts'
import { JobFailed, type JobHandler } from '../../jobs/job.ts'
import { analyzeTable } from '../../store/analyze-table.ts'
import { readJson } from '../../store/json-column.ts'
import type { DirectoryLoadsTable } from '../../store/tables.ts'
import { inTransaction } from '../../store/transaction.ts'
import { applyRows } from './apply-rows.ts'
import { confirmationOf, countGone, countRepeated } from './check-load.ts'
import { changeLoad, countsOf, failLoad, loadRow, optionsAad, type LoadOptions } from './directory-load.ts'
import { loadOf, progressOf, type LoadCursor, type LoadDeps, type LoadInput, type LoadJob } from './load-job.ts'
import { markGone } from './mark-gone.ts'
import { readFile, readListing } from './read-load.ts'
import { deleteStaged, stagedRows, type StagedPlace } from './stage-rows.ts'

const applied_at_once = 256
const analyzed_from = 5000

type Load = { row: DirectoryLoadsTable; connection: Connection; options: LoadOptions }

async function openLoad(deps: LoadDeps, job: LoadJob): Promise<Load | undefined> {
  const key = loadOf(job)
  const row = await loadRow(deps.db, key)
  if (!row || row.options_sealed === null) return undefined
  const connection = await connectionById(deps.db, job.tenant_id, job.input.connection_id)
  if (!connection) throw new JobFailed('The connection was deleted meanwhile.')
  return { row, connection, options: readJson<LoadOptions>(deps.sealer.open(row.options_sealed, optionsAad(key))) }
}

/** Reads the rows of a load from its source. */
async function readRows(
  deps: LoadDeps,
  job: LoadJob,
  { row, connection, options }: Load,
): Promise<DirectoryLoadCounts> {
  const { cursor } = job
  if (cursor !== null && cursor.phase !== 'read') return 'counts' in cursor ? cursor.counts : countsOf(row)
  if (row.source === 'list_users') return await readListing(deps, job, connection)
  const format = row.format as DirectoryFormat
  const counts = await readFile(deps, job, { connection, format, options })
  const read: LoadCursor = { phase: 'compare_keys', after: null, same_key: 0, counts }
  await job.commit(async () => ({ cursor: read, progress: progressOf(job, counts, {}) }))
  return counts
}

const analyzed_tables = ['directory_rows', 'migration_records', 'migration_identifiers'] as const

/** Updates the statistics of tables in which a load has written many rows. */
async function analyze(deps: LoadDeps, job: LoadJob, tables: Parameters<typeof analyzeTable>[1][]): Promise<void> {
  for (const table of tables) {
    await analyzeTable(deps.db, table)
    await job.renew()
  }
}

/** Compares a load that is read with itself and with the directory. */
async function checkLoad(deps: LoadDeps, job: LoadJob, read: DirectoryLoadCounts): Promise<DirectoryLoadCounts> {
  const { cursor } = job
  const none = { listed: 0, gone: 0 }
  if (read.rows >= analyzed_from) await analyze(deps, job, ['directory_staged_rows'])
  if (cursor?.phase === 'compare_records') return await countGone(deps, job, { without_id: none, ...cursor })
  const from = cursor?.phase === 'compare_keys' ? cursor : { counts: read, after: null, same_key: 0 }
  const counts = await countRepeated(deps, job, from)
  return await countGone(deps, job, { counts, after: null, without_id: none })
}

/** Decides whether a load is applied at once or waits for a confirmation. Returns whether it is applied. */
async function decide(deps: LoadDeps, job: LoadJob, { options }: Load, counts: DirectoryLoadCounts): Promise<boolean> {
  const { tenant_id, job_id } = job
  const message = confirmationOf(counts, options.gone_limit_percent)
  const cursor: LoadCursor =
    message === undefined ? { phase: 'apply', after: null, rows: 0, counts } : { phase: 'wait', message, counts }
  const state = message === undefined ? 'applying' : 'waiting_for_confirmation'
  await discardJobFiles(deps.db, { tenant_id, job_id })
  await job.commit(async (trx) => {
    const change = { state, counts, message: message ?? null } as const
    if (!(await changeLoad(trx, loadOf(job), ['reading'], change))) throw new JobFailed('The load was canceled.')
    return { cursor, progress: progressOf(job, counts, { applied: 0 }) }
  })
  return message === undefined
}

type ApplyCursor = Extract<LoadCursor, { phase: 'apply' }>

/** Applies the staged rows behind the cursor. */
async function applyStaged(deps: LoadDeps, job: LoadJob, connection: Connection, from: ApplyCursor) {
  const load = loadOf(job)
  let cursor = from
  let analyzed_at = Math.max(analyzed_from, 2 * from.rows)
  for (;;) {
    const staged = await stagedRows(deps.db, load, { after: cursor.after, take: applied_at_once })
    const last = staged.at(-1)
    if (!last) return cursor.counts
    const { counts, rows } = cursor
    await job.commit(async (trx) => {
      await requireConnection(trx, connection)
      const batch = { connection, load_id: load.load_id, at: deps.clock.now() }
      const applied = addCounts(counts, await applyRows(trx, batch, staged))
      const after: StagedPlace = { row_key: last.row_key, row_no: last.row_no }
      cursor = { phase: 'apply', after, rows: rows + staged.length, counts: applied }
      return { cursor, progress: progressOf(job, applied, { applied: cursor.rows }) }
    })
    if (cursor.rows < analyzed_at) continue
    analyzed_at *= 2
    await analyze(deps, job, [...analyzed_tables])
  }
}

const addCounts = (counts: DirectoryLoadCounts, more: Pick<DirectoryLoadCounts, 'added' | 'changed' | 'returned'>) => ({
  ...counts,
  added: counts.added + more.added,
  changed: counts.changed + more.changed,
  returned: counts.returned + more.returned,
})

/**
 * Applies a load whose rows are staged, marks who is gone, and ends it. A resumed job goes on behind its last step. Returns the counts of the
 * load.
 */
async function applyLoad(deps: LoadDeps, job: LoadJob, { row, connection }: Load): Promise<DirectoryLoadCounts> {
  const load = loadOf(job)
  const { cursor } = job
  const progress = (counts: DirectoryLoadCounts) => progressOf(job, counts, { applied: counts.rows })
  const first = { phase: 'apply', after: null, rows: 0, counts: countsOf(row) } as const
  const is_marking = cursor?.phase === 'mark_gone'
  let counts = is_marking
    ? cursor.counts
    : { ...(await applyStaged(deps, job, connection, cursor?.phase === 'apply' ? cursor : first)), gone: 0 }
  let gone_after: string | undefined = is_marking ? cursor.after : ''
  while (gone_after !== undefined) {
    const after: string = gone_after
    const before = counts
    await job.commit(async (trx) => {
      const at = deps.clock.now()
      const { marked, last } = await markGone(trx, load, after, at)
      gone_after = last
      counts = { ...before, gone: before.gone + marked }
      if (last !== undefined) return { cursor: { phase: 'mark_gone', after: last, counts }, progress: progress(counts) }
      const change = { state: 'applied', counts, message: null, options_sealed: null, applied_at: at } as const
      await changeLoad(trx, load, ['applying'], change)
      return { cursor: { phase: 'clean', counts }, progress: progress(counts) }
    })
  }
  return counts
}

/** Deletes what is staged of a load that has ended, and keeps its counts in the job. */
async function clean(job: LoadJob, counts: DirectoryLoadCounts | undefined): Promise<void> {
  const { done, total } = job.progress
  let after: StagedPlace | null | undefined = null
  while (after !== undefined) {
    const from: StagedPlace | null = after
    await job.commit(async (trx) => {
      after = await deleteStaged(trx, loadOf(job), from)
      return { cursor: { phase: 'clean', ...defined({ counts }) }, progress: { done: total ?? done, total } }
    })
  }
}

/**
 * Creates the handler of the jobs that load a directory: the rows are read and staged, compared with the directory, and applied in
 * transactions of 256 rows each. No record shows anything of a load before it was read to its end and, where that is needed, confirmed; from
 * then on it is applied to its end.
 */
export function createDirectoryLoad(deps: LoadDeps): JobHandler<LoadInput, LoadCursor> {
  return {
    async run(job) {
      let applied = job.cursor?.phase === 'clean' ? job.cursor.counts : undefined
      try {
        const load = await openLoad(deps, job)
        if (load?.row.state === 'reading') {
          const counts = await checkLoad(deps, job, await readRows(deps, job, load))
          if (!(await decide(deps, job, load, counts))) return
          applied = await applyLoad(deps, { ...job, cursor: { phase: 'apply', after: null, rows: 0, counts } }, load)
        } else if (load?.row.state === 'applying') applied = await applyLoad(deps, job, load)
        else if (load?.row.state === 'waiting_for_confirmation') return
      } catch (error) {
        if (error instanceof JobFailed || error instanceof Refusal) {
          await inTransaction(deps.db, async (trx) => failLoad(trx, loadOf(job), error.message))
          await discardJobFiles(deps.db, { tenant_id: job.tenant_id, job_id: job.job_id })
        }
        throw error
      }
      await clean(job, applied)
    },
  }
}
