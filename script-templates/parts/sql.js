const database = require('legacy-store').database(configuration.DATABASE_URL, {
  ca: configuration.DATABASE_CA, //? DATABASE_CA
  pool_max: setting.POOL_MAX,
})

async function pageAfter(cursor) {
  const rows =
    cursor === null
      ? await database.query(`${selection} ORDER BY ${id_column} LIMIT 500`)
      : await database.query(`${selection} WHERE ${id_column} > ? ORDER BY ${id_column} LIMIT 500`, [idValue(cursor)])
  return pageOf(rows)
}

function idValue(id) {
  return id
}
