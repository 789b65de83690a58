import { connectionById } from '../connections/connection.ts'
import { ImportFields, kept_errors_max, type Job } from '../contract/job.ts'
import { Refusal } from '../contract/refusal.ts'
import { startVerificationEmail } from '../login/verification-email-job.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import { failedRowsFile, hasFailedRows } from '../migration/import/failed-rows.ts'
import { users_import } from '../migration/import/import-users.ts'
import { readImportErrors } from '../migration/import/read-import-errors.ts'
import { startUsersImport, type StartUsersImportDeps } from '../migration/import/start-users-import.ts'
import { jobRow, listJobs } from '../store/jobs.ts'
import type { JobsTable } from '../store/tables.ts'
import { issuerOf, type Site, type Tenant } from '../tenants/tenant.ts'
import { exportFile, hasExportFile, hasSecrets } from '../users/export/export-file.ts'
import { startUsersExport } from '../users/export/start-users-export.ts'
import { requireScope, type BearerToken } from './authorize-route.ts'
import { convertStrings } from './convert-strings.ts'
import type { Handlers } from './handler.ts'
import { inputCheck } from './input-check.ts'
import { downloadLink, type DownloadDeps } from './job-downloads.ts'
import { isShown, kindsOf, showJob } from './show-job.ts'

type JobApiDeps = StartUsersImportDeps & DownloadDeps & { site: Site }
type Asked = { tenant: Tenant; token: BearerToken }

/** The job of a path parameter: the server's own are not shown. @throws {Refusal} `inexistent_job` */
async function jobOf({ db }: Pick<JobApiDeps, 'db'>, { tenant_id }: Tenant, job_id: string): Promise<JobsTable> {
  const row = await jobRow(db, { tenant_id, job_id })
  if (!row || !isShown(row.kind)) throw new Refusal('inexistent_job')
  return row
}

/** The scope that the file of an export needs. */
const scopeOfFile = (row: JobsTable): string => (hasSecrets(row) ? 'export:password_hashes' : 'read:users')

/** The job as the API answers it, with the address of its file where the token may read it: the address works without a token. */
async function answerJob(deps: JobApiDeps, { tenant, token }: Asked, row: JobsTable): Promise<Job> {
  const shown = showJob(row, deps.clock.now())
  if (!shown) throw new Refusal('inexistent_job')
  // A file is on the tenant's own origin, also for a job that an admin reads.
  const issuer = issuerOf(tenant, deps.site.scheme)
  const has_failed_rows =
    row.kind === users_import && token.scopes.has('export:password_hashes') && (await hasFailedRows(deps.db, row))
  const job = has_failed_rows
    ? { ...shown, failed_rows_location: `${issuer}api/v2/jobs/${row.job_id}/failed-rows` }
    : shown
  if (!token.scopes.has(scopeOfFile(row)) || !(await hasExportFile(deps.db, row))) return job
  const { tenant_id, job_id } = row
  const location = hasSecrets(row)
    ? `${issuer}api/v2/jobs/${job_id}/file`
    : downloadLink(deps, issuer, tenant_id, job_id)
  return { ...job, location }
}

const checkFields = inputCheck('body', ImportFields)

/** Operations on jobs. */
export function jobApiHandlers(deps: JobApiDeps & Parameters<typeof startVerificationEmail>[0]) {
  const recordDownload = async (
    { tenant, token, caller }: Asked & { caller: Caller },
    { job_id }: JobsTable,
  ): Promise<void> =>
    await recordEvent(deps.db, tenant.tenant_id, deps.clock.now(), {
      type: 'sapi',
      description: 'Download password hashes of users',
      client_id: token.client_id,
      ...(token.user_name === undefined ? {} : { user_id: token.sub, user_name: token.user_name }),
      caller,
      details: { operation: 'getJobFile', job_id },
    })
  const answer = async (asked: Asked, job_id: string): Promise<Job> =>
    await answerJob(deps, asked, await jobOf(deps, asked.tenant, job_id))

  return {
    async createUsersImport({ tenant, token, readForm }) {
      const job_id = await startUsersImport(deps, tenant.tenant_id, async (keepFile) => {
        const fields = convertStrings(ImportFields, await readForm(keepFile)) as ImportFields
        if (fields.connection_id === undefined) {
          throw new Refusal('invalid_body', { message: "Must provide 'connection_id' as multipart part." })
        }
        checkFields(fields)
        if (fields.upsert === true) requireScope(token, ['update:users'])
        return fields
      })
      return await answer({ tenant, token }, job_id)
    },

    async createUsersExport({ tenant, token, body }) {
      if (body.include_password_hashes === true) requireScope(token, ['export:password_hashes'])
      const { connection_id, ...wanted } = body
      const connection =
        connection_id === undefined ? undefined : await connectionById(deps.db, tenant.tenant_id, connection_id)
      if (connection_id !== undefined && !connection) {
        throw new Refusal('invalid_body', { message: 'The connection does not exist.' })
      }
      const job_id = await startUsersExport(deps, tenant.tenant_id, { ...wanted, connection })
      return await answer({ tenant, token }, job_id)
    },

    createVerificationEmail: async ({ tenant, token, body }) =>
      await answer({ tenant, token }, await startVerificationEmail(deps, tenant, body)),

    async listJobs({ tenant, query: { type, take = 50 } }) {
      const rows = await listJobs(deps.db, tenant.tenant_id, take, kindsOf(type))
      return { jobs: rows.flatMap((row) => showJob(row, deps.clock.now()) ?? []) }
    },

    getJob: async ({ tenant, token, params }) => await answer({ tenant, token }, params.id),

    async listJobErrors({ tenant, token, params }) {
      const row = await jobOf(deps, tenant, params.id)
      const errors = await readImportErrors(deps, row, kept_errors_max)
      if (errors.length > 0) return errors
      return row.state === 'failed' ? await answerJob(deps, { tenant, token }, row) : null
    },

    async getJobFile({ tenant, token, params, caller }) {
      const row = await jobOf(deps, tenant, params.id)
      requireScope(token, [scopeOfFile(row)])
      const file = await exportFile(deps, row)
      if (hasSecrets(row)) await recordDownload({ tenant, token, caller }, row)
      return file
    },

    async getFailedRows({ tenant, token, params, caller }) {
      const row = await jobOf(deps, tenant, params.id)
      const file = await failedRowsFile(deps, row)
      await recordDownload({ tenant, token, caller }, row)
      return file
    },
  } satisfies Partial<Handlers>
}
