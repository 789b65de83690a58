import { systemClock } from '../../../base/clock.ts'
import type { JsonObject, JsonValue } from '../../../base/json.ts'
import type { DirectoryFormatOptions } from '../../../contract/directory-format.ts'
import { readFlag } from '../../read-flag.ts'
import type { DirectoryEntry } from '../directory-entry.ts'
import { createEntry, objectOf, textOf } from './create-entry.ts'
import type { JsonRow } from './read-json-objects.ts'
import { readRows } from './read-rows.ts'
import { readTime } from './read-time.ts'

const isSet = (value: JsonValue | undefined): boolean => readFlag(value) === true

/** Whether a ban has not ended. `infinity` is a time of PostgreSQL. */
function isBanned(until: JsonValue | undefined, now: number): boolean {
  const text = textOf(until)
  if (text === undefined) return false
  return text === 'infinity' || (readTime(text) ?? 0) > now
}

/** A hash that the database has encrypted is a JSON object, and cannot be read without its key. */
function hashOf(user: JsonObject): DirectoryEntry['hash'] {
  const value = textOf(user['encrypted_password'])
  return value === undefined || value.startsWith('{') ? undefined : { value }
}

function phoneOf(user: JsonObject): string | undefined {
  const phone = textOf(user['phone'])
  return phone === undefined || phone.startsWith('+') ? phone : `+${phone}`
}

function entryOfUser({ line, value: user }: JsonRow, now: number): DirectoryEntry {
  const metadata = objectOf(line, 'raw_user_meta_data', user['raw_user_meta_data'])
  const app_metadata = objectOf(line, 'raw_app_meta_data', user['raw_app_meta_data'])
  return createEntry({
    line,
    legacy_id: user['id'],
    email: user['email'],
    phone_number: phoneOf(user),
    email_verified: textOf(user['email_confirmed_at']) !== undefined,
    last_activity_at: user['last_sign_in_at'],
    disabled: isBanned(user['banned_until'], now),
    is_of_other_provider: isSet(user['is_sso_user']),
    hash: hashOf(user),
    profile: {
      name: metadata?.['full_name'] ?? metadata?.['name'],
      picture: metadata?.['avatar_url'],
      user_metadata: metadata,
      app_metadata,
    },
  })
}

/**
 * Reads the table `auth.users` of Supabase as CSV or JSON, with the names of its columns. Anonymous users, and deleted ones, whose addresses
 * Supabase has replaced, are left out.
 */
export async function* readSupabase(
  texts: AsyncIterable<string>,
  options: DirectoryFormatOptions,
): AsyncGenerator<DirectoryEntry> {
  const now = systemClock.now()
  for await (const row of readRows(texts, options)) {
    const { is_anonymous, deleted_at } = row.value
    if (!isSet(is_anonymous) && textOf(deleted_at) === undefined) yield entryOfUser(row, now)
  }
}
