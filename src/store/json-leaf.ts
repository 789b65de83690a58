import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely'

/** A value inside a JSON column, as SQL. The expression that fits its type has the value; the two others are null. */
export type JsonLeaf = {
  text: RawBuilder<unknown>
  number: RawBuilder<unknown>
  flag: RawBuilder<unknown>
  /** Whether the value is neither null nor an empty object or array. */
  present: RawBuilder<SqlBool>
}

type Test = (leaf: JsonLeaf) => RawBuilder<SqlBool>

function sqliteLeaf(alias: string): JsonLeaf {
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

const postgresLeaf: JsonLeaf = {
  text: sql`case when jsonb_typeof(leaf.value) = 'string' then leaf.value #>> '{}' end`,
  number: sql`case when jsonb_typeof(leaf.value) = 'number' then (leaf.value #>> '{}')::double precision end`,
  flag: sql`case jsonb_typeof(leaf.value) when 'boolean' then (leaf.value #>> '{}')::boolean::integer end`,
  present: sql<SqlBool>`jsonb_typeof(leaf.value) <> 'null' and leaf.value not in ('{}'::jsonb, '[]'::jsonb)`,
}

/** The most member names in a path: each adds a level to the query. */
export const json_path_max = 6

/**
 * The condition that any value at `path` of a JSON object passes `test`. Arrays on the path and at its end are unwrapped.
 *
 * @param path member names from the root; at most `json_path_max`
 */
export function jsonLeaf(
  engine: 'sqlite' | 'postgres',
  column: Expression<unknown>,
  path: string[],
  test: Test,
): RawBuilder<SqlBool> {
  if (engine === 'sqlite') return sqliteStep(sql`${column}`, path, 0, test)
  // In lax mode a member name in a jsonpath unwraps arrays.
  const steps = path.map((name) => `.${JSON.stringify(name)}`).join('')
  const found = sql`jsonb_path_query(${column}::jsonb, ${`lax $${steps}`}::jsonpath)`
  const elements = sql`jsonb_path_query(${column}::jsonb, ${`lax $${steps}[*]`}::jsonpath)`
  return sql<SqlBool>`exists (select 1 from (select ${found} as value union all select ${elements}) as leaf where ${test(postgresLeaf)})`
}
