async function pageAfter(cursor) {
  const rows =
    cursor === null
      ? await query(`${selection} ORDER BY ${id_column} LIMIT 500`, [])
      : await query(`${selection} WHERE ${id_column} > ? ORDER BY ${id_column} LIMIT 500`, [idValue(cursor)])
  return pageOf(rows)
}

function idValue(id) {
  return id
}
