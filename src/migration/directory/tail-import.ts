import type { Clock } from '../../base/clock.ts'
import { defined } from '../../base/defined.ts'
import type { JsonObject } from '../../base/json.ts'
import { connectionById, type Connection } from '../../connections/connection.ts'
import { kept_errors_max } from '../../contract/job.ts'
import { invalidBody, Refusal } from '../../contract/refusal.ts'
import { enqueueJob } from '../../jobs/enqueue-job.ts'
import { JobFailed, type JobHandler, type RunningJob } from '../../jobs/job.ts'
import type { Sealer } from '../../keys/sealer.ts'
import { recordEvent } from '../../logs/record-event.ts'
import { readCounters } from '../../store/connection-counters.ts'
import { activeJob } from '../../store/jobs.ts'
import { readJson } from '../../store/json-column.ts'
import type { Db, DirectoryRowsTable, JobsTable, Transaction } from '../../store/tables.ts'
import { inTransaction } from '../../store/transaction.ts'
import type { ConnectionKey } from '../find-records.ts'
import type { ImportRow, RefusedRow } from '../import/import-row.ts'
import { keepErrors, refreshConnection } from '../import/import-users.ts'
import { readImportedHash } from '../import/read-imported-hash.ts'
import { writeImportBatch } from '../import/write-import-batch.ts'
import { readLegacyProfile } from '../legacy-profile.ts'
import { profileIdentifiers } from '../profile-identifiers.ts'
import { nameKept, unnameUnmoved } from './kept-namesakes.ts'
import { hashMember, openRow } from './read-row.ts'

/** The kind of the jobs that import users from the directory. */
export const tail_import = 'tail_import'

/** The input of a tail import. `connection` is its name then, for the answer. */
export type TailInput = { connection_id: string; connection: string }

/** Why a user of the directory is not imported. */
type Skip = 'gone' | 'disabled' | 'refused' | 'excluded'

/** The counts of a tail import so far. */
export type TailCounts = Record<
  'total' | 'inserted' | 'failed' | 'skipped_moved' | 'skipped_deleted' | `skipped_${Skip}`,
  number
>

/** Where a tail import stands. */
export type TailCursor = TailCounts & { after: string }

type TailDeps = { db: Db; clock: Clock; sealer: Sealer }
type TailJob = RunningJob<TailInput, TailCursor>

const rows_at_once = 200

const first_cursor: TailCursor = {
  after: '',
  total: 0,
  inserted: 0,
  failed: 0,
  skipped_moved: 0,
  skipped_deleted: 0,
  skipped_gone: 0,
  skipped_disabled: 0,
  skipped_refused: 0,
  skipped_excluded: 0,
}

type TailRow = DirectoryRowsTable & { state: string; legacy_id: string | null; decision: string | null }

/** The next users whom the directory has a hash of. */
async function nextRows(
  trx: Transaction,
  { tenant_id, connection_id }: ConnectionKey,
  after: string,
): Promise<TailRow[]> {
  return await trx
    .selectFrom('directory_rows')
    .innerJoin('migration_records', (join) =>
      join
        .onRef('migration_records.tenant_id', '=', 'directory_rows.tenant_id')
        .onRef('migration_records.connection_id', '=', 'directory_rows.connection_id')
        .onRef('migration_records.record_id', '=', 'directory_rows.record_id'),
    )
    .leftJoin('record_decisions', (join) =>
      join
        .onRef('record_decisions.tenant_id', '=', 'directory_rows.tenant_id')
        .onRef('record_decisions.connection_id', '=', 'directory_rows.connection_id')
        .onRef('record_decisions.record_id', '=', 'directory_rows.record_id'),
    )
    .selectAll('directory_rows')
    .select(['migration_records.state', 'migration_records.legacy_id', 'record_decisions.kind as decision'])
    .where('directory_rows.tenant_id', '=', tenant_id)
    .where('directory_rows.connection_id', '=', connection_id)
    .where('directory_rows.has_hash', '=', 1)
    .where('directory_rows.record_id', '>', after)
    .orderBy('directory_rows.record_id')
    .limit(rows_at_once)
    .execute()
}

function skipOf({ gone_at, disabled, state, decision }: TailRow): Skip | undefined {
  // An alias is a person who has another record.
  if (decision === 'exclude' || decision === 'alias') return 'excluded'
  if (gone_at !== null) return 'gone'
  if (disabled === 1) return 'disabled'
  // With another decision, the record may move all the same.
  return state === 'refused' && decision === null ? 'refused' : undefined
}

type Read = { kind: 'row'; row: ImportRow } | { kind: 'refused'; refused: RefusedRow }

/** Reads a row of the directory as a row of an import. */
function readRow(sealer: Sealer, connection: Connection, row: TailRow, row_no: number): Read {
  const { legacy_id, email, username, phone_number, email_verified } = row
  const { hash, profile = {} } = openRow(sealer, connection, row)
  const shown: JsonObject = defined({
    user_id: legacy_id ?? undefined,
    email: email ?? undefined,
    username: username ?? undefined,
  })
  const refuse = (message: string, path: string): Read => ({
    kind: 'refused',
    refused: { line: row_no, row_no, shown, errors: [{ code: 'FORMAT', message, path }] },
  })
  const read_hash = readImportedHash(hash ? hashMember(hash) : {}, connection.options.password_normalization)
  if (read_hash.kind !== 'hash') return refuse('The hash cannot be used.', 'password_hash')
  const given = { ...profile, user_id: legacy_id, email, username, phone_number, email_verified: email_verified === 1 }
  const read = readLegacyProfile(given, connection.options)
  if ('problem' in read) return refuse(`${read.problem.field} ${read.problem.message}`, read.problem.field)
  return {
    kind: 'row',
    row: {
      line: row_no,
      row_no,
      profile: read.profile,
      has_id: true,
      identifiers: profileIdentifiers(read.profile, connection.options),
      given: new Set(Object.keys(given)),
      hash: read_hash.hash,
      password_set_at: null,
      second_factors: [],
      show: () => shown,
    },
  }
}

