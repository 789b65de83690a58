import type { Clock } from '../../base/clock.ts'
import { newPrefixedId } from '../../base/ids.ts'
import { connectionById, type Connection } from '../../connections/connection.ts'
import type { DirectoryFields } from '../../contract/directory.ts'
import { invalidBody, Refusal } from '../../contract/refusal.ts'
import { enqueueJob, newJobId } from '../../jobs/enqueue-job.ts'
import { discardJobFiles, withinFileSpace, writeJobFile } from '../../jobs/job-files.ts'
import { createUploadLimit } from '../../jobs/upload-limit.ts'
import type { Sealer } from '../../keys/sealer.ts'
import { cancelJob } from '../../store/jobs.ts'
import { writeJson } from '../../store/json-column.ts'
import type { Db, DirectoryLoadsTable, Transaction } from '../../store/tables.ts'
import { inTransaction } from '../../store/transaction.ts'
import type { ConnectionKey } from '../find-records.ts'
import {
  changeLoad,
  countsOf,
  endAsCanceled,
  no_counts,
  open_states,
  optionsAad,
  requireLoad,
  type LoadKey,
  type LoadOptions,
} from './directory-load.ts'
import { checkFormatOptions } from './directory-formats.ts'
import { endLostLoads } from './end-loads.ts'
import { directory_file, directory_listing, directory_load, type LoadInput } from './load-job.ts'

/** Dependencies of starting loads. */
export type StartLoadDeps = { db: Db; clock: Clock; sealer: Sealer; jobs: { wake(): void } }

const default_limit_percent = 5
const uploads_max = 2

const asUpload = createUploadLimit(uploads_max, 'too_many_uploads')

