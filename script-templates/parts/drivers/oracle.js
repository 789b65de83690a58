// What the check of settings reads.
const ignores_case = false

function columnsOf(read, { fields }) {
  return fields
}

function isMissingTable(error) {
  return error.errorNum === 942
}

async function tablesOf(read) {
  const { rows } = await read(`SELECT table_name AS name FROM user_tables ORDER BY 1 LIMIT 500`)
  return rows.map((row) => row.name)
}
