import { defined } from '../base/defined.ts'
import type { JobKey } from './jobs.ts'
import { prepareQuery } from './prepared-query.ts'
import type { Db, JobFileChunksTable, JobFilesTable } from './tables.ts'

/** The primary key of a file of a job. */
export type JobFileKey = Pick<JobFilesTable, 'tenant_id' | 'job_id' | 'name'>

/** The key of one write of a file of a job. */
export type JobFileWrite = JobFileKey & Pick<JobFilesTable, 'write_id'>

/** Begins a write of a file. The chunks of an earlier write no longer belong to the file. */
export async function beginJobFile(db: Db, write: JobFileWrite, created_at: number): Promise<void> {
  await db
    .insertInto('job_files')
    .values({ ...write, size_bytes: null, chunks: null, created_at })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'job_id', 'name'])
        .doUpdateSet({ write_id: write.write_id, size_bytes: null, chunks: null, created_at }),
    )
    .execute()
}

// The write-ahead log is written in order: when `completeJobFile` is on the disk, so are the chunks.
const insertChunk = prepareQuery(
  (db, { row }: { row: JobFileChunksTable }) => db.insertInto('job_file_chunks').values(row),
  { awaits_disk: false },
)

/** Inserts one chunk. It is durable when the file is complete. */
export async function insertJobFileChunk(db: Db, row: JobFileChunksTable): Promise<void> {
  await insertChunk(db, { row })
}

/** Marks a file as complete. Returns false when another write of it has begun since. */
export async function completeJobFile(
  db: Db,
  write: JobFileWrite,
  size: { size_bytes: number; chunks: number },
): Promise<boolean> {
  const completed = await db
    .updateTable('job_files')
    .set(size)
    .where('tenant_id', '=', write.tenant_id)
    .where('job_id', '=', write.job_id)
    .where('name', '=', write.name)
    .where('write_id', '=', write.write_id)
    .returning('name')
    .executeTakeFirst()
  return completed !== undefined
}

/** A file of a job, complete or not, or undefined. */
export async function jobFileRow(db: Db, { tenant_id, job_id, name }: JobFileKey): Promise<JobFilesTable | undefined> {
  return await db
    .selectFrom('job_files')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('job_id', '=', job_id)
    .where('name', '=', name)
    .executeTakeFirst()
}

/** The sealed content of one chunk, or undefined. */
export async function jobFileChunk(db: Db, write: JobFileWrite, chunk_no: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('job_file_chunks')
    .select('sealed')
    .where('tenant_id', '=', write.tenant_id)
    .where('job_id', '=', write.job_id)
    .where('name', '=', write.name)
    .where('write_id', '=', write.write_id)
    .where('chunk_no', '=', chunk_no)
    .executeTakeFirst()
  return row?.sealed
}

// Deleting this many chunks blocks the embedded store for some milliseconds.
const deleted_at_once = 20

/**
 * Deletes up to 20 chunks of the files of a job, of one file, or of one write of it, and the rows of the files when no chunk is left.
 * Returns whether more may be left.
 */
export async function deleteJobFiles(
  db: Db,
  { tenant_id, job_id, name, write_id }: JobKey & { name?: string; write_id?: string },
): Promise<boolean> {
  const key = { tenant_id, job_id, ...defined({ name, write_id }) }
  const first = await db
    .selectFrom('job_file_chunks')
    .select(['name', 'write_id', 'chunk_no'])
    .where((row) => row.and(key))
    .orderBy('name')
    .orderBy('write_id')
    .orderBy('chunk_no')
    .limit(1)
    .executeTakeFirst()
  if (first) {
    await db
      .deleteFrom('job_file_chunks')
      .where('tenant_id', '=', tenant_id)
      .where('job_id', '=', job_id)
      .where('name', '=', first.name)
      .where('write_id', '=', first.write_id)
      .where('chunk_no', '<', first.chunk_no + deleted_at_once)
      .execute()
    return true
  }
  await db
    .deleteFrom('job_files')
    .where((row) => row.and(key))
    .execute()
  return false
}

/** The names of the complete files of a job that begin with `prefix`, in their order. */
export async function jobFileNames(db: Db, { tenant_id, job_id }: JobKey, prefix: string): Promise<string[]> {
  const files = await db
    .selectFrom('job_files')
    .select('name')
    .where('tenant_id', '=', tenant_id)
    .where('job_id', '=', job_id)
    .where('chunks', 'is not', null)
    .execute()
  return files
    .map(({ name }) => name)
    .filter((name) => name.startsWith(prefix))
    .toSorted()
}

/** Whether a job has files. */
export async function hasJobFiles(db: Db, { tenant_id, job_id }: JobKey): Promise<boolean> {
  const file = await db
    .selectFrom('job_files')
    .select('name')
    .where('tenant_id', '=', tenant_id)
    .where('job_id', '=', job_id)
    .executeTakeFirst()
  return file !== undefined
}

/** The number of chunks that a tenant has stored, also those of files that are being written. */
export async function countJobFileChunks(db: Db, tenant_id: string): Promise<number> {
  const { chunks } = await db
    .selectFrom('job_file_chunks')
    .select(({ fn }) => fn.countAll().as('chunks'))
    .where('tenant_id', '=', tenant_id)
    .executeTakeFirstOrThrow()
  return Number(chunks)
}

/** The ids of jobs of a kind that ended before `before` and still have files, or one with this name. */
export async function jobIdsOfOldFiles(
  db: Db,
  tenant_id: string,
  { kind, before, name, take }: { kind: string; before: number; name?: string; take: number },
): Promise<string[]> {
  // From the files, which are few: a tenant may have many jobs that ended.
  const ended = db
    .selectFrom('job_files')
    .leftJoin('jobs', (join) =>
      join.onRef('jobs.tenant_id', '=', 'job_files.tenant_id').onRef('jobs.job_id', '=', 'job_files.job_id'),
    )
    .select('job_files.job_id')
    .distinct()
    .where('job_files.tenant_id', '=', tenant_id)
    .where('jobs.kind', '=', kind)
    .where('jobs.state', 'in', ['completed', 'failed', 'canceled'])
    .where('jobs.finished_at', '<', before)
    .limit(take)
  const rows = await (name === undefined ? ended : ended.where('job_files.name', '=', name)).execute()
  return rows.map((row) => row.job_id)
}

/** The ids of jobs of a tenant that have files from before `before` and were never enqueued, because their process ended first. */
export async function jobIdsOfUnusedFiles(db: Db, tenant_id: string, before: number, take: number): Promise<string[]> {
  const rows = await db
    .selectFrom('job_files')
    .leftJoin('jobs', (join) =>
      join.onRef('jobs.tenant_id', '=', 'job_files.tenant_id').onRef('jobs.job_id', '=', 'job_files.job_id'),
    )
    .select('job_files.job_id')
    .distinct()
    .where('job_files.tenant_id', '=', tenant_id)
    .where('job_files.created_at', '<', before)
    .where('jobs.job_id', 'is', null)
    .limit(take)
    .execute()
  return rows.map((row) => row.job_id)
}
