// What the check of settings reads.
const ignores_case = false

async function columnsOf(read, { fields }) {
  const oids = fields.map((field) => field.dataTypeID)
  const { rows } = await read('SELECT oid, typname FROM pg_type WHERE oid = ANY($1)', [oids])
  const names = new Map(rows.map(({ oid, typname }) => [Number(oid), typname]))
  const required = await read(
    `SELECT attname FROM pg_attribute
     WHERE attrelid = $1 AND attnum > 0 AND attnotnull AND NOT atthasdef AND attidentity = ''`,
    [fields[0].tableID],
  )
  const needing = new Set(required.rows.map(({ attname }) => attname))
  return fields.map(({ name, dataTypeID }) => ({
    name,
    type: names.get(dataTypeID) || '',
    needs_value: needing.has(name),
  }))
}

// No such table, or no such schema.
function isMissingTable(error) {
  return error.code === '42P01' || error.code === '3F000'
}

async function tablesOf(read) {
  const { rows } = await read(
    `SELECT table_schema, table_name FROM information_schema.tables
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2 LIMIT 500`,
  )
  return rows.map((row) => (row.table_schema === 'public' ? row.table_name : `${row.table_schema}.${row.table_name}`))
}
