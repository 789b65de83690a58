/** Export: writes the users of a tenant to a compressed file, in parts that are steps of a job. */
import { createGzip } from 'node:zlib'
import { Readable } from 'node:stream'
import type { Clock } from '../../base/clock.ts'
import { readJobFile, writeJobFile } from '../../jobs/job-files.ts'
import type { JobHandler, RunningJob } from '../../jobs/job.ts'
import type { Sealer } from '../../keys/sealer.ts'
import type { JobKey } from '../../store/jobs.ts'
import type { Db } from '../../store/tables.ts'
import { csvHeader, csvLine, default_csv_fields, jsonLine, memberOf, type ExportField } from './export-fields.ts'
import { all_documents, documentsOf } from '../user-rows.ts'
import { readExportedUsers, type ExportPosition } from './read-exported-users.ts'

/** The kind of the jobs that export users. */
export const users_export = 'users_export'

/** The input of an export. `connection` is its name at the time of the request, for the answer. */
export type ExportInput = {
  connection_id: string | null
  connection: string | null
  format: 'json' | 'csv'
  limit: number | null
  fields: ExportField[] | null
  with_secrets: boolean
}

/** Where an export stands: the parts that are written, and the users in them. */
export type ExportCursor = { after: ExportPosition | null; parts: number; users: number; is_complete: boolean }

type ExportDeps = { db: Db; clock: Clock; sealer: Sealer }
type ExportJob = RunningJob<ExportInput, ExportCursor>

const users_at_once = 250
const users_of_part = 5000

const first_cursor: ExportCursor = { after: null, parts: 0, users: 0, is_complete: false }

/** The name of a part of the file, from 0. */
const partName = (part: number): string => `output-${String(part).padStart(6, '0')}`

/** The file of an export, compressed: each part is a member of it (RFC 1952, section 2.2). One chunk is in memory at a time. */
export async function* readExport(
  deps: { db: Db; sealer: Sealer },
  { tenant_id, job_id }: JobKey,
  { parts }: ExportCursor,
): AsyncGenerator<Buffer> {
  for (let part = 0; part < parts; part += 1) yield* readJobFile(deps, { tenant_id, job_id, name: partName(part) })
}

const secret_fields = ['password_hash', 'custom_password_hash', 'mfa_factors'].map((name) => ({
  name,
  export_as: name,
}))

/** The fields of an export; undefined for whole users. */
function fieldsOf({ format, fields, with_secrets }: ExportInput): ExportField[] | undefined {
  const named = fields ?? (format === 'csv' ? default_csv_fields : undefined)
  return named && [...named, ...(with_secrets ? secret_fields : [])]
}

/** Writes the lines of a part, and moves `cursor` behind its users. */
async function* partLines(
  deps: ExportDeps,
  { tenant_id, input }: ExportJob,
  cursor: ExportCursor,
): AsyncGenerator<string> {
  const { format, limit, connection_id, with_secrets } = input
  const fields = fieldsOf(input)
  const documents = fields ? documentsOf(fields.map(memberOf)) : all_documents
  const exported = { tenant_id, connection_id, with_secrets, documents }
  if (format === 'csv' && cursor.parts === 0) yield csvHeader(fields ?? [])
  const last = Math.min(cursor.users + users_of_part, limit ?? Infinity)
  while (cursor.users < last) {
    const take = Math.min(users_at_once, last - cursor.users)
    const batch = await readExportedUsers(deps, exported, cursor.after, take)
    for await (const users of batch.parts) {
      for (const user of users) yield format === 'csv' ? csvLine(user, fields ?? []) : jsonLine(user, fields)
      cursor.users += users.length
    }
    cursor.after = batch.after ?? cursor.after
    cursor.is_complete = batch.after === undefined || cursor.users === limit
    if (cursor.is_complete) break
  }
}

/** Writes the next part, which replaces one that was written before the process was killed. */
async function writePart(deps: ExportDeps, job: ExportJob, before: ExportCursor): Promise<ExportCursor> {
  const { tenant_id, job_id } = job
  const cursor = { ...before }
  const lines = Readable.from(partLines(deps, job, cursor), { objectMode: true })
  const compressed = lines.pipe(createGzip({ level: 6 }))
  lines.on('error', (error) => compressed.destroy(error))
  await writeJobFile(deps, { tenant_id, job_id, name: partName(before.parts) }, compressed)
  return { ...cursor, parts: before.parts + 1 }
}

/** Creates the handler of exports. Users who are created or changed meanwhile may be in the file or not. */
export function createUsersExport(deps: ExportDeps): JobHandler<ExportInput, ExportCursor> {
  return {
    async run(job) {
      let cursor = job.cursor ?? first_cursor
      while (!cursor.is_complete) {
        const next = await writePart(deps, job, cursor)
        const { total } = job.progress
        cursor = (await job.commit(async () => ({ cursor: next, progress: { done: next.users, total } }))).cursor
      }
    },
  }
}
