import { defined } from '../base/defined.ts'
import { isoTime } from '../base/time.ts'
import type { Job } from '../contract/job.ts'
import { verification_email } from '../login/verification-email-job.ts'
import { migration_finish, type FinishInput } from '../migration/finish/start-finish-step.ts'
import { rehearsal, type RehearsalInput } from '../migration/rehearsal/run-rehearsal.ts'
import { directory_listing, directory_load, type LoadCursor, type LoadInput } from '../migration/directory/load-job.ts'
import { tail_import, type TailCursor, type TailInput } from '../migration/directory/tail-import.ts'
import { users_import, type ImportCursor, type ImportInput } from '../migration/import/import-users.ts'
import { legacy_activity, type LegacyActivityInput } from '../migration/legacy-activity/sample-legacy-activity.ts'
import { readJson } from '../store/json-column.ts'
import type { JobsTable } from '../store/tables.ts'
import { users_export, type ExportInput } from '../users/export/export-users.ts'

const statuses = {
  pending: 'pending',
  running: 'processing',
  completed: 'completed',
  failed: 'failed',
  canceled: 'failed',
} as const

/** The share of a job that is done in percent, and the seconds until its end at the speed so far. */
function progressOf(row: JobsTable, now: number): Pick<Job, 'percentage_done' | 'time_left_seconds'> {
  const { state, progress_done: done, progress_total: total, started_at } = row
  if (state === 'completed') return { percentage_done: 100, time_left_seconds: 0 }
  if (total === null || total === 0) return {}
  const percentage_done = Math.min(99, Math.floor((done / total) * 100))
  if (started_at === null || done === 0 || state === 'failed') return { percentage_done }
  return { percentage_done, time_left_seconds: Math.ceil(((now - started_at) * (total - done)) / done / 1000) }
}

function summaryOf({ cursor, state }: JobsTable): Pick<Job, 'summary'> {
  if (cursor === null) {
    const none = { total: 0, inserted: 0, updated: 0, failed: 0, skipped: 0, skipped_moved: 0, skipped_deleted: 0 }
    return state === 'completed' ? { summary: none } : {}
  }
  const { total, inserted, updated, failed, skipped_moved, skipped_deleted, ignored } = readJson<ImportCursor>(cursor)
  return {
    summary: {
      total,
      inserted,
      updated,
      failed,
      skipped: skipped_moved + skipped_deleted,
      skipped_moved,
      skipped_deleted,
      ...(Object.keys(ignored).length === 0 ? {} : { ignored_members: ignored }),
    },
  }
}

function importMembers(row: JobsTable): Partial<Job> {
  const { connection_id, connection, external_id } = readJson<ImportInput>(row.input)
  return { connection_id, connection, ...(external_id === null ? {} : { external_id }), ...summaryOf(row) }
}

// A directory that an endpoint of the tenant lists is loaded like one from a file.
const typeOf = (kind: string): Job['type'] => (kind === directory_listing ? directory_load : kind) as Job['type']

function loadMembers(row: JobsTable): Partial<Job> {
  const { connection_id, connection, load_id } = readJson<LoadInput>(row.input)
  const cursor = row.cursor === null ? undefined : readJson<LoadCursor>(row.cursor)
  return {
    connection_id,
    connection,
    load_id,
    ...(cursor?.phase === 'wait' ? { status_details: cursor.message } : {}),
  }
}

function tailMembers(row: JobsTable): Partial<Job> {
  const { connection_id, connection } = readJson<TailInput>(row.input)
  if (row.cursor === null) return { connection_id, connection }
  const { after: _after, ...counts } = readJson<TailCursor>(row.cursor)
  const { total, inserted, failed } = counts
  return { connection_id, connection, summary: { updated: 0, skipped: total - inserted - failed, ...counts } }
}

function exportMembers(row: JobsTable): Partial<Job> {
  const { connection_id, connection, format, limit, fields, with_secrets } = readJson<ExportInput>(row.input)
  return {
    ...defined({
      connection_id: connection_id ?? undefined,
      connection: connection ?? undefined,
      limit: limit ?? undefined,
      fields: fields ?? undefined,
    }),
    format,
    ...(with_secrets ? { include_password_hashes: true } : {}),
  }
}

function finishMembers(row: JobsTable): Partial<Job> {
  const { connection_id, connection, step } = readJson<FinishInput>(row.input)
  return { connection_id, connection, step }
}

// Inputs that an earlier version stored have no name.
function migrationMembers(row: JobsTable): Partial<Job> {
  const { connection_id, connection } = readJson<RehearsalInput | LegacyActivityInput>(row.input)
  return { connection_id, connection }
}

/** The kinds of jobs that the API shows, and what is shown of each beside the members of all. */
const shown: Readonly<Record<string, (row: JobsTable) => Partial<Job>>> = {
  [users_import]: importMembers,
  [users_export]: exportMembers,
  [verification_email]: () => ({}),
  [directory_load]: loadMembers,
  [directory_listing]: loadMembers,
  [tail_import]: tailMembers,
  [migration_finish]: finishMembers,
  [legacy_activity]: migrationMembers,
  [rehearsal]: migrationMembers,
}

/** The kinds of jobs that the API shows as jobs of a type. */
export const kindsOf = (type: Job['type'] | undefined): string[] =>
  Object.keys(shown).filter((kind) => type === undefined || typeOf(kind) === type)

/** Whether the API shows jobs of this kind: others are the server's own. */
export const isShown = (kind: string): boolean => Object.hasOwn(shown, kind)

/** A job as the API answers it; undefined for the server's own. `now` is in epoch milliseconds. */
export function showJob(row: JobsTable, now: number): Job | undefined {
  const members = isShown(row.kind) ? shown[row.kind]?.(row) : undefined
  if (!members) return undefined
  return {
    type: typeOf(row.kind),
    status: statuses[row.state],
    created_at: isoTime(row.created_at),
    id: row.job_id,
    ...progressOf(row, now),
    ...(row.error === null ? {} : { status_details: row.error }),
    ...members,
  }
}
