import { isoTime } from '../base/time.ts'
import { ImportFields, kept_errors_max, type Job } from '../contract/job.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { users_import, type ImportCursor, type ImportInput } from '../migration/import/import-users.ts'
import { readImportErrors } from '../migration/import/read-import-errors.ts'
import { startUsersImport, type StartUsersImportDeps } from '../migration/import/start-users-import.ts'
import { readJson } from '../store/json-column.ts'
import { jobRow } from '../store/jobs.ts'
import type { Db, JobsTable } from '../store/tables.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { convertStrings } from './convert-strings.ts'
import type { Handlers } from './handler.ts'
import { inputCheck } from './input-check.ts'

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

function showImport(row: JobsTable, now: number): Job {
  const { connection_id, connection, external_id } = readJson<ImportInput>(row.input)
  return {
    type: users_import,
    status: statuses[row.state],
    connection_id,
    connection,
    created_at: isoTime(row.created_at),
    id: row.job_id,
    ...(external_id === null ? {} : { external_id }),
    ...progressOf(row, now),
    ...(row.error === null ? {} : { status_details: row.error }),
    ...summaryOf(row),
  }
}

/** The job of a path parameter: other kinds of jobs are not shown. @throws {Refusal} `inexistent_job` */
async function jobOf(db: Db, { tenant_id }: Tenant, job_id: string): Promise<JobsTable> {
  const row = await jobRow(db, { tenant_id, job_id })
  if (row?.kind !== users_import) throw new Refusal('inexistent_job')
  return row
}

const checkFields = inputCheck('body', ImportFields)

/** Operations on jobs. */
export function jobApiHandlers(deps: StartUsersImportDeps & { sealer: Sealer }) {
  return {
    async createUsersImport({ tenant, readForm }) {
      const job_id = await startUsersImport(deps, tenant.tenant_id, async (keepFile) => {
        const fields = convertStrings(ImportFields, await readForm(keepFile)) as ImportFields
        if (fields.connection_id === undefined) {
          throw new Refusal('invalid_body', { message: "Must provide 'connection_id' as multipart part." })
        }
        checkFields(fields)
        return fields
      })
      return showImport(await jobOf(deps.db, tenant, job_id), deps.clock.now())
    },

    getJob: async ({ tenant, params }) => showImport(await jobOf(deps.db, tenant, params.id), deps.clock.now()),

    async listJobErrors({ tenant, params }) {
      const row = await jobOf(deps.db, tenant, params.id)
      const errors = await readImportErrors(deps, row, kept_errors_max)
      if (errors.length > 0) return errors
      return row.state === 'failed' ? showImport(row, deps.clock.now()) : null
    },
  } satisfies Partial<Handlers>
}
