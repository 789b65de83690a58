import type { Connection } from '../../connections/connection.ts'
import type { Sealer } from '../../keys/sealer.ts'
import type { Db, DirectoryRowsTable } from '../../store/tables.ts'
import { readDecidedProfile } from '../decisions/read-decided-profile.ts'
import { openRow } from '../directory/read-row.ts'
import { recordByLegacyId } from '../find-records.ts'
import type { FoundLegacyUser } from '../legacy-store.ts'
import { unmovedByIdentifier } from './latecomers.ts'

/**
 * What the directory says of a person who has not moved, in the place of the legacy store: the profile, or why the person is refused, for the tenant's
 * log. `unknown`: the ledger has no such person who could move.
 */
export type StandIn = ({ kind: 'found' } & FoundLegacyUser) | { kind: 'refused'; message: string } | { kind: 'unknown' }

type StandInDeps = { db: Db; sealer: Sealer }

async function rowOf(
  db: Db,
  { tenant_id, connection_id }: Connection,
  record_id: string,
): Promise<DirectoryRowsTable | undefined> {
  return await db
    .selectFrom('directory_rows')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', '=', record_id)
    .executeTakeFirst()
}

const refused = (message: string): StandIn => ({ kind: 'refused', message })

/** Why a row does not stand in for the legacy store; undefined where it does. */
function whyRefused(row: DirectoryRowsTable | undefined): string | undefined {
  if (!row) return 'The migration is being finished, and the directory does not have this legacy user.'
  if (row.disabled === 1) return 'The directory says that this legacy user is disabled.'
  if (row.gone_at !== null) return 'This legacy user was no longer in the last directory that was loaded.'
  return row.problem === null ? undefined : `The directory row of this legacy user has a problem: ${row.problem}.`
}

async function standInOf(
  { db, sealer }: StandInDeps,
  connection: Connection,
  { record_id, legacy_id }: { record_id: string; legacy_id: string },
): Promise<StandIn> {
  const row = await rowOf(db, connection, record_id)
  const why = whyRefused(row)
  if (!row || why !== undefined) return refused(why ?? '')
  const { given_legacy_id, email, username, phone_number, email_verified } = row
  const { profile: kept = {} } = openRow(sealer, connection, { ...row, hash: null })
  const named = { ...kept, user_id: given_legacy_id, email, username, phone_number, email_verified }
  const identifier = email ?? username ?? phone_number ?? ''
  const read = await readDecidedProfile(db, connection, named, { identifier, password: undefined })
  if (read.kind === 'problem') return refused(`The ${read.problem.field} of the directory row ${read.problem.message}.`)
  if (read.kind === 'excluded') return refused('A decision on the migration record excludes this user.')
  const { profile, names, decision } = read
  return names.legacy_id === legacy_id
    ? { kind: 'found', profile, names, decision }
    : refused('The directory row has another legacy id than its record.')
}

/** What the directory says of the person who has not moved and whom the ledger knows by an identifier, in canonical form. */
export async function standInByIdentifier(
  deps: StandInDeps,
  connection: Connection,
  identifier: string,
): Promise<StandIn> {
  const record = await unmovedByIdentifier(deps.db, connection, identifier)
  return record ? await standInOf(deps, connection, record) : { kind: 'unknown' }
}

/** What the directory says of the person with a legacy id. */
export async function standInByLegacyId(
  deps: StandInDeps,
  connection: Connection,
  legacy_id: string,
): Promise<StandIn> {
  const record = await recordByLegacyId(deps.db, connection, legacy_id)
  if (!record || record.state === 'deleted') return { kind: 'unknown' }
  return await standInOf(deps, connection, { record_id: record.record_id, legacy_id })
}
