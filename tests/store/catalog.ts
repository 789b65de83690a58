// Reads tables and keys from the engine's catalog, which the suites compare with the code.
import { sql, SqliteAdapter } from 'kysely'
import type { Database, Db } from '../../src/store/tables.ts'

/** A table's name. */
export type TableName = keyof Database

/** A primary key, unique index or plain index, with its columns in order. */
export type Key = { table: TableName; name: string; unique: boolean; columns: string[] }

/** Answers the table's columns with the kinds that `shapes.ts` uses. */
export async function columnsOf(db: Db): Promise<Record<string, Record<string, string>>> {
  const tables = await db.introspection.getTables()
  return Object.fromEntries(
    tables.map(({ name, columns }) => [
      name,
      Object.fromEntries(
        columns.map((column) => {
          const base = /^text$/i.test(column.dataType) ? 'text' : 'integer'
          return [column.name, column.isNullable ? `${base}?` : base]
        }),
      ),
    ]),
  )
}

/** Answers every key of every table. */
export async function keysOf(db: Db): Promise<Key[]> {
  const sqlite = db.getExecutor().adapter instanceof SqliteAdapter
  const query = sqlite
    ? sql<KeyColumn>`
        select m.name as "table", l.name as name, l."unique" as is_unique, i.seqno as seqno, i.name as "column"
        from sqlite_master as m, pragma_index_list(m.name) as l, pragma_index_info(l.name) as i
        where m.type = 'table'
        union all -- An integer primary key is the table itself and has no index of its own.
        select m.name, m.name || '_rowid', 1, 0, c.name
        from sqlite_master as m, pragma_table_info(m.name) as c
        where m.type = 'table' and c.pk = 1 and lower(c.type) = 'integer'
        order by 1, 2, 4`
    : sql<KeyColumn>`
        select t.relname as "table", c.relname as name, x.indisunique::int as is_unique, a.attname as "column"
        from pg_index x
          join pg_class t on t.oid = x.indrelid
          join pg_class c on c.oid = x.indexrelid
          join pg_namespace n on n.oid = t.relnamespace and n.nspname = 'public'
          cross join unnest(x.indkey::int2[]) with ordinality as k(attnum, at)
          join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum
        order by t.relname, c.relname, k.at`
  const keys = new Map<string, Key>()
  for (const row of (await query.execute(db)).rows) {
    const key = keys.get(row.name) ?? { table: row.table, name: row.name, unique: row.is_unique === 1, columns: [] }
    key.columns.push(row.column)
    keys.set(row.name, key)
  }
  return [...keys.values()]
}

type KeyColumn = { table: TableName; name: string; is_unique: number; column: string }
