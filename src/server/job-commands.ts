import { defined } from '../base/defined.ts'
import { isConnectionEnabled, type Connection } from '../connections/connection.ts'
import { failedRowsFile } from '../migration/import/failed-rows.ts'
import { users_import } from '../migration/import/import-users.ts'
import { startUsersImport } from '../migration/import/start-users-import.ts'
import { cancelJob, jobRow, listJobs, type JobKey } from '../store/jobs.ts'
import type { Db } from '../store/tables.ts'
import { exportFile, hasSecrets } from '../users/export/export-file.ts'
import { startUsersExport } from '../users/export/start-users-export.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { CommandDeps } from './command-deps.ts'
import type { CommandOptions, CommandOutput } from './command-options.ts'
import { followJob, hasEnded, readShownJob, shownJob, type FollowedJob, type ShownJob } from './follow-job.ts'
import { describeJob } from './job-progress.ts'
import { recordCommand } from './record-command.ts'
import {
  connectionNamed,
  countOption,
  optionalOption,
  refuse,
  requireOption,
  tenantNamed,
  type StoreCommand,
} from './store-command.ts'
import { textTable } from './text-table.ts'

const listed_jobs = 50
const users_max = 1_000_000_000_000

/** The fields of an export: `email,user_metadata.plan=plan`. */
function readFields(text: string | undefined): { name: string; export_as?: string }[] | undefined {
  return optionalOption(text, '--fields')
    ?.split(',')
    .map((field) => {
      const [name = '', export_as, ...more] = field.trim().split('=')
      if (name === '' || export_as === '' || more.length > 0)
        return refuse(
          `--fields are names of fields with commas between them, each with =NAME for its name in the file; "${field}" is none.`,
        )
      return { name, ...defined({ export_as }) }
    })
}

function readFormat(format: string | undefined): 'json' | 'csv' | undefined {
  if (format === undefined || format === 'json' || format === 'csv') return format
  return refuse('--format must be json or csv.')
}

/** Refuses a connection that gets no users from a file, before the file is sent. @throws {Refusal} */
async function requireImportable({ db }: CommandDeps, connection: Connection): Promise<void> {
  const { name, mode, connection_id } = connection
  if (mode === 'legacy')
    refuse(`The connection "${name}" is in legacy mode: its users are in the legacy store. Turn import mode on first.`)
  if (!(await isConnectionEnabled(db, connection)))
    refuse(
      `No client may use the connection "${name}": enable it for one by PATCH /api/v2/connections/${connection_id}/clients.`,
    )
}

/** The output of a command that began a job, or shows one: a `FollowedJob`, and the reports of the job until its end. */
export async function followedJob(deps: CommandDeps, key: JobKey): Promise<CommandOutput> {
  const first: FollowedJob = { job: await readShownJob(deps, key), in_server: deps.in_server }
  return { stdout: JSON.stringify(first), follow: (signal) => followJob(deps, key, signal) }
}

/** Reads `--job` and the tenant, and passes the key of the job to a command. */
function onJob(
  { job: job_id, tenant: tenant_name }: CommandOptions,
  run: (deps: CommandDeps, tenant: Tenant, job: ShownJob) => Promise<CommandOutput>,
): ReturnType<StoreCommand> {
  const wanted = requireOption(job_id, '--job')
  return async (deps) => {
    const tenant = await tenantNamed(deps.db, tenant_name)
    return await run(deps, tenant, await readShownJob(deps, { tenant_id: tenant.tenant_id, job_id: wanted }))
  }
}

async function isLoadBeingApplied(db: Db, tenant_id: string, job_id: string): Promise<boolean> {
  const load = await db
    .selectFrom('directory_loads')
    .select('load_id')
    .where('tenant_id', '=', tenant_id)
    .where('job_id', '=', job_id)
    .where('state', '=', 'applying')
    .executeTakeFirst()
  return load !== undefined
}