/** @throws {Refusal} `directory_load_in_progress` */
async function requireNoLoad(trx: Transaction, { tenant_id, connection_id }: ConnectionKey): Promise<void> {
  await endLostLoads(trx, { tenant_id, connection_id })
  const open = await trx
    .selectFrom('directory_loads')
    .select('load_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('state', 'in', open_states)
    .executeTakeFirst()
  if (open) throw new Refusal('directory_load_in_progress')
}

/** Requires that a connection has a legacy store. @throws {Refusal} `inexistent_connection`, `invalid_body` */
async function requireLegacyStore(trx: Transaction, { tenant_id, connection_id }: ConnectionKey): Promise<Connection> {
  const connection = await connectionById(trx, tenant_id, connection_id)
  if (!connection) throw new Refusal('inexistent_connection')
  if (connection.mode === 'local')
    throw invalidBody('The connection keeps its users here: it has no legacy store whose users could be loaded')
  return connection
}

type NewLoad = {
  job_id: string
  kind: typeof directory_load | typeof directory_listing
  format: DirectoryFields['format'] | null
  options: LoadOptions
  size_bytes: number | null
}

/** Inserts a load, and enqueues its job. */
async function insertLoad(deps: StartLoadDeps, of: ConnectionKey, load: NewLoad): Promise<DirectoryLoadsTable> {
  const row = await inTransaction(deps.db, async (trx) => {
    const { tenant_id, connection_id, name, scripts_sealed } = await requireLegacyStore(trx, of)
    await requireNoLoad(trx, of)
    const { job_id, kind, format, options, size_bytes } = load
    if (kind === directory_listing && scripts_sealed.list_users === undefined)
      throw new Refusal('script_missing', {
        message: 'list_users script does not exist: the users of the legacy store cannot be listed.',
      })
    const key = { tenant_id, connection_id, load_id: newPrefixedId('dld') }
    const at = deps.clock.now()
    const inserted: DirectoryLoadsTable = {
      ...key,
      job_id,
      source: kind === directory_listing ? 'list_users' : 'file',
      format,
      state: 'reading',
      options_sealed: deps.sealer.seal(writeJson(options), optionsAad(key)),
      counts: writeJson(no_counts),
      confirmed: null,
      message: null,
      created_at: at,
      applied_at: null,
    }
    await trx.insertInto('directory_loads').values(inserted).execute()
    const input: LoadInput = { connection_id, connection: name, load_id: key.load_id, size_bytes }
    await enqueueJob(trx, {
      tenant_id,
      kind,
      input,
      at,
      job_id,
      ...(size_bytes === null ? {} : { progress_total: 2 * size_bytes }),
    })
    return inserted
  })
  deps.jobs.wake()
  return row
}

/**
 * Stores an uploaded file, sealed, and enqueues its load. The order of the form's fields does not matter: a file that is not loaded is
 * deleted.
 *
 * @param read calls its argument with the file, and returns the other fields
 * @throws {Refusal} `inexistent_connection`, `invalid_body`, `directory_load_in_progress`, `too_many_uploads`, `file_too_large`,
 *   `job_files_full`
 */
export async function startFileLoad(
  deps: StartLoadDeps,
  of: ConnectionKey,
  read: (keepFile: (name: string, content: AsyncIterable<Uint8Array>) => Promise<void>) => Promise<DirectoryFields>,
): Promise<DirectoryLoadsTable> {
  const { tenant_id } = of
  await inTransaction(deps.db, async (trx) => {
    await requireLegacyStore(trx, of)
    await requireNoLoad(trx, of)
  })
  const job_id = newJobId()
  let size_bytes: number | undefined
  try {
    return await asUpload(tenant_id, async () => {
      const {
        format,
        options = {},
        gone_limit_percent = default_limit_percent,
      } = await read(async (name, content) => {
        if (name !== 'file') throw invalidBody(`The file must be the field file, not ${name.slice(0, 100)}`)
        const file = withinFileSpace(deps.db, tenant_id, content)
        const written = await writeJobFile(deps, { tenant_id, job_id, name: directory_file }, file)
        size_bytes = written.size_bytes
      })
      checkFormatOptions(format, options)
      if (size_bytes === undefined) throw invalidBody('The form needs the field file, with the file')
      const load_options = { format_options: options, gone_limit_percent }
      return await insertLoad(deps, of, { job_id, kind: directory_load, format, options: load_options, size_bytes })
    })
  } catch (error) {
    if (size_bytes !== undefined) await discardJobFiles(deps.db, { tenant_id, job_id })
    throw error
  }
}

/**
 * Enqueues a load by the connection's script `list_users`.
 *
 * @throws {Refusal} `inexistent_connection`, `invalid_body`, `script_missing`, `directory_load_in_progress`
 */
export async function startListing(
  deps: StartLoadDeps,
  of: ConnectionKey,
  gone_limit_percent = default_limit_percent,
): Promise<DirectoryLoadsTable> {
  const options = { format_options: {}, gone_limit_percent }
  return await insertLoad(deps, of, {
    job_id: newJobId(),
    kind: directory_listing,
    format: null,
    options,
    size_bytes: null,
  })
}

/**
 * Confirms a load that waits for it, and enqueues the job that applies it.
 *
 * @param numbers must be those of the load
 * @throws {Refusal} `inexistent_directory_load`, `directory_load_not_waiting`, `invalid_body`
 */
export async function confirmLoad(
  deps: StartLoadDeps,
  key: LoadKey,
  numbers: { rows: number; gone: number },
): Promise<DirectoryLoadsTable> {
  const row = await inTransaction(deps.db, async (trx) => {
    const load = await requireLoad(trx, key)
    const { rows, gone } = countsOf(load)
    if (load.state !== 'waiting_for_confirmation') throw new Refusal('directory_load_not_waiting')
    if (numbers.rows !== rows || numbers.gone !== gone)
      throw invalidBody(`The load has ${rows} rows, and ${gone} users would be gone: confirm these numbers`)
    const { tenant_id, connection_id, load_id } = key
    const { name } = await requireLegacyStore(trx, key)
    const input: LoadInput = { connection_id, connection: name, load_id, size_bytes: null }
    const job_id = await enqueueJob(trx, {
      tenant_id,
      kind: directory_load,
      input,
      at: deps.clock.now(),
      progress_total: rows,
    })
    const change = { state: 'applying', job_id, message: null, confirmed: writeJson({ rows, gone }) } as const
    await changeLoad(trx, key, ['waiting_for_confirmation'], change)
    return await requireLoad(trx, key)
  })
  deps.jobs.wake()
  return row
}

/**
 * Cancels a load that is not yet applied: nothing of it is.
 *
 * @throws {Refusal} `inexistent_directory_load`, `directory_load_applied`
 */
export async function cancelLoad(deps: StartLoadDeps, key: LoadKey): Promise<void> {
  const { job_id } = await inTransaction(deps.db, async (trx) => {
    const load = await requireLoad(trx, key)
    if (!(await endAsCanceled(trx, key))) throw new Refusal('directory_load_applied')
    return load
  })
  await cancelJob(deps.db, key.tenant_id, job_id, deps.clock.now())
}
