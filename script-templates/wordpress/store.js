const identifiers = ['username', 'email']
const id_column = 'u.ID'

const selection = `SELECT
    u.user_login AS username,
    u.user_email AS email,
    u.display_name AS name,
    (SELECT m.meta_value FROM {{PREFIX+usermeta}} m
      WHERE m.user_id = u.ID AND m.meta_key = 'first_name' LIMIT 1) AS given_name,
    (SELECT m.meta_value FROM {{PREFIX+usermeta}} m
      WHERE m.user_id = u.ID AND m.meta_key = 'last_name' LIMIT 1) AS family_name,
    u.spam AS spam, //? MULTISITE=yes
    u.deleted AS deleted, //? MULTISITE=yes
    u.user_pass AS password, //? script=login
    u.ID AS user_id
  FROM {{PREFIX+users}} u`

function rowsOf(typed) {
  return database.query(`${selection} WHERE u.user_login = ? OR u.user_email = ? LIMIT 20`, [typed, typed])
}

function isBlocked(user) {
  return store.isTrue(user.spam, 'spam') || store.isTrue(user.deleted, 'deleted') //? MULTISITE=yes
  return false //? MULTISITE=no
}

async function insertUser(user, hash) {
  const name = user.username ?? user.email
  const now = new Date().toISOString().slice(0, 19).replace('T', ' ')
  await database.transaction([
    [
      `INSERT INTO {{PREFIX+users}} (user_login, user_pass, user_nicename, user_email, user_registered, display_name)
        VALUES (?, ?, ?, ?, ?, ?)`,
      [
        name,
        hash.password,
        name
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, '-')
          .slice(0, 50),
        user.email,
        now,
        name,
      ],
    ],
    [
      `INSERT INTO {{PREFIX+usermeta}} (user_id, meta_key, meta_value)
        SELECT u.ID, ?, ? FROM {{PREFIX+users}} u WHERE u.user_login = ?`,
      [`${setting.PREFIX}capabilities`, 'a:1:{s:10:"subscriber";b:1;}', name],
    ],
  ])
}

function setPassword(user_id, hash) {
  return database.execute(`UPDATE {{PREFIX+users}} SET user_pass = ? WHERE ID = ?`, [hash.password, user_id])
}

function setEmail(user_id, email) {
  return database.execute(`UPDATE {{PREFIX+users}} SET user_email = ? WHERE ID = ?`, [email, user_id])
}

// What the user wrote remains, without an author.
function deleteUser(id) {
  return database.transaction([
    [`DELETE FROM {{PREFIX+usermeta}} WHERE user_id = ?`, [id]],
    [`DELETE FROM {{PREFIX+users}} WHERE ID = ?`, [id]],
  ])
}

// WordPress trims passwords.
const recipe = { trim: true }

const dummy_hash = [
  `$P$B${'A'.repeat(30)}`, //? VERSION=earlier
  `$wp$2y$10$C6UzMDM.H6dfI/f/IKcEeO${'u'.repeat(31)}`, //? VERSION=6.8
][0]

async function hashPassword(password) {
  return { password: `$P$${portableHash('md5', 13, 31, password.trim())}` } //? VERSION=earlier
  const digest = require('crypto').createHmac('sha384', 'wp-sha384').update(password.trim()).digest('base64') //? VERSION=6.8
  const hash = await require('bcrypt').hash(digest, 10) //? VERSION=6.8
  return { password: `$wp${hash.replace(/^\$2\w/, '$2y')}` } //? VERSION=6.8
}
