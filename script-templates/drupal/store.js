const identifiers = ['username', 'email']

// The user 0 is the anonymous visitor. Since Drupal 8 there is a row for each translation.
const selection = `SELECT
    u.name AS username,
    u.mail AS email,
    u.status AS active,
    u.pass AS password, //? script=login
    u.uid AS user_id
  FROM {{PREFIX+users}} u //? VERSION=7
  FROM {{PREFIX+users_field_data}} u //? !VERSION=7
  WHERE u.uid > 0
    AND u.default_langcode = 1 //? !VERSION=7
`

function rowsOf(typed) {
  return database.query(
    `${selection} AND (u.name = ? OR u.mail = ?) LIMIT 20`, //? driver=mysql
    `${selection} AND (lower(u.name) = lower(?) OR lower(u.mail) = lower(?)) LIMIT 20`, //? driver=postgresql
    [typed, typed],
  )
}

function isBlocked(user) {
  return !store.isTrue(user.active, 'active')
}

// Drupal's own sequences continue after the highest id.
async function insertUser(user, hash) {
  const name = user.username ?? user.email
  const now = Math.floor(Date.now() / 1000)
  const [{ id }] = await database.query(`SELECT COALESCE(MAX(u.uid), 0) + 1 AS id FROM {{PREFIX+users}} u`, [])
  //? if VERSION=7
  await database.execute(
    `INSERT INTO {{PREFIX+users}} (uid, name, pass, mail, status, created, init) VALUES (?, ?, ?, ?, 1, ?, ?)`,
    [id, name, hash.password, user.email, now, user.email],
  )
  //? end
  //? if !VERSION=7
  await database.transaction([
    [`INSERT INTO {{PREFIX+users}} (uid, uuid, langcode) VALUES (?, ?, 'en')`, [id, require('crypto').randomUUID()]],
    [
      `INSERT INTO {{PREFIX+users_field_data}}
        (uid, langcode, default_langcode, name, pass, mail, status, created, changed, init)
        VALUES (?, 'en', 1, ?, ?, ?, 1, ?, ?, ?)`,
      [id, name, hash.password, user.email, now, now, user.email],
    ],
  ])
  //? end
}

function setPassword(user_id, hash) {
  return database.execute(
    `UPDATE {{PREFIX+users}} SET pass = ? WHERE uid = ?`, //? VERSION=7
    `UPDATE {{PREFIX+users_field_data}} SET pass = ? WHERE uid = ?`, //? !VERSION=7
    [hash.password, user_id],
  )
}

function setEmail(user_id, email) {
  return database.execute(
    `UPDATE {{PREFIX+users}} SET mail = ? WHERE uid = ?`, //? VERSION=7
    `UPDATE {{PREFIX+users_field_data}} SET mail = ? WHERE uid = ?`, //? !VERSION=7
    [email, user_id],
  )
}

// What the user wrote remains, without an author. MySQL reads a text that is no number as 0, which is the anonymous visitor.
function deleteUser(id) {
  return database.transaction([
    [`DELETE FROM {{PREFIX+users_roles}} WHERE uid = ? AND uid > 0`, [id]], //? VERSION=7
    [`DELETE FROM {{PREFIX+user__roles}} WHERE entity_id = ? AND entity_id > 0`, [id]], //? !VERSION=7
    [`DELETE FROM {{PREFIX+users_field_data}} WHERE uid = ? AND uid > 0`, [id]], //? !VERSION=7
    [`DELETE FROM {{PREFIX+users}} WHERE uid = ? AND uid > 0`, [id]],
  ])
}

async function pageAfter(cursor) {
  const rows = await database.query(`${selection} AND u.uid > ? ORDER BY u.uid LIMIT 500`, [cursor ?? 0])
  return pageOf(rows)
}
