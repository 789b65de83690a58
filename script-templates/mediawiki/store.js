const identifiers = ['username', 'email']
const id_column = 'u.user_id'

// Texts are bytes in this table.
const selection = `SELECT
    u.user_name AS username,
    u.user_email AS email,
    u.user_email_authenticated AS email_verified,
    u.user_real_name AS name,
    u.user_password AS password, //? script=login
    u.user_id AS user_id
  FROM {{PREFIX+user}} u`

// The first letter of a user name is a capital, and an underscore is a blank.
function rowsOf(typed) {
  const name = pageName(typed)
  return database.query(
    `${selection} WHERE u.user_name = ? OR LOWER(CONVERT(u.user_email USING utf8mb4)) = LOWER(?) LIMIT 20`,
    [name, typed],
  )
}

function pageName(typed) {
  const name = typed.normalize('NFC').replace(/[_ ]+/g, ' ')
  return name.slice(0, 1).toUpperCase() + name.slice(1)
}

// Blocks of MediaWiki do not prevent logins.
function isBlocked() {
  return false
}

function insertUser(user, hash) {
  const now = timestamp()
  return database.execute(
    `INSERT INTO {{PREFIX+user}} (
        user_name, user_password, user_newpassword, user_email, user_token, user_touched, user_registration
      ) VALUES (?, ?, '', ?, ?, ?, ?)`,
    [pageName(user.username ?? user.email), hash.password, user.email, newToken(), now, now],
  )
}

function timestamp() {
  return new Date().toISOString().replace(/\D/g, '').slice(0, 14)
}

function newToken() {
  return require('crypto').randomBytes(16).toString('hex')
}

// A new token ends the sessions of the user.
function setPassword(user_id, hash) {
  return database.execute(`UPDATE {{PREFIX+user}} SET user_password = ?, user_token = ? WHERE user_id = ?`, [
    hash.password,
    newToken(),
    user_id,
  ])
}

function setEmail(user_id, email, verified) {
  return database.execute(`UPDATE {{PREFIX+user}} SET user_email = ?, user_email_authenticated = ? WHERE user_id = ?`, [
    email,
    verified ? timestamp() : null,
    user_id,
  ])
}

function setVerified(user_id) {
  return database.execute(`UPDATE {{PREFIX+user}} SET user_email_authenticated = ? WHERE user_id = ?`, [
    timestamp(),
    user_id,
  ])
}
