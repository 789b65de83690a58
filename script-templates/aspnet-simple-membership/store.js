const identifiers = [
  'username',
  'email', //? EMAIL_COLUMN
]
const id_column = 'u.{{ID_COLUMN}}'

const selection = `SELECT
    u.{{USERNAME_COLUMN}} AS username,
    u.{{EMAIL_COLUMN}} AS email,
    u.{{NAME_COLUMN}} AS name,
    u.{{GIVEN_NAME_COLUMN}} AS given_name,
    u.{{FAMILY_NAME_COLUMN}} AS family_name,
    m.IsConfirmed AS email_verified,
    m.Password AS password, //? script=login
    m.UserId AS membership,
    u.{{ID_COLUMN}} AS user_id
  FROM {{TABLE}} u
  LEFT JOIN {{MEMBERSHIPS_TABLE}} m ON m.UserId = u.{{ID_COLUMN}}`

function rowsOf(typed) {
  return database.query(
    `${selection}
    WHERE u.{{USERNAME_COLUMN}} = ?
      OR u.{{EMAIL_COLUMN}} = ?
    LIMIT 20`,
    [
      typed,
      typed, //? EMAIL_COLUMN
    ],
  )
}

// A user name that is an address is the address.
function profileOf(row) {
  const email_verified = store.isTrue(row.email_verified, 'email_verified')
  const profile = { user_id: store.idOf(row.user_id), email_verified }
  for (const key of ['username', 'email', 'name', 'given_name', 'family_name']) {
    if (store.textOf(row[key])) profile[key] = store.textOf(row[key])
  }
  if (profile.email === undefined && profile.username?.includes('@')) profile.email = profile.username
  return profile
}

// A user who logs in with another provider only has no row in the table of passwords.
function isBlocked(user) {
  return user.membership !== null && !store.isTrue(user.email_verified, 'email_verified') //? UNVERIFIED=refuse
  return false //? UNVERIFIED=allow
}

const dummy_hash = require('legacy-passwords').dummyHash({ format: 'aspnet-identity-v2' }).hash

async function hashPassword(password) {
  const { hash } = await require('legacy-passwords').hash(password, { format: 'aspnet-identity-v2' })
  return { password: hash }
}

function insertUser(user, { password }) {
  const name = user.username ?? user.email
  return database.transaction([
    [
      `INSERT INTO {{TABLE}} (
        {{EMAIL_COLUMN}},
        {{USERNAME_COLUMN}}
      ) VALUES (
        ?, //? EMAIL_COLUMN
        ?
      )`,
      [
        user.email, //? EMAIL_COLUMN
        name,
      ],
    ],
    [
      `INSERT INTO {{MEMBERSHIPS_TABLE}} (
        UserId, CreateDate, IsConfirmed, PasswordFailuresSinceLastSuccess, Password, PasswordChangedDate, PasswordSalt
      ) SELECT u.{{ID_COLUMN}}, ?, 0, 0, ?, ?, '' FROM {{TABLE}} u WHERE u.{{USERNAME_COLUMN}} = ?`,
      [new Date(), password, new Date(), name],
    ],
  ])
}

async function setPassword(user_id, { password }) {
  const changed = await database.execute(
    `UPDATE {{MEMBERSHIPS_TABLE}} SET Password = ?, PasswordSalt = '', PasswordChangedDate = ? WHERE UserId = ?`,
    [password, new Date(), user_id],
  )
  if (changed === 0) throw new Error('the user has no password: another provider verifies it')
}

function setEmail(user_id, email, verified) {
  return database.transaction([
    [`UPDATE {{TABLE}} SET {{EMAIL_COLUMN}} = ? WHERE {{ID_COLUMN}} = ?`, [email, user_id]], //? EMAIL_COLUMN
    [`UPDATE {{TABLE}} SET {{USERNAME_COLUMN}} = ? WHERE {{ID_COLUMN}} = ?`, [email, user_id]], //? !EMAIL_COLUMN
    [`UPDATE {{MEMBERSHIPS_TABLE}} SET IsConfirmed = ? WHERE UserId = ?`, [verified ? 1 : 0, user_id]],
  ])
}

function setVerified(user_id) {
  return database.execute(`UPDATE {{MEMBERSHIPS_TABLE}} SET IsConfirmed = 1 WHERE UserId = ?`, [user_id])
}

function deleteUser(id) {
  return database.transaction([
    [`DELETE FROM {{ROLES_TABLE}} WHERE UserId = ?`, [id]],
    [`DELETE FROM {{LOGINS_TABLE}} WHERE UserId = ?`, [id]],
    [`DELETE FROM {{MEMBERSHIPS_TABLE}} WHERE UserId = ?`, [id]],
    [`DELETE FROM {{TABLE}} WHERE {{ID_COLUMN}} = ?`, [id]],
  ])
}
