import { sql, type RawBuilder } from 'kysely'
import { engineOf } from './engine.ts'
import type { Db } from './tables.ts'

/** A member of the JSON object in a column, as text: a boolean as `true` or `false`. Null where it is absent. */
export function jsonMember(db: Db, column: string, name: string): RawBuilder<string | null> {
  const object = sql.ref(column)
  if (engineOf(db) === 'postgres') return sql`${object}::jsonb ->> ${name}`
  const path = `$.${name}`
  return sql`case json_type(${object}, ${path}) when 'true' then 'true' when 'false' then 'false' else json_extract(${object}, ${path}) end`
}
