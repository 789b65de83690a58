// The user name is the id, because these tables have no other.
const identifiers = [
  'username',
  'email', //? EMAIL_COLUMN
]
const id_column = 'u.username'

const selection = `SELECT
    u.enabled AS active,
    u.{{EMAIL_COLUMN}} AS email,
    u.password AS password, //? script=login
    u.username AS username,
    u.username AS user_id
  FROM {{TABLE}} u`

function rowsOf(typed) {
  return database.query(
    `${selection}
    WHERE lower(u.username) = lower(?)
      OR lower(u.{{EMAIL_COLUMN}}) = lower(?)
    LIMIT 20`,
    [
      typed,
      typed, //? EMAIL_COLUMN
    ],
  )
}

// A user name that is an address is the address.
function profileOf(row) {
  const username = store.textOf(row.username)
  const email = store.textOf(row.email) || (username.includes('@') ? username : '')
  return { user_id: username, username, email_verified: false, ...(email && { email }) }
}

function isBlocked(user) {
  return !store.isTrue(user.active, 'active')
}

const dummy_hash = `{bcrypt}$2a$10$C6UzMDM.H6dfI/f/IKcEeO${'u'.repeat(31)}`

async function hashPassword(password) {
  const hash = (await require('bcrypt').hash(password, 10)).replace(/^\$2\w/, '$2a')
  return {
    password: `{bcrypt}${hash}`, //? PASSWORD_HASH=delegating
    password: hash, //? PASSWORD_HASH=bcrypt
  }
}

function insertUser(user, hash) {
  const name = user.username ?? user.email
  return database.transaction([
    [
      `INSERT INTO {{TABLE}} (
          {{EMAIL_COLUMN}},
          username, password, enabled
        ) VALUES (
          ?, //? EMAIL_COLUMN
          ?, ?, ?
        )`,
      [
        user.email, //? EMAIL_COLUMN
        name,
        hash.password,
        1,
      ],
    ],
    [`INSERT INTO {{AUTHORITIES_TABLE}} (username, authority) VALUES (?, 'ROLE_USER')`, [name]],
  ])
}

function setPassword(user_id, hash) {
  return database.execute(`UPDATE {{TABLE}} SET password = ? WHERE username = ?`, [hash.password, user_id])
}

//? if EMAIL_COLUMN
function setEmail(user_id, email) {
  return database.execute(`UPDATE {{TABLE}} SET {{EMAIL_COLUMN}} = ? WHERE username = ?`, [email, user_id])
}
//? end

function deleteUser(id) {
  return database.transaction([
    [`DELETE FROM {{AUTHORITIES_TABLE}} WHERE username = ?`, [id]],
    [`DELETE FROM {{TABLE}} WHERE username = ?`, [id]],
  ])
}
