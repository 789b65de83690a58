// Which statements SQLite answers by reading every row of a tenant or of a connection, in a store that has no statistics: one that was filled
// by logins alone has none.
import type { DatabaseSync } from 'node:sqlite'

/** Tables that grow with the users or with their logins. */
const growing = new Set([
  'credentials',
  'directory_rows',
  'directory_shared_identifiers',
  'directory_staged_rows',
  'identities',
  'log_events',
  'log_terms',
  'metadata_leaves',
  'migration_events',
  'migration_identifiers',
  'migration_records',
  'outbox',
  'record_decisions',
  'refresh_tokens',
  'reserved_identifiers',
  'sessions',
  'tickets',
  'token_families',
  'user_identifiers',
  'users',
])

/** Statements that may read all rows of a tenant or of a connection, and why. */
export const full_scans: [why: string, pattern: RegExp][] = [
  ['a schema step: marks the records about whom the scripts disagree', /^update "migration_records" set "has_drift"/],
  ['finds the users who share an identifier, by the shared ones, of which a directory has few', /with holders as/],
  ['deletes a client, or a connection', /^delete from .*"(?:client_id" in|connection_id" =)/],
]

// What SQLite reads to its end before it answers the first row, also where the statement has a limit.
const reads_all = /^(?:MERGE|USE TEMP B-TREE)/

/** The table of a line of a plan, by its index or its alias. */
function tableOf(database: DatabaseSync, statement: string, alias: string, using: string): string | undefined {
  const index = /INDEX (\S+)/.exec(using)?.[1]
  const by_index = index && database.prepare('select tbl_name from sqlite_master where name = ?').get(index)
  if (by_index) return String(by_index['tbl_name'])
  return new RegExp(`"(\\w+)" as "${alias}"`).exec(statement)?.[1] ?? alias
}

/** The names of growing tables of which a statement of PostgreSQL reads all rows of a tenant or of a connection; none where SQLite cannot run it. */
export function unplannedScans(database: DatabaseSync, statement: string): string[] {
  // SQLite has no index for `like` with a parameter, and gets other statements. With more values, it plans a list otherwise.
  if (/\blike \$/.test(statement)) return []
  const text = statement.replaceAll(/\$(\d+)/g, '?$1').replaceAll(/\bin \((\?\d+)[?\d, ]*\)/g, 'in ($1, $1, $1, $1)')
  const plan = planOf(database, text)
  const is_bounded = /\blimit\b/i.test(statement) && !plan.some((line) => reads_all.test(line))
  if (is_bounded) return []
  return plan.flatMap((line) => {
    const [, alias, using = ''] = /^(?:SEARCH|SCAN) (\S+)(?: USING (.*))?$/.exec(line) ?? []
    if (alias === undefined) return []
    const columns = [...using.matchAll(/(\w+)(?:[=<>]|\))/g)].map(([, column]) => column)
    const finds_few = columns.some((column) => column !== 'tenant_id' && column !== 'connection_id')
    const table = tableOf(database, statement, alias, using)
    return !finds_few && table !== undefined && growing.has(table) ? [table] : []
  })
}

function planOf(database: DatabaseSync, statement: string): string[] {
  try {
    return database
      .prepare(`explain query plan ${statement}`)
      .all()
      .map(({ detail }) => String(detail))
  } catch {
    return [] // A statement that only PostgreSQL gets.
  }
}
