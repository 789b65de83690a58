//? needs pageAfter
// Calls back with up to 500 users and the cursor of the next page, which is null after the last one.
function listUsers(cursor, callback) {
  list(cursor).then((page) => callback(null, page), callback)
}

async function list(cursor) {
  const { rows, next } = await pageAfter(cursor || null)
  return { users: rows.map((user) => ({ ...profileOf(user), blocked: isBlocked(user) })), next }
}
