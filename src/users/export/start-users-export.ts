import type { Clock } from '../../base/clock.ts'
import type { NewUsersExport } from '../../contract/job.ts'
import { invalidBody, Refusal } from '../../contract/refusal.ts'
import { enqueueJob } from '../../jobs/enqueue-job.ts'
import { requireFileSpace } from '../../jobs/job-files.ts'
import { countUsers, readCounters } from '../../store/connection-counters.ts'
import { countActiveJobs } from '../../store/jobs.ts'
import type { Db } from '../../store/tables.ts'
import { inTransaction } from '../../store/transaction.ts'
import { users_export, type ExportInput } from './export-users.ts'

const active_max = 5
const csv_fields_max = 30

/** Checks what a CSV file can have. @throws {Refusal} `invalid_body` */
function checkCsv(fields: NonNullable<NewUsersExport['fields']>): void {
  if (fields.length > csv_fields_max) {
    throw invalidBody(`A CSV file may have ${csv_fields_max} fields; there are ${fields.length}`, 'fields')
  }
  const whole = fields.find(({ name }) => name === 'user_metadata' || name === 'app_metadata')
  if (whole) throw invalidBody(`A CSV file has single members of metadata: ${whole.name}.<name>`, 'fields')
}

/** Which users to export and how; without a connection, those of the whole tenant. */
export type WantedExport = Omit<NewUsersExport, 'connection_id'> & {
  connection?: { connection_id: string; name: string } | undefined
}

/**
 * Enqueues an export of users, and returns the id of its job. The caller has checked that password hashes may be exported.
 *
 * @throws {Refusal} `invalid_body`, `too_many_exports`, `job_files_full`
 */
export async function startUsersExport(
  deps: { db: Db; clock: Clock; jobs: { wake(): void } },
  tenant_id: string,
  { connection, format = 'json', limit, fields, include_password_hashes = false }: WantedExport,
): Promise<string> {
  if (format === 'csv' && fields) checkCsv(fields)
  await requireFileSpace(deps.db, tenant_id)
  const job_id = await inTransaction(deps.db, async (trx) => {
    if ((await countActiveJobs(trx, tenant_id, users_export)) >= active_max) throw new Refusal('too_many_exports')
    const users = connection
      ? ((await readCounters(trx, tenant_id, connection.connection_id)).users ?? 0)
      : await countUsers(trx, tenant_id)
    const input: ExportInput = {
      connection_id: connection?.connection_id ?? null,
      connection: connection?.name ?? null,
      format,
      limit: limit ?? null,
      fields: fields?.map(({ name, export_as = name }) => ({ name, export_as })) ?? null,
      with_secrets: include_password_hashes,
    }
    const progress_total = Math.min(users, limit ?? users)
    return await enqueueJob(trx, { tenant_id, kind: users_export, input, at: deps.clock.now(), progress_total })
  })
  deps.jobs.wake()
  return job_id
}
