// What the check of settings reads.
const ignores_case = true

function columnsOf(read, { fields }) {
  return fields
}

function isMissingTable(error) {
  return error.number === 208
}

async function tablesOf(read) {
  const { rows } = await read(`SELECT TABLE_SCHEMA, TABLE_NAME FROM INFORMATION_SCHEMA.TABLES ORDER BY 1, 2 LIMIT 500`)
  return rows.map((row) => (row.TABLE_SCHEMA === 'dbo' ? row.TABLE_NAME : `${row.TABLE_SCHEMA}.${row.TABLE_NAME}`))
}
