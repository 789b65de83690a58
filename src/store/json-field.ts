import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely'
import type { Engine } from './engine.ts'
import { passes, type FieldValue, type SearchField } from './search-filter.ts'

type Test = (leaf: FieldValue) => RawBuilder<SqlBool>

function sqliteLeaf(alias: string): FieldValue {
  const value = sql.ref(`${alias}.value`)
  const type = sql.ref(`${alias}.type`)
  return {
    text: sql`case when ${type} = 'text' then ${value} end`,
    number: sql`case when ${type} in ('integer', 'real') then ${value} end`,
    flag: sql`case ${type} when 'true' then 1 when 'false' then 0 end`,
    present: sql<SqlBool>`${type} <> 'null' and not (${type} in ('object', 'array') and ${value} in ('{}', '[]'))`,
  }
}

/** Arrays on the path are unwrapped: `a.b` finds `{"a": [{"b": 1}]}`. */
function sqliteStep(source: RawBuilder<unknown>, path: string[], level: number, test: Test): RawBuilder<SqlBool> {
  const [key = '', ...rest] = path
  const member = `m${level}`
  const element = `e${level}`
  const type = sql.ref(`${member}.type`)
  const value = sql.ref(`${member}.value`)
  const inArray = sql`case ${type} when 'array' then ${value} else '[]' end`
  const further =
    rest.length === 0
      ? sql<SqlBool>`((${test(sqliteLeaf(member))}) or exists (select 1 from json_each(${inArray}) as ${sql.ref(element)} where ${test(sqliteLeaf(element))}))`
      : sql<SqlBool>`(${sqliteStep(sql`case ${type} when 'object' then ${value} else '{}' end`, rest, level + 1, test)} or exists (select 1 from json_each(${inArray}) as ${sql.ref(element)} where ${sqliteStep(
          sql`case ${sql.ref(`${element}.type`)} when 'object' then ${sql.ref(`${element}.value`)} else '{}' end`,
          rest,
          level + 1,
          test,
        )}))`
  return sql<SqlBool>`exists (select 1 from json_each(${source}) as ${sql.ref(member)} where ${sql.ref(`${member}.key`)} = ${key} and ${further})`
}

const postgresLeaf: FieldValue = {
  text: sql`case when jsonb_typeof(leaf.value) = 'string' then leaf.value #>> '{}' end`,
  number: sql`case when jsonb_typeof(leaf.value) = 'number' then (leaf.value #>> '{}')::double precision end`,
  flag: sql`case jsonb_typeof(leaf.value) when 'boolean' then (leaf.value #>> '{}')::boolean::integer end`,
  present: sql<SqlBool>`jsonb_typeof(leaf.value) <> 'null' and leaf.value not in ('{}'::jsonb, '[]'::jsonb)`,
}

/** The most member names of a path that can be searched: each adds a level to the query. */
export const json_path_max = 6

function jsonMatches(engine: Engine, column: Expression<unknown>, path: string[], test: Test): RawBuilder<SqlBool> {
  if (engine === 'sqlite') return sqliteStep(sql`${column}`, path, 0, test)
  // In lax mode a member name in a jsonpath unwraps arrays.
  const steps = path.map((name) => `.${JSON.stringify(name)}`).join('')
  const found = sql`jsonb_path_query(${column}::jsonb, ${`lax $${steps}`}::jsonpath)`
  const elements = sql`jsonb_path_query(${column}::jsonb, ${`lax $${steps}[*]`}::jsonpath)`
  return sql<SqlBool>`exists (select 1 from (select ${found} as value union all select ${elements}) as leaf where ${test(postgresLeaf)})`
}

/**
 * The field at `path` of a JSON object: any value there that is neither null nor empty. Arrays on the path and at its end are unwrapped.
 * Undefined for a path of no or too many member names.
 */
export function jsonField(
  column: Expression<unknown>,
  path: string[],
  options: { exact_only?: true } = {},
): SearchField | undefined {
  if (path.length === 0 || path.length > json_path_max) return undefined
  return {
    matches: (engine, test) => jsonMatches(engine, column, path, (leaf) => passes(test, leaf)),
    ...options,
  }
}
