import { setImmediate } from 'node:timers/promises'
import type { Connection } from '../../connections/connection.ts'
import type { DirectoryLoadCounts } from '../../contract/directory.ts'
import type { DirectoryFormat } from '../../contract/directory-format.ts'
import { outcomes } from '../../contract/outcomes.ts'
import { JobFailed, JobPostponed } from '../../jobs/job.ts'
import { job_file_max_bytes, readJobFile } from '../../jobs/job-files.ts'
import { no_counts, type LoadOptions } from './directory-load.ts'
import { directoryFormats } from './directory-formats.ts'
import { directory_file, loadOf, progressOf, type LoadCursor, type LoadDeps, type LoadJob } from './load-job.ts'
import { readPage } from './read-page.ts'
import { readRow, type ReadRow } from './read-row.ts'
import { stageRows, type NumberedRow } from './stage-rows.ts'

/** The most rows of a load. */
export const rows_max = 10_000_000

const rows_at_once = 512
const committed_every = 10 * rows_at_once

/** The counts with a further row. */
function countRow(counts: DirectoryLoadCounts, { facts }: ReadRow): DirectoryLoadCounts {
  const { problem, disabled, has_hash, hash_form } = facts
  return {
    ...counts,
    rows: counts.rows + 1,
    disabled: counts.disabled + disabled,
    with_hash: counts.with_hash + has_hash,
    ...(problem === null ? {} : { [problem]: counts[problem] + 1 }),
    ...(hash_form === null
      ? {}
      : { hash_forms: { ...counts.hash_forms, [hash_form]: (counts.hash_forms[hash_form] ?? 0) + 1 } }),
  }
}

function requireFewer(rows: number): void {
  if (rows > rows_max) throw new JobFailed(`The directory has more than ${rows_max} rows.`)
}

/** Passes the file on and reports how much of it was read. */
async function* countBytes(
  input: AsyncIterable<Uint8Array>,
  read: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const piece of input) {
    yield piece
    bytes += piece.length
    read(bytes)
  }
}

/** Lets other work of the process run: rows are read and staged without waiting for anything. */
async function pause(job: LoadJob): Promise<void> {
  await setImmediate()
  await job.renew()
}

/**
 * Reads the file of a load and stages its rows. A resumed job reads the file from its beginning and skips the rows that it has, so it stages
 * at least half as many rows as it skipped before it may be interrupted again.
 *
 * @throws {Refusal} `malformed_directory_file`
 */
export async function readFile(
  deps: LoadDeps,
  job: LoadJob,
  { connection, format, options }: { connection: Connection; format: DirectoryFormat; options: LoadOptions },
): Promise<DirectoryLoadCounts> {
  const load = loadOf(job)
  const { tenant_id, job_id, cursor } = job
  let counts = cursor?.phase === 'read' ? cursor.counts : no_counts
  const skipped = counts.rows
  const step = Math.max(committed_every, Math.ceil(skipped / 2))
  let read = 0
  let row_no = 0
  let committed = skipped
  let batch: NumberedRow[] = []
  const file = readJobFile(deps, { tenant_id, job_id, name: directory_file })
  const input = countBytes(file, (bytes) => (read = bytes))
  for await (const entry of directoryFormats[format](input, options.format_options)) {
    row_no += 1
    if (row_no <= skipped) {
      if (row_no % rows_at_once === 0) await pause(job)
      continue
    }
    requireFewer(row_no)
    const row = readRow(deps.sealer, connection, entry)
    counts = countRow(counts, row)
    batch.push({ ...row, row_no })
    if (batch.length < rows_at_once) continue
    await stageRows(deps.db, load, batch)
    batch = []
    if (row_no - committed < step) await pause(job)
    else {
      await job.commit(async () => ({
        cursor: { phase: 'read', next: null, counts },
        progress: progressOf(job, counts, { read }),
      }))
      committed = row_no
    }
  }
  await stageRows(deps.db, load, batch)
  return counts
}

const empty_pages_max = 100
const listed_max_text = `${job_file_max_bytes / 2 ** 30} GiB`

/**
 * Reads all pages of the script `list_users` and stages their rows. A resumed job goes on at the page that it has not staged.
 *
 * @throws {JobPostponed} while the legacy store cannot be reached
 * @throws {JobFailed} where the script fails in another way, its result is no page, or its pages are larger together than a file may be
 */
export async function readListing(deps: LoadDeps, job: LoadJob, connection: Connection): Promise<DirectoryLoadCounts> {
  const load = loadOf(job)
  const first: Extract<LoadCursor, { phase: 'read' }> = { phase: 'read', counts: no_counts, next: null }
  const from = job.cursor?.phase === 'read' ? job.cursor : first
  let { counts, next } = from
  let listed_bytes = from.listed_bytes ?? 0
  let empty_pages = 0
  for (;;) {
    const result = await deps.legacy.listUsers(connection, next)
    if (result.kind !== 'value') {
      const message = `list_users failed: ${result.message}`
      const is_outage = outcomes[result.outcome].problem === 'legacy_unavailable'
      if (is_outage) throw new JobPostponed(message)
      throw new JobFailed(message)
    }
    const page = readPage(result.value)
    if ('problem' in page) throw new JobFailed(`list_users: ${page.problem}`)
    empty_pages = page.entries.length === 0 ? empty_pages + 1 : 0
    if (page.next !== null && (page.next === next || empty_pages >= empty_pages_max))
      throw new JobFailed(
        'list_users does not come to an end: it returns the cursor that it was called with, or empty pages.',
      )
    const rows: NumberedRow[] = []
    for (const entry of page.entries) {
      const row = readRow(deps.sealer, connection, { ...entry, line: counts.rows + 1 })
      counts = countRow(counts, row)
      rows.push({ ...row, row_no: counts.rows })
    }
    requireFewer(counts.rows)
    listed_bytes += Buffer.byteLength(JSON.stringify(result.value))
    if (listed_bytes > job_file_max_bytes)
      throw new JobFailed(`list_users does not come to an end: it returned more than ${listed_max_text}.`)
    const after = page.next
    const counted = { counts, listed_bytes }
    // With the cursor: a page that is read again may have other users.
    await job.commit(async (trx) => {
      await stageRows(trx, load, rows)
      const cursor: LoadCursor =
        after === null
          ? { phase: 'compare_keys', after: null, same_key: 0, counts: counted.counts }
          : { phase: 'read', next: after, ...counted }
      return { cursor, progress: progressOf(job, counted.counts, {}) }
    })
    if (after === null) return counts
    next = after
  }
}
