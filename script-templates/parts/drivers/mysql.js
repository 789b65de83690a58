// What the check of settings reads.
const ignores_case = true

async function columnsOf(read) {
  const { rows } = await read(`SHOW COLUMNS FROM {{TABLE}}`)
  return rows.map((column) => ({
    name: column.Field,
    type: String(column.Type),
    needs_value: column.Null === 'NO' && column.Default === null && !/auto_increment|generated/i.test(column.Extra),
  }))
}

function isMissingTable(error) {
  return error.code === 'ER_NO_SUCH_TABLE'
}

async function tablesOf(read) {
  const { rows } = await read(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = database() ORDER BY 1 LIMIT 500',
  )
  return rows.map((row) => row.name)
}
