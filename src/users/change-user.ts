import type { JsonObject } from '../base/json.ts'
import { mergeMetadata } from '../base/merge-metadata.ts'
import { Refusal } from '../contract/refusal.ts'
import type { UserChange } from '../contract/user.ts'
import { endSessionsOf } from '../sessions/end-sessions.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import type { Transaction, UsersTable } from '../store/tables.ts'
import { replaceLeaves } from './metadata/metadata-leaves.ts'
import { requireAnotherOwner } from './require-another-owner.ts'
import { writeProfile } from './user-attributes.ts'
import type { User } from './user.ts'
import { writeMetadata } from './write-metadata.ts'

/** Metadata merges at the first level only; null removes a member, and null for the whole empties it. */
function merged(before: string, change: Record<string, unknown> | null): string {
  if (change === null) return '{}'
  // The change comes from JSON.
  const members = change as JsonObject
  return writeMetadata(Object.keys(members).length === 0 ? {} : mergeMetadata(readJson<JsonObject>(before), members))
}

function columnsOf(change: UserChange, before: UsersTable, keeps_letters: boolean): Partial<UsersTable> {
  const { user_metadata, app_metadata, ...attributes } = change
  const columns: Partial<UsersTable> = writeProfile(attributes)
  if (columns.email_lower !== undefined) {
    if (!keeps_letters) columns.email = columns.email_lower
    if (columns.email_lower !== before.email_lower) columns.email_verified ??= 0
  }
  if (columns.username_lower !== undefined && !keeps_letters) columns.username = columns.username_lower
  if (columns.phone_number !== undefined && columns.phone_number !== before.phone_number) columns.phone_verified ??= 0
  if (user_metadata !== undefined) columns.user_metadata = merged(before.user_metadata, user_metadata)
  if (app_metadata !== undefined) columns.app_metadata = merged(before.app_metadata, app_metadata)
  return columns
}

/** Checks the metadata of a user after a change. @throws {Refusal} `invalid_body` where it would become too large */
export function checkMetadata(
  before: Pick<User, 'user_metadata' | 'app_metadata'>,
  { user_metadata, app_metadata }: UserChange,
): void {
  if (user_metadata !== undefined) merged(writeJson(before.user_metadata), user_metadata)
  if (app_metadata !== undefined) merged(writeJson(before.app_metadata), app_metadata)
}

/**
 * Writes a change of a user and returns the rows before and after it: an attribute that is not given stays, null unsets it, metadata
 * merges at the first level, and another address or number is unverified. A block ends the user's sessions. The caller writes the identifiers and the password.
 *
 * @param options `keeps_letters`: whether e-mail address and username are stored in the letters of the change, as legacy mode does
 *
 * @throws {Refusal} `inexistent_user`, `invalid_body` where metadata would become too large, and `last_owner`
 */
export async function changeUser(
  trx: Transaction,
  tenant_id: string,
  user_id: string,
  change: UserChange,
  { at, keeps_letters }: { at: number; keeps_letters: boolean },
): Promise<{ before: UsersTable; after: UsersTable }> {
  const before = await trx
    .selectFrom('users')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .executeTakeFirstOrThrow(() => new Refusal('inexistent_user'))
  if (change.blocked === true) await requireAnotherOwner(trx, { system_id: tenant_id, user_id })
  const after = await trx
    .updateTable('users')
    .set({ ...columnsOf(change, before, keeps_letters), updated_at: at })
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .returningAll()
    .executeTakeFirstOrThrow()
  if (change.user_metadata !== undefined || change.app_metadata !== undefined) await replaceLeaves(trx, after)
  if (change.blocked === true) await endSessionsOf(trx, tenant_id, [user_id])
  return { before, after }
}
