import type { ChosenColumn } from './choose-columns.ts'
import type { Role } from './column-names.ts'
import type { Engine } from './dialects.ts'
import { columnNamed, hasColumn, hasColumns, type Table } from './schema.ts'
import { signatures, type Signature } from './schema-signatures.ts'

/** The schema of a software for which there is a template, as it was found. */
export type KnownSchema = {
  template: string
  /** Why it is this one. */
  reason: string
  users: Table
  columns: ChosenColumn[]
  /** The settings that the tables tell. */
  settings: Record<string, string>
  /** Settings that the tables do not tell. */
  open_settings: string[]
  /** A condition of SQL for rows that are users. */
  where?: string
}

/** Tables by their names in small letters: a legacy store may have thousands. Of two that differ in letter case only, the first. */
type TablesByName = Map<string, Table>

/** The columns of a software, which its tables name. */
function fixedColumns(table: Table, columns: Partial<Record<Role, string>>, reason: string): ChosenColumn[] {
  return Object.entries(columns).flatMap(([role, name]) => {
    const column = columnNamed(table, name)
    return column === undefined ? [] : [{ role: role as Role, column, score: 100, reason }]
  })
}

function matches(signature: Signature, tables: TablesByName, engine: Engine): KnownSchema[] {
  const names = Object.keys(signature.tables)
  const [first = ''] = names
  const ending = first.toLowerCase()
  return [...tables].flatMap(([users_name, users]) => {
    if (!users_name.endsWith(ending)) return []
    const prefix = users.bare_name.slice(0, users.bare_name.length - first.length)
    const found = new Map(
      names.flatMap((name) => {
        const table = tables.get(`${prefix}${name}`.toLowerCase())
        return table !== undefined && hasColumns(table, signature.tables[name] ?? []) ? [[name, table] as const] : []
      }),
    )
    if (found.size < names.length || hasColumn(users, signature.without ?? '')) return []
    const reason = `the tables ${[...found.values()].map(({ bare_name }) => bare_name).join(', ')} have its columns`
    const { template, columns, where, open_settings = [], settings } = signature
    return [
      {
        template,
        reason,
        users,
        columns: fixedColumns(users, columns, 'it has this name in this software'),
        settings: settings?.({ prefix, tables: found, engine }) ?? {},
        open_settings,
        ...(where === undefined ? {} : { where }),
      },
    ]
  })
}

/** The schemas of software whose tables have names and columns of their own, in the default schema. */
export function knownSchemas(tables: Table[], engine: Engine): KnownSchema[] {
  const by_name: TablesByName = new Map()
  for (const table of tables) {
    const name = table.bare_name.toLowerCase()
    if (table.is_default_schema && !by_name.has(name)) by_name.set(name, table)
  }
  return signatures
    .filter(({ engines }) => engines.includes(engine))
    .flatMap((signature) => matches(signature, by_name, engine))
}