/** Imports the users behind a cursor, in the transaction of the step. Undefined where none is left. */
async function importBatch(
  trx: Transaction,
  deps: TailDeps,
  job: TailJob,
  connection: Connection,
  before: TailCursor,
): Promise<TailCursor | undefined> {
  const listed = await nextRows(trx, connection, before.after)
  const last = listed.at(-1)
  if (!last) return undefined
  const rows = await nameKept(trx, connection, listed)
  const named = rows.filter(({ legacy_id }, nth) => legacy_id !== listed[nth]?.legacy_id)
  const cursor = { ...before, after: last.record_id, total: before.total + rows.length }
  const reads: Read[] = []
  for (const [nth, row] of rows.entries()) {
    const skip = skipOf(row)
    if (skip === undefined) reads.push(readRow(deps.sealer, connection, row, before.total + nth + 1))
    else cursor[`skipped_${skip}`] += 1
  }
  const to_write = reads.flatMap((read) => (read.kind === 'row' ? [read.row] : []))
  const unreadable = reads.flatMap((read) => (read.kind === 'refused' ? [read.refused] : []))
  const current = await refreshConnection(trx, connection, to_write)
  const batch = { connection: current, rows: to_write, upsert: false, at: deps.clock.now() }
  const { refused, inserted, skipped_moved, skipped_deleted } = await writeImportBatch(trx, deps, batch)
  await unnameUnmoved(
    trx,
    connection,
    named.map(({ record_id }) => record_id),
  )
  const all_refused = [...unreadable, ...refused].toSorted((left, right) => left.row_no - right.row_no)
  await keepErrors(trx, deps, job, all_refused.slice(0, Math.max(0, kept_errors_max - before.failed)))
  return {
    ...cursor,
    inserted: before.inserted + inserted,
    failed: before.failed + all_refused.length,
    skipped_moved: before.skipped_moved + skipped_moved,
    skipped_deleted: before.skipped_deleted + skipped_deleted,
  }
}

/**
 * Creates the handler of tail imports: the users of the directory whose hash can be used become users here, 200 in a transaction, and log in
 * with their old password. Users who are gone, disabled or refused, who were deleted, or who have moved, stay as they are. No script runs.
 */
export function createTailImport(deps: TailDeps): JobHandler<TailInput, TailCursor> {
  return {
    async run(job) {
      const connection = await connectionById(deps.db, job.tenant_id, job.input.connection_id)
      if (!connection) throw new JobFailed('The connection was deleted meanwhile.')
      let cursor = job.cursor ?? first_cursor
      for (let more = true; more;) {
        const before = cursor
        await job.commit(async (trx) => {
          const next = await importBatch(trx, deps, job, connection, before)
          more = next !== undefined
          cursor = next ?? before
          return { cursor, progress: { done: cursor.total, total: Math.max(cursor.total, job.progress.total ?? 0) } }
        })
      }
      const { after: _after, ...summary } = cursor
      await recordEvent(deps.db, job.tenant_id, deps.clock.now(), {
        type: 'sui',
        description: `Tail import: ${summary.inserted} created, ${summary.failed} refused`,
        connection_id: job.input.connection_id,
        details: { job_id: job.job_id, summary },
      })
    },
  }
}

function isRunning({ job_id, input }: JobsTable): Refusal {
  const { connection } = readJson<TailInput>(input)
  const message = `A tail import of the connection ${connection} has not ended: wait until the job ${job_id} has ended.`
  return new Refusal('tail_import_running', { message, body: { job_id } })
}

/**
 * Enqueues the import of the users of the directory whose hash can be used, and returns the id of the job.
 *
 * @throws {Refusal} `inexistent_connection`, `invalid_body`, `directory_missing`, `tail_import_running`
 */
export async function startTailImport(deps: TailDeps & { jobs: { wake(): void } }, of: ConnectionKey): Promise<string> {
  const { tenant_id, connection_id } = of
  const job_id = await inTransaction(deps.db, async (trx) => {
    const connection = await connectionById(trx, tenant_id, connection_id)
    if (!connection) throw new Refusal('inexistent_connection')
    if (connection.mode === 'legacy') throw invalidBody('The connection does not import users: turn import mode on')
    const counters = await readCounters(trx, tenant_id, connection_id)
    if ((counters['directory:records'] ?? 0) === 0) throw new Refusal('directory_missing')
    const active = await activeJob(trx, tenant_id, tail_import)
    if (active) throw isRunning(active)
    const input: TailInput = { connection_id, connection: connection.name }
    const progress_total = counters['directory:with_hash'] ?? 0
    return await enqueueJob(trx, { tenant_id, kind: tail_import, input, at: deps.clock.now(), progress_total })
  })
  deps.jobs.wake()
  return job_id
}
