import { isJsonObject, type JsonObject, type JsonValue } from '../../../base/json.ts'
import type { DirectoryFormatOptions } from '../../../contract/directory-format.ts'
import type { DirectoryEntry } from '../directory-entry.ts'
import { entryOf, membersOf, type FieldColumns } from './columns.ts'
import { memberOf } from './create-entry.ts'
import { readJsonObjects } from './read-json-objects.ts'

// MongoDB Extended JSON, as mongoexport writes it.
const wrappers = ['$oid', '$date', '$numberLong']

function unwrapped(value: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(value)) return value
  const [name = '', ...more] = Object.keys(value)
  return more.length === 0 && wrappers.includes(name) ? unwrapped(value[name]) : value
}

/** The value of a member, or of a path of members and places in lists with dots between. */
function valueAt(row: JsonObject, path: string): JsonValue | undefined {
  if (Object.hasOwn(row, path)) return unwrapped(row[path])
  let value: JsonValue | undefined = row
  for (const name of path.split('.')) value = Array.isArray(value) ? value[Number(name)] : memberOf(value, name)
  return unwrapped(value)
}

/**
 * Reads JSON objects, one after the other or in an array. Their members are named by the options, also by a path such as `emails.0.address`,
 * or have common names.
 */
export async function* readNdjson(
  texts: AsyncIterable<string>,
  options: DirectoryFormatOptions,
): AsyncGenerator<DirectoryEntry> {
  // Rows of a file usually have the same members.
  let last: { names: string; members: FieldColumns } | undefined
  for await (const { line, value } of readJsonObjects(texts)) {
    const names = JSON.stringify(Object.keys(value))
    if (last?.names !== names) last = { names, members: membersOf(value, line, options) }
    yield entryOf(line, last.members, (path) => valueAt(value, path), options)
  }
}
