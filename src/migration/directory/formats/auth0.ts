import type { JsonObject, JsonValue } from '../../../base/json.ts'
import type { DirectoryFormatOptions } from '../../../contract/directory-format.ts'
import type { DirectoryEntry } from '../directory-entry.ts'
import { createEntry, listOf, memberOf, objectOf, textOf } from './create-entry.ts'
import { malformedFile } from './malformed-file.ts'
import type { JsonRow } from './read-json-objects.ts'
import { readRows } from './read-rows.ts'

const databaseIdentities = (user: JsonObject) =>
  listOf(user['identities']).filter((identity) => memberOf(identity, 'provider') === 'auth0')

/** Whether an identity, or a user, is one of the chosen connection, where it names its connection. */
const isOf = (identity: JsonValue, chosen: string | undefined): boolean => {
  const name = textOf(memberOf(identity, 'connection'))
  return chosen === undefined || name === undefined || name === chosen
}

const severalConnections = (line: number) =>
  malformedFile(
    line,
    'the file has users of several database connections: name one of them in options.auth0.connection',
  )

type Id = { legacy_id: string | undefined; is_of_other_provider: boolean }

/** The id of the user in the chosen database connection, or in any: that of its identity, or the one behind `auth0|`. */
function idOf(user: JsonObject, chosen: string | undefined): Id {
  const oid = textOf(memberOf(user['_id'], '$oid'))
  const user_id = textOf(user['user_id']) ?? textOf(user['id']) ?? (oid === undefined ? undefined : `auth0|${oid}`)
  const identities = listOf(user['identities'])
  const own = databaseIdentities(user).find((identity) => isOf(identity, chosen))
  if (own !== undefined) return { legacy_id: textOf(memberOf(own, 'user_id')) ?? user_id, is_of_other_provider: false }
  const is_database = isOf(user, chosen) && identities.length === 0 && !/^(?!auth0\|)[a-z0-9-]+\|/.test(user_id ?? '')
  return { legacy_id: user_id, is_of_other_provider: !is_database }
}

function hashOf(line: number, user: JsonObject): DirectoryEntry['hash'] {
  const custom = objectOf(line, 'custom_password_hash', user['custom_password_hash'])
  if (custom) return { custom }
  // passwordHash is the name in the file that Auth0's support sends, password_hash that of its import format.
  const value = textOf(user['passwordHash']) ?? textOf(user['password_hash'])
  return value === undefined ? undefined : { value }
}

function entryOfUser({ line, value: user }: JsonRow, chosen: string | undefined): DirectoryEntry {
  return createEntry({
    line,
    ...idOf(user, chosen),
    email: user['email'],
    username: user['username'],
    phone_number: user['phone_number'],
    email_verified: user['email_verified'],
    last_activity_at: user['last_login'],
    disabled: user['blocked'],
    hash: hashOf(line, user),
    profile: user,
  })
}

/**
 * Reads an export of users of Auth0 (NDJSON, an array, or CSV), and the file with password hashes that its support sends. A user without an
 * identity in a database connection is of another provider.
 */
export async function* readAuth0(
  texts: AsyncIterable<string>,
  options: DirectoryFormatOptions,
): AsyncGenerator<DirectoryEntry> {
  const chosen = options.auth0?.connection
  let only: string | undefined
  for await (const row of readRows(texts, options)) {
    for (const identity of chosen === undefined ? [row.value, ...databaseIdentities(row.value)] : []) {
      const name = textOf(memberOf(identity, 'connection'))
      only ??= name
      if (name !== undefined && name !== only) throw severalConnections(row.line)
    }
    yield entryOfUser(row, chosen)
  }
}
