import type { JsonObject } from '../../../base/json.ts'
import type { DirectoryFormatOptions } from '../../../contract/directory-format.ts'
import { Refusal } from '../../../contract/refusal.ts'
import { readFlag } from '../../read-flag.ts'
import type { DirectoryEntry } from '../directory-entry.ts'
import { createEntry, textOf } from './create-entry.ts'
import { startText } from './decode-text.ts'
import { readCsvObjects } from './read-csv-objects.ts'
import { readJsonObjects, type JsonRow } from './read-json-objects.ts'
import { readSqlRows } from './read-sql-rows.ts'

// The table of WordPress since version 3.0, under any prefix; that of a network of sites has spam and deleted at its end.
const user_columns = [
  'ID',
  'user_login',
  'user_pass',
  'user_nicename',
  'user_email',
  'user_url',
  'user_registered',
  'user_activation_key',
  'user_status',
  'display_name',
]
/** Finds the table of users in a dump. @throws {Refusal} `malformed_directory_file` at the second one: the ids of two sites are the same */
function findUsers(): (table: string, columns: readonly string[]) => boolean {
  let found: string | undefined
  return (table, columns) => {
    if (!/(?:^|_)users$/.test(table) || !columns.includes('user_login')) return false
    found ??= table
    if (found === table) return true
    const names = [found, table].map((name) => name.slice(0, 64)).join(' and ')
    throw new Refusal('malformed_directory_file', {
      message: `The dump has two tables of users, ${names}: dump the one of the site that is moved.`,
    })
  }
}

const isRefused = ({ spam, deleted }: JsonObject): boolean => [spam, deleted].some((flag) => readFlag(flag) === true)

function entryOfUser({ line, value: user }: JsonRow): DirectoryEntry {
  const hash = textOf(user['user_pass'])
  return createEntry({
    line,
    legacy_id: user['ID'],
    email: user['user_email'],
    username: user['user_login'],
    disabled: isRefused(user),
    hash: hash === undefined ? undefined : { value: hash },
    profile: { name: user['display_name'], given_name: user['first_name'], family_name: user['last_name'] },
  })
}

// A dump begins with a comment or a statement, CSV with the name of a column.
const dump_start = /^\s*(?:--|\/\*|#|(?:INSERT|REPLACE|CREATE|DROP|SET|START|LOCK|USE)\s)/

async function* readRows(texts: AsyncIterable<string>, { delimiter }: DirectoryFormatOptions): AsyncGenerator<JsonRow> {
  const { first, head, texts: started } = await startText(texts)
  if (first === '[' || first === '{') yield* readJsonObjects(started)
  else if (dump_start.test(head)) yield* readSqlRows(started, findUsers(), user_columns)
  else yield* readCsvObjects(started, delimiter)
}

/**
 * Reads the users of WordPress: `wp user list` as CSV or JSON, with the column `user_pass` where the hashes are wanted, or the table of users
 * in a dump of MySQL or MariaDB.
 */
export async function* readWordpress(
  texts: AsyncIterable<string>,
  options: DirectoryFormatOptions,
): AsyncGenerator<DirectoryEntry> {
  for await (const row of readRows(texts, options)) yield entryOfUser(row)
}
