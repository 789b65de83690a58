import { isJsonObject } from '../../../base/json.ts'
import type { DirectoryFormatOptions } from '../../../contract/directory-format.ts'
import type { DirectoryEntry } from '../directory-entry.ts'
import { createEntry, memberOf, textOf } from './create-entry.ts'
import type { JsonRow } from './read-json-objects.ts'
import { readRows } from './read-rows.ts'

const refused = new Set(['SUSPENDED', 'DEPROVISIONED'])
// A user reaches the others from ACTIVE, and gets in again with a new password or when the lock ends.
const activated = new Set(['ACTIVE', 'LOCKED_OUT', 'PASSWORD_EXPIRED', 'RECOVERY'])
const other_providers = new Set(['FEDERATION', 'SOCIAL'])

/** The entry of a user as `GET /api/v1/users` has it, or of a row of CSV with the names of the profile. */
function entryOfUser({ line, value: user }: JsonRow): DirectoryEntry {
  const profile = isJsonObject(user['profile']) ? user['profile'] : user
  const [login, email, status] = [textOf(profile['login']), textOf(profile['email']), textOf(user['status'])]
  const provider = textOf(memberOf(memberOf(user['credentials'], 'provider'), 'type'))
  return createEntry({
    line,
    legacy_id: user['id'],
    email,
    username: login === email ? undefined : login,
    phone_number: profile['mobilePhone'],
    email_verified: status === undefined ? undefined : activated.has(status),
    last_activity_at: user['lastLogin'],
    disabled: refused.has(status ?? ''),
    is_of_other_provider: other_providers.has(provider ?? ''),
    profile: {
      given_name: profile['firstName'],
      family_name: profile['lastName'],
      name: profile['displayName'],
      nickname: profile['nickName'],
    },
  })
}

/** Reads the users of Okta's API as arrays one after the other (its pages), or as CSV. Okta exports no hashes. */
export async function* readOkta(
  texts: AsyncIterable<string>,
  options: DirectoryFormatOptions,
): AsyncGenerator<DirectoryEntry> {
  for await (const row of readRows(texts, options)) yield entryOfUser(row)
}
