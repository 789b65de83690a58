import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import { newPrefixedId } from '../base/ids.ts'
import { Refusal } from '../contract/refusal.ts'
import { SealBroken, type Sealer } from '../keys/sealer.ts'
import {
  beginJobFile,
  completeJobFile,
  countJobFileChunks,
  deleteJobFiles,
  insertJobFileChunk,
  jobFileChunk,
  jobFileRow,
  type JobFileKey,
  type JobFileWrite,
} from '../store/job-files.ts'
import type { Db } from '../store/tables.ts'

/** How large a file of a job may be: 4 GiB. */
export const job_file_max_bytes = 4 * 2 ** 30

/** How large the files of the jobs of a tenant may be together: two of the largest, 8 GiB. */
const tenant_files_max_bytes = 2 * job_file_max_bytes

const chunk_bytes = 256 * 1024
// What a reader gets at once. Reading that much of what a file may have must not keep other work waiting for long.
const piece_bytes = 32 * 1024

/** A file of a job is incomplete, or does not have the content that was written. */
export class JobFileDamaged extends Error {
  constructor({ job_id, name }: JobFileKey, problem: string, options?: ErrorOptions) {
    super(`The file ${name} of the job ${job_id} cannot be read: ${problem}.`, options)
    this.name = 'JobFileDamaged'
  }
}

// A file has many chunks: they have a key of their own.
const sealerOf = (sealer: Sealer): Sealer => sealer.deriveSealer('job files')

/** The last chunk is sealed as the last one, so that a file that was cut short does not open. */
function aadOf({ tenant_id, job_id, name, write_id }: JobFileWrite, chunk_no: number, is_last: boolean): string {
  return JSON.stringify(['job file', tenant_id, job_id, name, write_id, chunk_no, is_last])
}

type Chunk = { bytes: Buffer; is_last: boolean }

/** Cuts a stream into chunks; there is always a last one, which is empty for an empty stream. */
async function* chunksOf(stream: AsyncIterable<Uint8Array>, max_bytes: number): AsyncGenerator<Chunk> {
  let pieces: Uint8Array[] = []
  let length = 0
  let total = 0
  for await (const piece of stream) {
    total += piece.length
    if (total > max_bytes) throw new Refusal('file_too_large')
    let rest = piece
    while (length + rest.length > chunk_bytes) {
      const taken = rest.subarray(0, chunk_bytes - length)
      yield { bytes: Buffer.concat([...pieces, taken]), is_last: false }
      rest = rest.subarray(taken.length)
      pieces = []
      length = 0
    }
    pieces.push(rest)
    length += rest.length
  }
  yield { bytes: Buffer.concat(pieces), is_last: true }
}

/** Refuses another file while those of a tenant, with the parts that are being written, have 8 GiB. @throws {Refusal} `job_files_full` */
export async function requireFileSpace(db: Db, tenant_id: string): Promise<void> {
  const chunks = await countJobFileChunks(db, tenant_id)
  if (chunks * chunk_bytes >= tenant_files_max_bytes) throw new Refusal('job_files_full')
}

const checked_every_bytes = 16 * 1024 * 1024

/**
 * Passes a stream on while the tenant has space for it: uploads may run at the same time, in several processes.
 *
 * @throws {Refusal} `job_files_full`
 */
export async function* withinFileSpace(
  db: Db,
  tenant_id: string,
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let unchecked = checked_every_bytes
  for await (const piece of stream) {
    unchecked += piece.length
    if (unchecked >= checked_every_bytes) {
      await requireFileSpace(db, tenant_id)
      unchecked = 0
    }
    yield piece
  }
}

/** Deletes the files of a job, or an unfinished write of one. Where that fails, the purge jobs delete them. */
export async function discardJobFiles(db: Db, files: Parameters<typeof deleteJobFiles>[1]): Promise<void> {
  try {
    while (await deleteJobFiles(db, files));
  } catch {
    // The error that made the files useless is the one to report.
  }
}

/**
 * Writes a file of a job from a stream, sealed, with a chunk of it in memory at a time, and returns its size once it is
 * durable. It replaces a file of that name. The job need not exist yet: a file whose job is not enqueued within a day is
 * purged.
 *
 * @throws {Refusal} `file_too_large`; then, as after an error of the stream, nothing is left of the file
 */
export async function writeJobFile(
  { db, sealer, clock }: { db: Db; sealer: Sealer; clock: Clock },
  key: JobFileKey,
  stream: AsyncIterable<Uint8Array>,
  max_bytes = job_file_max_bytes,
): Promise<{ size_bytes: number }> {
  const chunk_sealer = sealerOf(sealer)
  const { tenant_id, job_id, name } = key
  const write: JobFileWrite = { tenant_id, job_id, name, write_id: newPrefixedId('jfw') }
  while (await deleteJobFiles(db, key));
  await beginJobFile(db, write, clock.now())
  let size_bytes = 0
  let chunks = 0
  try {
    for await (const { bytes, is_last } of chunksOf(stream, max_bytes)) {
      const sealed = chunk_sealer.sealBytes(bytes, aadOf(write, chunks, is_last))
      await insertJobFileChunk(db, { ...write, chunk_no: chunks, sealed })
      size_bytes += bytes.length
      chunks += 1
    }
    const completed = await completeJobFile(db, write, { size_bytes, chunks })
    if (!completed) throw new JobFileDamaged(key, 'another write of it has begun')
    return { size_bytes }
  } catch (error) {
    await discardJobFiles(db, write)
    throw error
  }
}

/**
 * Reads a file of a job in pieces of 32 KiB, with one of its chunks in memory at a time. Between the pieces other work of the process has its
 * turn: a file of blank lines has no rows after which its reader could pause.
 *
 * @param from the offset of the first byte to read
 * @throws {JobFileDamaged} when it does not exist, is not whole, or a chunk was altered, exchanged or removed
 */
export async function* readJobFile(
  { db, sealer }: { db: Db; sealer: Sealer },
  key: JobFileKey,
  from = 0,
): AsyncGenerator<Buffer> {
  const chunk_sealer = sealerOf(sealer)
  const file = await jobFileRow(db, key)
  if (!file || file.chunks === null) throw new JobFileDamaged(key, 'it was not written to its end')
  // All chunks but the last have the same size.
  const first = Math.floor(from / chunk_bytes)
  for (let chunk_no = first; chunk_no < file.chunks; chunk_no += 1) {
    const sealed = await jobFileChunk(db, file, chunk_no)
    if (sealed === undefined) throw new JobFileDamaged(key, `the chunk ${chunk_no} is missing`)
    const bytes = openChunk(chunk_sealer, file, sealed, { chunk_no, is_last: chunk_no === file.chunks - 1 })
    for (let at = chunk_no === first ? from - first * chunk_bytes : 0; at < bytes.length; at += piece_bytes) {
      yield bytes.subarray(at, at + piece_bytes)
      await setImmediate()
    }
  }
}

function openChunk(
  sealer: Sealer,
  file: JobFileWrite,
  sealed: string,
  { chunk_no, is_last }: { chunk_no: number; is_last: boolean },
): Buffer {
  try {
    return sealer.openBytes(sealed, aadOf(file, chunk_no, is_last))
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    throw new JobFileDamaged(file, `the chunk ${chunk_no} is not the one that was written`, { cause: error })
  }
}
