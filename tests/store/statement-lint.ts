// Finds what CockroachDB, YugabyteDB and Citus do not support, or support badly, in statements that a server logged.

// Tables without tenant: on Citus reference tables, with a few rows that every node has.
const shared_tables = new Set(['tenants', 'installation', 'schema_versions'])

/** Says whether a table holds rows of tenants: then every statement on it names the tenant. */
export function isTenantTable(table: string): boolean {
  return !shared_tables.has(table)
}

const unportable: [string, RegExp][] = [
  ['locks rows', /\bfor (?:no key )?(?:update|share)\b|\bskip locked\b|\bnowait\b/],
  ['takes an advisory or a table lock', /advisory|\block table\b/],
  ['listens or notifies', /^\s*(?:listen|notify|unlisten)\b|pg_notify/],
  [
    'asks for numbers or rows of the engine',
    /\bnextval\b|\bserial\b|\bctid\b|\bxmin\b|generated (?:always|by default)/,
  ],
  ['keeps something in the session', /\bcreate temp|^\s*(?:declare|prepare|set (?!transaction))\b|pg_temp/],
  [
    'uses what not every relative has',
    /^\s*(?:merge|copy|do|call|vacuum|create (?:trigger|function|extension|type))\b/,
  ],
  ['has a key that is no plain column', /on conflict (?:on constraint|\([^)]*[^)\w", ])/],
]

const name = String.raw`(?:"(\w+)"|(\w+))`

function tablesIn(statement: string, words: string, known: ReadonlySet<string>): string[] {
  const found = statement.matchAll(new RegExp(String.raw`\b(?:${words}) ${name}`, 'g'))
  return [...found].map((match) => match[1] ?? match[2] ?? '').filter((table) => known.has(table))
}

/** Answers what is wrong with one statement that reads or writes rows; nothing for one that fits. */
export function faultsOf(text: string, tables: ReadonlySet<string>): string[] {
  const statement = text.toLowerCase().replace(/\s+/g, ' ').trim()
  // Values are not SQL.
  const bare = statement.replace(/'(?:[^']|'')*'/g, "''")
  const faults = unportable.filter(([, pattern]) => pattern.test(bare)).map(([what]) => what)
  const inserted = tablesIn(bare, 'into', tables).filter(isTenantTable)
  for (const table of inserted) {
    const columns = new RegExp(String.raw`into "?${table}"? \(([^)]*)\)`).exec(bare)?.[1] ?? ''
    if (!/\btenant_id\b/.test(columns)) faults.push(`inserts into ${table} without tenant_id`)
    const conflict = /on conflict \(([^)]*)\)/.exec(bare)?.[1]
    if (conflict !== undefined && !/^"?tenant_id\b/.test(conflict)) faults.push(`meets conflicts on ${conflict}`)
  }
  const touched = tablesIn(bare, 'from|join|update', tables).filter(isTenantTable)
  const ties = [...bare.matchAll(/"?\btenant_id"? (?:=|in) /g)].length
  // Each table is joined to a parameter, or to another table that is.
  if (ties < touched.length) faults.push(`names the tenant ${ties} times for ${touched.join(', ')}`)
  const set = /^update .*? set (.*?) where /.exec(bare)?.[1] ?? ''
  if (/"?tenant_id"? =/.test(set)) faults.push('gives a row to another tenant')
  return faults
}

/** Answers what is wrong with a statement that makes or changes tables. */
export function schemaFaultsOf(text: string): string[] {
  const statement = text.toLowerCase().replace(/\s+/g, ' ').trim()
  const faults: string[] = []
  const table = /^create table (?:if not exists )?"?(\w+)"? \((.*)\)$/.exec(statement)
  const alteration =
    /^alter table "?\w+"? (?:rename column "?\w+"? to "?\w+"?|add column "?\w+"? (?:text|bigint|integer)(?: default (?:'[^']*'|\d+))?(?: not null)?)$/
  // Without effect where texts are compared as bytes in any case.
  const collation = /^alter table "?\w+"? alter column "?\w+"? type text collate "c"$/
  const dropped = /^drop (?:table|index) "?\w+"?$/
  if ([alteration, collation, dropped].some((each) => each.test(statement))) return []
  const index = /^create (unique )?index "?\w+"? on "?(\w+)"? \((.*)\)(.*)$/.exec(statement)
  if (!table && !index)
    return ['is neither a plain table, a plain index, a column that is added or renamed, nor a dropped table']
  if (table) {
    const [, of = '', body = ''] = table
    const key = /primary key \("?(\w+)/.exec(body)?.[1] ?? /"?(\w+)"? \w+ [^,]*primary key/.exec(body)?.[1]
    if (key === undefined) faults.push('has no primary key')
    if (isTenantTable(of) && key !== 'tenant_id') faults.push('has a primary key that tenant_id does not lead')
    const columns = body.replace(/, constraint .*$/, '').split(', ')
    for (const column of columns) {
      if (!/^"?\w+"? (?:text|bigint|integer)(?: not null| primary key)*$/.test(column))
        faults.push(`has the column ${column}`)
    }
    if (/\breferences\b|\bcheck \(|\bdefault\b/.test(body)) faults.push('has a reference, a check or a default')
  }
  if (index) {
    const [, unique, of = '', columns = '', rest = ''] = index
    if (!/^(?:"?\w+"?(?:, )?)+$/.test(columns)) faults.push(`indexes what is no column: ${columns}`)
    if (rest.trim() !== '') faults.push(`is an index of a kind of its own: ${rest}`)
    if (unique !== undefined && isTenantTable(of) && !/^"?tenant_id"?,/.test(columns)) {
      faults.push('is unique over all tenants')
    }
  }
  return faults
}
