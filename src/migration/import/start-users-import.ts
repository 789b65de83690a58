import type { Clock } from '../../base/clock.ts'
import { connectionById, isConnectionEnabled } from '../../connections/connection.ts'
import { invalidBody, Refusal } from '../../contract/refusal.ts'
import { enqueueJob, newJobId } from '../../jobs/enqueue-job.ts'
import { discardJobFiles, withinFileSpace, writeJobFile } from '../../jobs/job-files.ts'
import { createUploadLimit } from '../../jobs/upload-limit.ts'
import type { Sealer } from '../../keys/sealer.ts'
import { countActiveJobs } from '../../store/jobs.ts'
import { knownPasswordAad } from '../../store/sealed-aad.ts'
import type { Db } from '../../store/tables.ts'
import { inTransaction } from '../../store/transaction.ts'
import { import_file, users_import, type ImportInput } from './import-users.ts'
import type { KnownPassword } from './verify-known-password.ts'

/** Dependencies of uploads. */
export type StartUsersImportDeps = { db: Db; clock: Clock; sealer: Sealer; jobs: { wake(): void } }

/** The fields of an upload beside the file. */
export type ImportFields = { connection_id: string; upsert?: boolean; external_id?: string } & Partial<KnownPassword>

// As at Auth0.
const active_max = 2

/** Refuses an import beyond the most that a tenant may have, before its file is read, and again when it is enqueued. @throws {Refusal} */
async function requireFew(db: Db, tenant_id: string): Promise<void> {
  if ((await countActiveJobs(db, tenant_id, users_import)) >= active_max) throw new Refusal('too_many_imports')
}

function refuse(message: string): never {
  throw new Refusal('invalid_body', { message })
}

const asUpload = createUploadLimit(active_max, 'too_many_imports')

/** The known password of an import, sealed. @throws {Refusal} `invalid_body` where one of its two fields is missing */
function sealedKnown(
  sealer: Sealer,
  { tenant_id, job_id }: { tenant_id: string; job_id: string },
  { known_user, known_password }: Partial<KnownPassword>,
): Pick<ImportInput, 'known'> {
  if (known_user === undefined && known_password === undefined) return {}
  if (known_user === undefined || known_password === undefined) {
    throw invalidBody('known_user and known_password belong together')
  }
  const password_sealed = sealer.seal(known_password, knownPasswordAad(tenant_id, job_id))
  return { known: { user: known_user, password_sealed } }
}

/** Enqueues an import whose file is stored. @throws {Refusal} `invalid_body`, `too_many_imports` */
async function enqueue(
  deps: StartUsersImportDeps,
  tenant_id: string,
  job_id: string,
  size_bytes: number,
  { connection_id, upsert = false, external_id, ...known }: ImportFields,
): Promise<void> {
  await inTransaction(deps.db, async (trx) => {
    const connection = await connectionById(trx, tenant_id, connection_id)
    if (!connection) refuse('The connection does not exist.')
    if (!(await isConnectionEnabled(trx, connection))) refuse('Connection must be enabled.')
    if (connection.mode === 'legacy') refuse('Custom Database Connections without import mode are not allowed.')
    await requireFew(trx, tenant_id)
    const input: ImportInput = {
      connection_id,
      connection: connection.name,
      upsert,
      external_id: external_id ?? null,
      size_bytes,
      ...sealedKnown(deps.sealer, { tenant_id, job_id }, known),
    }
    const at = deps.clock.now()
    await enqueueJob(trx, { tenant_id, kind: users_import, input, at, job_id, progress_total: size_bytes })
  })
  deps.jobs.wake()
}

/**
 * Stores an uploaded file, sealed, and enqueues its import. The order of the form's fields does not matter: a file that is not imported
 * is deleted.
 *
 * @param read calls its argument with the file, and returns the other fields
 * @throws {Refusal} `invalid_body`, `file_too_large`, `too_many_imports`, `job_files_full`
 */
export async function startUsersImport(
  deps: StartUsersImportDeps,
  tenant_id: string,
  read: (keepFile: (name: string, content: AsyncIterable<Uint8Array>) => Promise<void>) => Promise<ImportFields>,
): Promise<string> {
  await requireFew(deps.db, tenant_id)
  const job_id = newJobId()
  let size_bytes: number | undefined
  try {
    await asUpload(tenant_id, async () => {
      const fields = await read(async (name, content) => {
        if (name !== 'users') throw invalidBody(`The file must be the field users, not ${name.slice(0, 100)}`)
        const written = await writeJobFile(
          deps,
          { tenant_id, job_id, name: import_file },
          withinFileSpace(deps.db, tenant_id, content),
        )
        size_bytes = written.size_bytes
      })
      if (size_bytes === undefined) refuse("Must provide 'users' file as multipart part.")
      if (size_bytes === 0) refuse('Users file must not be empty.')
      await enqueue(deps, tenant_id, job_id, size_bytes, fields)
    })
  } catch (error) {
    if (size_bytes !== undefined) await discardJobFiles(deps.db, { tenant_id, job_id })
    throw error
  }
  return job_id
}
