const identifiers = ['username', 'email']
const id_column = 'u.id'

const selection = `SELECT
    u.username AS username,
    u.email AS email,
    u.name AS name,
    u.block AS blocked,
    u.password AS password, //? script=login
    u.id AS user_id
  FROM {{PREFIX+users}} u`

function rowsOf(typed) {
  return database.query(`${selection} WHERE lower(u.username) = lower(?) OR lower(u.email) = lower(?) LIMIT 20`, [
    typed,
    typed,
  ])
}

function isBlocked(user) {
  return store.isTrue(user.blocked, 'blocked')
}

// New users are in the group 2, "Registered".
async function insertUser(user, hash) {
  const name = user.username ?? user.email
  await database.transaction([
    [
      `INSERT INTO {{PREFIX+users}} (
          registerDate, //? driver=mysql
          "registerDate", //? driver=postgresql
          name, username, email, password, block, params
        ) VALUES (?, ?, ?, ?, ?, 0, '{}')`,
      [new Date(), name, name, user.email, hash.password],
    ],
    [
      `INSERT INTO {{PREFIX+user_usergroup_map}} (user_id, group_id)
        SELECT u.id, 2 FROM {{PREFIX+users}} u WHERE u.username = ?`,
      [name],
    ],
  ])
}

function setPassword(user_id, hash) {
  return database.execute(`UPDATE {{PREFIX+users}} SET password = ? WHERE id = ?`, [hash.password, user_id])
}

function setEmail(user_id, email) {
  return database.execute(`UPDATE {{PREFIX+users}} SET email = ? WHERE id = ?`, [email, user_id])
}

function deleteUser(id) {
  return database.transaction([
    [`DELETE FROM {{PREFIX+user_usergroup_map}} WHERE user_id = ?`, [id]],
    [`DELETE FROM {{PREFIX+users}} WHERE id = ?`, [id]],
  ])
}
