// What the check of settings reads.
const ignores_case = false

async function columnsOf(read, { fields }) {
  const oids = fields.map((field) => field.dataTypeID)
  const { rows } = await read('SELECT oid, typname FROM pg_type WHERE oid = ANY($1)', [oids])
  const names = new Map(rows.map(({ oid, typname }) => [Number(oid), typname]))
  return fields.map((field) => ({ name: field.name, type: names.get(field.dataTypeID) || '' }))
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
