import type { JsonObject, JsonValue } from '../../../base/json.ts'
import type { DirectoryFormatOptions } from '../../../contract/directory-format.ts'
import type { DirectoryEntry } from '../directory-entry.ts'
import { createEntry, listOf, memberOf, textOf } from './create-entry.ts'
import type { JsonRow } from './read-json-objects.ts'
import { readRows } from './read-rows.ts'

/** The attributes of a user by name: those of `list-users`, or the columns of a CSV file. */
function attributesOf(user: JsonObject): JsonObject {
  const pairs = listOf(user['Attributes']).map((pair): [string, JsonValue] => [
    textOf(memberOf(pair, 'Name')) ?? '',
    memberOf(pair, 'Value') ?? null,
  ])
  return pairs.length === 0 ? user : Object.fromEntries(pairs)
}

/** The attributes that the tenant defined, without `custom:`. */
function customAttributes(attributes: JsonObject): JsonObject | undefined {
  const custom = Object.entries(attributes)
    .filter(([name]) => name.startsWith('custom:'))
    .map(([name, value]) => [name.slice('custom:'.length), value])
  return custom.length === 0 ? undefined : (Object.fromEntries(custom) as JsonObject)
}

function entryOfUser({ line, value: user }: JsonRow): DirectoryEntry {
  const attributes = attributesOf(user)
  const username = textOf(user['Username']) ?? textOf(user['cognito:username'])
  const [sub, email] = [textOf(attributes['sub']), textOf(attributes['email'])]
  return createEntry({
    line,
    legacy_id: sub ?? username,
    email,
    // In most pools the user name is the address, or the id.
    username: username === email || username === sub ? undefined : username,
    phone_number: attributes['phone_number'],
    email_verified: attributes['email_verified'],
    enabled: user['Enabled'],
    is_of_other_provider: user['UserStatus'] === 'EXTERNAL_PROVIDER',
    profile: { ...attributes, app_metadata: customAttributes(attributes) },
  })
}

/**
 * Reads the answer of `aws cognito-idp list-users`, or a CSV file of a user pool. Cognito exports no hashes. The id is `sub`, or the user
 * name where the file lacks it.
 */
export async function* readCognito(
  texts: AsyncIterable<string>,
  options: DirectoryFormatOptions,
): AsyncGenerator<DirectoryEntry> {
  for await (const row of readRows(texts, options, 'Users')) yield entryOfUser(row)
}
