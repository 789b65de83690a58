const identifiers = ['email']

const selection = `SELECT
    c.email AS email,
    c.firstname AS given_name,
    c.lastname AS family_name,
    c.confirmation AS confirmation,
    c.lock_expires AS lock_expires,
    c.password_hash AS password, //? script=login
    c.entity_id AS user_id
  FROM {{PREFIX+customer_entity}} c
  WHERE c.website_id = setting.WEBSITE_ID`

function rowsOf(typed) {
  return database.query(`${selection} AND c.email = ? LIMIT 20`, [typed])
}

// A customer who has not confirmed the address has a key in "confirmation".
function isBlocked(user) {
  if (user.confirmation) return true //? UNVERIFIED=refuse
  return user.lock_expires !== null && new Date(user.lock_expires) > new Date()
}

function insertUser(user, hash) {
  return database.execute(
    `INSERT INTO {{PREFIX+customer_entity}} (website_id, store_id, group_id, email, firstname, lastname, password_hash)
      VALUES (setting.WEBSITE_ID, 1, 1, ?, ?, ?, ?)`,
    [user.email, user.given_name ?? '', user.family_name ?? '', hash.password],
  )
}

function setPassword(user_id, hash) {
  return database.execute(`UPDATE {{PREFIX+customer_entity}} SET password_hash = ? WHERE entity_id = ?`, [
    hash.password,
    user_id,
  ])
}

function setEmail(user_id, email) {
  return database.execute(`UPDATE {{PREFIX+customer_entity}} SET email = ? WHERE entity_id = ?`, [email, user_id])
}

function setVerified(user_id) {
  return database.execute(`UPDATE {{PREFIX+customer_entity}} SET confirmation = NULL WHERE entity_id = ?`, [user_id])
}

function deleteUser(id) {
  return database.execute(`DELETE FROM {{PREFIX+customer_entity}} WHERE entity_id = ?`, [id])
}

async function pageAfter(cursor) {
  const rows = await database.query(`${selection} AND c.entity_id > ? ORDER BY c.entity_id LIMIT 500`, [cursor ?? 0])
  return pageOf(rows)
}
