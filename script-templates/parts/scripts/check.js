//? needs openReader checked_columns
function check(callback) {
  inspect().then((found) => callback(null, found), callback)
}

async function inspect() {
  const { table, columnsOf, read, ignores_case, close } = await openReader()
  try {
    const sample = await read(`SELECT * FROM ${table} LIMIT 20`).catch((error) => {
      if (isMissingTable(error)) return undefined
      throw error
    })
    if (sample === undefined) return { tables: await tablesOf(read) }
    const columns = await columnsOf(sample)
    const count = await read(`SELECT count(*) AS n FROM ${table}`).catch(() => undefined)
    const rows = count ? Number(count.rows[0].n) : null
    return { columns, ignores_case, rows, sampled: sample.rows.length, forms: formsOf(sample.rows) }
  } finally {
    close()
  }
}
