import type { JsonObject, JsonValue } from '../../../base/json.ts'
import type { DirectoryEntry } from '../directory-entry.ts'
import { createEntry, listOf, memberOf, textOf } from './create-entry.ts'
import { readJsonObjects, type JsonRow } from './read-json-objects.ts'

/** The hash of a credential: as `wherry/passwords` reads it, also of the form that Keycloak before version 8 wrote. */
function hashOfCredential(credential: JsonValue): string | undefined {
  const [secretData, credentialData] = [memberOf(credential, 'secretData'), memberOf(credential, 'credentialData')]
  if (secretData !== undefined && credentialData !== undefined) return JSON.stringify({ secretData, credentialData })
  const value = textOf(memberOf(credential, 'hashedSaltedValue'))
  if (value === undefined) return undefined
  const { salt, hashIterations, algorithm } = credential as JsonObject
  return JSON.stringify({
    secretData: JSON.stringify({ value, salt }),
    credentialData: JSON.stringify({ hashIterations, algorithm }),
  })
}

function hashOf(user: JsonObject): DirectoryEntry['hash'] {
  const credential = listOf(user['credentials']).find((each) => memberOf(each, 'type') === 'password')
  const value = credential === undefined ? undefined : hashOfCredential(credential)
  return value === undefined ? undefined : { value }
}

function entryOfUser({ line, value: user }: JsonRow): DirectoryEntry {
  return createEntry({
    line,
    legacy_id: user['id'],
    email: user['email'],
    username: user['username'],
    email_verified: user['emailVerified'],
    enabled: user['enabled'],
    hash: hashOf(user),
    profile: { given_name: user['firstName'], family_name: user['lastName'] },
  })
}

/**
 * Reads the users of a realm export of Keycloak, or of its files of users (`realm-users-0.json`, …) one after the other. The users of
 * service accounts are no people, and are left out.
 */
export async function* readKeycloak(texts: AsyncIterable<string>): AsyncGenerator<DirectoryEntry> {
  for await (const row of readJsonObjects(texts, 'users')) {
    if (row.value['serviceAccountClientId'] === undefined) yield entryOfUser(row)
  }
}
