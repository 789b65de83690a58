//? needs pageAfter
// Calls back with up to 500 users and the cursor of the next page, which is null after the last one. A user has `last_login` where the store
// says it, as a time in ISO 8601 or in milliseconds since 1970.
function listUsers(cursor, callback) {
  list(cursor).then((page) => callback(null, page), callback)
}

async function list(cursor) {
  const { rows, next } = await pageAfter(cursor || null)
  return { users: rows.map(listed), next }
}

function listed(user) {
  try {
    const entry = { ...profileOf(user), blocked: isBlocked(user) }
    if (user.last_login) entry.last_login = timeOf(user.last_login)
    return entry
  } catch (error) {
    throw new Error(`the user with the id ${store.idOf(user.user_id)}: ${error.message}`, { cause: error })
  }
}

// Seconds since 1970 are fewer than 1e11 until the year 5138.
function timeOf(value) {
  const time = /^\d+$/.test(value) ? Number(value) : value
  return typeof time === 'number' && time < 1e11 ? time * 1000 : time
}
