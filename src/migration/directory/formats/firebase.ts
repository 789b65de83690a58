import type { JsonObject } from '../../../base/json.ts'
import type { DirectoryFormatOptions } from '../../../contract/directory-format.ts'
import type { DirectoryEntry } from '../directory-entry.ts'
import { createEntry, textOf } from './create-entry.ts'
import { startText } from './decode-text.ts'
import { malformedFile } from './malformed-file.ts'
import { readCsvRows } from './read-csv-rows.ts'
import { readJsonObjects, type JsonRow } from './read-json-objects.ts'

// The columns of `firebase auth:export users.csv`, which has no header, by their place.
const columns: Record<string, number> = {
  localId: 0,
  email: 1,
  emailVerified: 2,
  passwordHash: 3,
  salt: 4,
  displayName: 5,
  photoUrl: 6,
  lastSignedInAt: 24,
  phoneNumber: 25,
  disabled: 26,
  customAttributes: 27,
}
const fields_min = 27

async function* readCsvUsers(texts: AsyncIterable<string>): AsyncGenerator<JsonRow> {
  for await (const { line, fields } of readCsvRows(texts, ',')) {
    if (fields.length < fields_min) {
      const reason = `the row has ${fields.length} fields, and auth:export writes at least ${fields_min}: the file was cut off, or is another one`
      throw malformedFile(line, reason)
    }
    const named = Object.entries(columns).map(([name, at]) => [name, fields[at] ?? ''])
    yield { line, value: Object.fromEntries(named) as JsonObject }
  }
}

/** The hash with the parameters of the project, in base64 of either alphabet. A row without a salt has a hash that Firebase cannot export. */
function hashOf(user: JsonObject, parameters: DirectoryFormatOptions['firebase']): DirectoryEntry['hash'] {
  const [hash, salt] = [textOf(user['passwordHash']), textOf(user['salt'])]
  if (hash === undefined || salt === undefined || parameters === undefined) return undefined
  const { signer_key: signer, salt_separator: sep, rounds, mem_cost: mem } = parameters
  return { value: JSON.stringify({ hash, salt, sep, signer, rounds, mem }) }
}

function entryOfUser({ line, value: user }: JsonRow, options: DirectoryFormatOptions): DirectoryEntry {
  return createEntry({
    line,
    legacy_id: user['localId'],
    email: user['email'],
    phone_number: user['phoneNumber'],
    email_verified: user['emailVerified'],
    last_activity_at: user['lastSignedInAt'],
    disabled: user['disabled'],
    hash: hashOf(user, options.firebase),
    profile: { name: user['displayName'], picture: user['photoUrl'], app_metadata: user['customAttributes'] },
  })
}

/**
 * Reads `users.json` or `users.csv` of `firebase auth:export`. Hashes are read with the option `firebase`, the hash parameters of the
 * project.
 */
export async function* readFirebase(
  texts: AsyncIterable<string>,
  options: DirectoryFormatOptions,
): AsyncGenerator<DirectoryEntry> {
  const started = await startText(texts)
  const is_json = started.first === '{' || started.first === '['
  const rows = is_json ? readJsonObjects(started.texts, 'users') : readCsvUsers(started.texts)
  for await (const row of rows) yield entryOfUser(row, options)
}