/** The commands for imports, exports and other jobs. */
export const job_commands = {
  import: ({ connection: connection_name, upsert = false, 'external-id': id, tenant: tenant_name }) => {
    const name = requireOption(connection_name, '--connection')
    const external_id = optionalOption(id, '--external-id')
    return async (deps, upload) => {
      if (!upload) return refuse('Please give --file.')
      const tenant = await tenantNamed(deps.db, tenant_name)
      const { tenant_id } = tenant
      const connection = await connectionNamed(deps.db, tenant, name)
      const { connection_id } = connection
      await requireImportable(deps, connection)
      const { jobs } = deps.modules()
      const job_id = await startUsersImport({ ...deps, jobs }, tenant_id, async (keepFile) => {
        await keepFile('users', upload())
        return { connection_id, upsert, ...defined({ external_id }) }
      })
      await recordCommand(deps, tenant, 'import', undefined, { job_id })
      return await followedJob(deps, { tenant_id, job_id })
    }
  },

  export: (options) => {
    const { connection: connection_name, tenant: tenant_name } = options
    const name = optionalOption(connection_name, '--connection')
    const limit = countOption(options.limit, '--limit', { most: users_max })
    const wanted = defined({ format: readFormat(options.format), fields: readFields(options.fields), limit })
    const include_password_hashes = options['include-password-hashes'] === true
    return async (deps) => {
      const tenant = await tenantNamed(deps.db, tenant_name)
      const { tenant_id } = tenant
      const connection = name === undefined ? undefined : await connectionNamed(deps.db, tenant, name)
      const { jobs } = deps.modules()
      const job_id = await startUsersExport({ ...deps, jobs }, tenant_id, {
        ...wanted,
        connection,
        include_password_hashes,
      })
      await recordCommand(deps, tenant, 'export', undefined, { job_id, include_password_hashes })
      return await followedJob(deps, { tenant_id, job_id })
    }
  },

  'jobs list':
    ({ tenant: tenant_name, json }) =>
    async (deps) => {
      const { tenant_id } = await tenantNamed(deps.db, tenant_name)
      const rows = await listJobs(deps.db, tenant_id, listed_jobs)
      const jobs = rows.flatMap((row) => shownJob(row, deps.clock.now()) ?? [])
      if (json === true) return { stdout: JSON.stringify(jobs, null, 2) }
      if (jobs.length === 0) return { stdout: 'The tenant has no jobs. Jobs that have ended are kept for some days.' }
      const table = jobs.map((job) => [job.id, job.type, job.state, job.created_at, describeJob(job)])
      return { stdout: textTable(['JOB', 'TYPE', 'STATE', 'CREATED', 'PROGRESS'], table) }
    },

  'jobs show': (options) =>
    onJob(options, async (deps, { tenant_id }, job) => {
      // Where no server runs, this process goes on with the job.
      if (options.follow === true && !hasEnded(job)) deps.modules().jobs.wake()
      return await followedJob(deps, { tenant_id, job_id: job.id })
    }),

  'jobs cancel': (options) =>
    onJob(options, async (deps, tenant, job) => {
      if (await isLoadBeingApplied(deps.db, tenant.tenant_id, job.id)) {
        return refuse(
          `The job ${job.id} applies a directory and goes on to its end: half of it would be neither the old nor the new one.`,
        )
      }
      const canceled = await cancelJob(deps.db, tenant.tenant_id, job.id, deps.clock.now())
      if (!canceled) return { stdout: `The job ${job.id} has ended before: it is ${job.state}.`, status: 1 }
      await recordCommand(deps, tenant, 'jobs cancel', undefined, { job_id: job.id })
      return { stdout: `The job ${job.id} ends after its current step. What it has written stays.` }
    }),

  'jobs download': (options) =>
    onJob(options, async (deps, tenant, job) => {
      const row = await jobRow(deps.db, { tenant_id: tenant.tenant_id, job_id: job.id })
      if (!row) return refuse(`There is no job "${job.id}".`)
      const is_import = row.kind === users_import
      const { content } = is_import ? await failedRowsFile(deps, row) : await exportFile(deps, row)
      // The rows of an import are kept as they were sent.
      if (is_import || hasSecrets(row)) {
        if (options['include-password-hashes'] !== true)
          return refuse('The file may have password hashes: repeat the command with --include-password-hashes.')
        await recordCommand(deps, tenant, 'jobs download: password hashes of users', undefined, { job_id: job.id })
      }
      return { stdout: JSON.stringify(job), content }
    }),
} satisfies Record<string, StoreCommand>
