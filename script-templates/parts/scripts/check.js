//? needs columnsOf checked_columns
function check(callback) {
  database.readOnly(inspect).then((found) => callback(null, found), callback)
}

async function inspect(read) {
  const sample = await read(`SELECT * FROM {{TABLE}} LIMIT 20`).catch((error) => {
    if (isMissingTable(error)) return undefined
    throw error
  })
  if (sample === undefined) return { tables: await tablesOf(read) }
  const columns = await columnsOf(read, sample)
  const count = await read(`SELECT count(*) AS n FROM {{TABLE}}`).catch(() => undefined)
  const rows = count ? Number(count.rows[0].n) : null
  // Last, because a statement that fails may end the transaction.
  const doubled = count ? await doubledAddresses(read).catch(() => null) : null
  return { columns, ignores_case, rows, doubled, sampled: sample.rows.length, forms: formsOf(sample.rows) }
}

async function doubledAddresses(read) {
  const { rows } = await read(
    `SELECT count(*) AS n FROM (
      SELECT lower({{EMAIL_COLUMN}}) AS address
        FROM {{TABLE}}
        WHERE {{EMAIL_COLUMN}} LIKE ?
        GROUP BY lower({{EMAIL_COLUMN}})
        HAVING count(*) > 1
      ) doubled`,
    ['%@%'],
  )
  return Number(rows[0].n)
}
