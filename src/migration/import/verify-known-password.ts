import { canonicalIdentifier } from '../../base/canonical-identifier.ts'
import { first_position, readJsonRows, RowsMalformed } from '../../base/json-rows.ts'
import type { Connection } from '../../connections/connection.ts'
import { Refusal } from '../../contract/refusal.ts'
import { readJobFile } from '../../jobs/job-files.ts'
import { JobFailed } from '../../jobs/job.ts'
import type { Sealer } from '../../keys/sealer.ts'
import { HashError, type Stored } from '../../passwords/formats/index.ts'
import type { PasswordHash, Passwords } from '../../passwords/passwords.ts'
import { readJson } from '../../store/json-column.ts'
import type { JobFileKey } from '../../store/job-files.ts'
import type { Db } from '../../store/tables.ts'
import type { ReadRow } from './import-row.ts'
import { readImportRow, row_max_bytes } from './read-import-row.ts'

/** Dependencies of verifying a known password. */
export type VerifyKnownDeps = {
  db: Db
  sealer: Sealer
  passwords: Pick<Passwords, 'verify' | 'verifyForeign'>
}

/** The password of one user of an import's file: the user's id, e-mail address or username, and the password. */
export type KnownPassword = { known_user: string; known_password: string }

const rows_at_once = 20_000

function isOf(read: ReadRow, known_user: string): boolean {
  const { user_id, email, username } =
    read.kind === 'row' ? { ...read.row.profile, user_id: read.row.profile.legacy_id } : read.refused.shown
  const wanted = canonicalIdentifier(known_user)
  return [user_id, email, username].some(
    (name) => typeof name === 'string' && name.length <= 300 && canonicalIdentifier(name) === wanted,
  )
}

/** The first row of a user. `onProgress` is awaited every 20,000 rows. @throws {JobFailed} where the file has none */
async function findRow(
  deps: VerifyKnownDeps,
  file: JobFileKey,
  connection: Connection,
  known_user: string,
  onProgress: () => Promise<void>,
): Promise<ReadRow> {
  try {
    for await (const row of readJsonRows(readJobFile(deps, file), first_position, row_max_bytes)) {
      const read = readImportRow(connection, row)
      if (isOf(read, known_user)) return read
      if (row.after.rows % rows_at_once === 0) await onProgress()
    }
  } catch (error) {
    if (!(error instanceof RowsMalformed)) throw error
    throw new JobFailed(error.message, { cause: error })
  }
  throw new JobFailed(`Nothing was imported: the file has no row of the known user ${known_user}.`)
}

async function hasPassword(
  { passwords }: VerifyKnownDeps,
  { tenant_id, connection_id }: Connection,
  { format, hash, normalization, ...more }: PasswordHash,
  password: string,
): Promise<boolean> {
  try {
    if (format !== 'foreign') {
      return await passwords.verify({ format, hash, normalization, ...more }, password, tenant_id)
    }
    const foreign = { stored: readJson(hash) as Stored, recipes: undefined, normalization }
    return await passwords.verifyForeign(foreign, password, tenant_id, `imported/${connection_id}`)
  } catch (error) {
    // The job is run again.
    if (error instanceof Refusal && error.code === 'overloaded')
      throw new Error('The server is overloaded', { cause: error })
    throw error
  }
}

/**
 * Verifies the known password of an import before anything of the file is imported: hashes that were read with a wrong recipe or encoding
 * would make every login a wrong password.
 *
 * @param onProgress is awaited every 20,000 rows, until the row of the user is found
 * @throws {JobFailed} where the file has no row of the user, the row is refused or has no hash, or the password does not match it
 */
export async function verifyKnownPassword(
  deps: VerifyKnownDeps,
  { file, connection }: { file: JobFileKey; connection: Connection },
  { known_user, known_password }: KnownPassword,
  onProgress: () => Promise<void>,
): Promise<void> {
  const read = await findRow(deps, file, connection, known_user, onProgress)
  const { line } = read.kind === 'row' ? read.row : read.refused
  const fail = (problem: string): never => {
    throw new JobFailed(`Nothing was imported. Line ${line}, the known user ${known_user}: ${problem}.`)
  }
  if (read.kind === 'refused') {
    const [{ path, message } = { path: '', message: '' }] = read.refused.errors
    return fail(`${path} ${message}`.trim())
  }
  const { hash } = read.row
  if (!hash) return fail('the row has no password hash')
  try {
    if (await hasPassword(deps, connection, hash, known_password)) return
  } catch (error) {
    if (!(error instanceof HashError)) throw error
    return fail(`the hash cannot be verified: ${error.message}`)
  }
  return fail('the known password does not match the hash')
}
