import { canonicalIdentifier } from '../base/canonical.ts'
import type { JsonObject } from '../base/json.ts'
import { Refusal } from '../contract/refusal.ts'
import type { UserChange } from '../contract/user.ts'
import { readJson } from '../store/json-column.ts'
import type { Transaction, UsersTable } from '../store/tables.ts'
import { writeMetadata } from './write-metadata.ts'

type Columns = Partial<UsersTable>

/** Metadata merges at the first level only; null removes a member, and null for the whole empties it. */
function merged(before: string, change: Record<string, unknown> | null): string {
  if (change === null) return '{}'
  const all = { ...readJson<JsonObject>(before), ...change }
  return writeMetadata(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)))
}

type Before = Pick<UsersTable, 'user_metadata' | 'app_metadata' | 'email_lower' | 'phone_number'>

function identityColumns(change: UserChange, before: Before): Columns {
  const columns: Columns = {}
  if (change.email !== undefined) {
    columns.email = change.email === null ? null : canonicalIdentifier(change.email)
    columns.email_lower = columns.email
    if (columns.email_lower !== before.email_lower) columns.email_verified = 0
  }
  if (change.email_verified !== undefined) columns.email_verified = change.email_verified ? 1 : 0
  if (change.username !== undefined) {
    columns.username = change.username === null ? null : canonicalIdentifier(change.username)
    columns.username_lower = columns.username
  }
  if (change.phone_number !== undefined) {
    columns.phone_number = change.phone_number
    if (change.phone_number !== before.phone_number) columns.phone_verified = 0
  }
  if (change.phone_verified !== undefined) columns.phone_verified = change.phone_verified ? 1 : 0
  if (change.blocked !== undefined) columns.blocked = change.blocked ? 1 : 0
  return columns
}

function profileColumns(change: UserChange): Columns {
  const columns: Columns = {}
  for (const name of ['name', 'nickname', 'given_name', 'family_name', 'picture'] as const) {
    const value = change[name]
    if (value !== undefined) columns[name] = value
  }
  return columns
}

/**
 * Writes a change of a user: what is not named stays, null unsets, metadata merges at the first level, another address or
 * number is unverified. Of two changes at once neither is lost. What the user is found by, and the password, are the caller's to write.
 *
 * @throws {Refusal} `inexistent_user`, `invalid_body` where metadata would become too large
 */
export async function changeUser(
  trx: Transaction,
  tenant_id: string,
  user_id: string,
  change: UserChange,
  at: number,
): Promise<UsersTable> {
  for (;;) {
    const before = await trx
      .selectFrom('users')
      .select(['user_metadata', 'app_metadata', 'email_lower', 'phone_number'])
      .where('tenant_id', '=', tenant_id)
      .where('user_id', '=', user_id)
      .executeTakeFirst()
    if (!before) throw new Refusal('inexistent_user')
    const columns: Columns = { ...identityColumns(change, before), ...profileColumns(change), updated_at: at }
    if (change.user_metadata !== undefined) columns.user_metadata = merged(before.user_metadata, change.user_metadata)
    if (change.app_metadata !== undefined) columns.app_metadata = merged(before.app_metadata, change.app_metadata)
    const after = await trx
      .updateTable('users')
      .set(columns)
      .where('tenant_id', '=', tenant_id)
      .where('user_id', '=', user_id)
      .where('user_metadata', '=', before.user_metadata)
      .where('app_metadata', '=', before.app_metadata)
      .returningAll()
      .executeTakeFirst()
    // Somebody else changed the metadata since it was read: merge with theirs.
    if (after) return after
  }
}
