const identifiers = [
  'email',
  'username', //? USERNAME_COLUMN
]

const id_column = `{{ID_COLUMN}}`

const selection = `SELECT
    {{EMAIL_COLUMN}} AS email,
    {{USERNAME_COLUMN}} AS username,
    {{EMAIL_VERIFIED_COLUMN}} AS email_verified,
    {{NAME_COLUMN}} AS name,
    {{GIVEN_NAME_COLUMN}} AS given_name,
    {{FAMILY_NAME_COLUMN}} AS family_name,
    {{NICKNAME_COLUMN}} AS nickname,
    {{PICTURE_COLUMN}} AS picture,
    {{BLOCKED_COLUMN}} AS blocked,
    {{ACTIVE_COLUMN}} AS active,
    {{LOCKED_AT_COLUMN}} AS locked_at,
    {{LAST_LOGIN_COLUMN}} AS last_login, //? script=list_users
    {{SALT_COLUMN}} AS salt, //? script=login
    {{PASSWORD_COLUMN}} AS password, //? script=login
    {{ID_COLUMN}} AS user_id
  FROM {{TABLE}}`

function rowsOf(typed) {
  return database.query(
    `${selection}
    WHERE {{EMAIL_COLUMN}} = ? //? !IDENTIFIER_MATCH=ignore_case
      OR {{USERNAME_COLUMN}} = ? //? !IDENTIFIER_MATCH=ignore_case
    WHERE lower({{EMAIL_COLUMN}}) = lower(?) //? IDENTIFIER_MATCH=ignore_case
      OR lower({{USERNAME_COLUMN}}) = lower(?) //? IDENTIFIER_MATCH=ignore_case
    LIMIT 20`,
    [
      typed,
      typed, //? USERNAME_COLUMN
    ],
  )
}

function isBlocked(user) {
  if (!store.isTrue(user.email_verified, 'email_verified')) return true //? UNVERIFIED=refuse
  if (store.isTrue(user.blocked, 'blocked')) return true //? BLOCKED_COLUMN
  if (!store.isTrue(user.active, 'active')) return true //? ACTIVE_COLUMN
  return false
}

function insertUser(user, hash) {
  return database.execute(
    `INSERT INTO {{TABLE}} (
      {{ID_COLUMN}}, //? NEW_ID=uuid
      {{USERNAME_COLUMN}},
      {{ACTIVE_COLUMN}},
      {{CREATED_AT_COLUMN}},
      {{UPDATED_AT_COLUMN}},
      {{SALT_COLUMN}},
      {{PASSWORD_COLUMN}},
      {{EMAIL_COLUMN}}
    ) VALUES (
      ?, //? NEW_ID=uuid
      ?, //? USERNAME_COLUMN
      ?, //? ACTIVE_COLUMN
      ?, //? CREATED_AT_COLUMN
      ?, //? UPDATED_AT_COLUMN
      ?, //? SALT_COLUMN
      ?,
      ?
    )`,
    [
      require('crypto').randomUUID(), //? NEW_ID=uuid
      user.username ?? null, //? USERNAME_COLUMN
      1, //? ACTIVE_COLUMN
      new Date(), //? CREATED_AT_COLUMN
      new Date(), //? UPDATED_AT_COLUMN
      hash.salt ?? null, //? SALT_COLUMN
      hash.password,
      user.email,
    ],
  )
}

function setPassword(user_id, hash) {
  return database.execute(
    `UPDATE {{TABLE}} SET
      {{SALT_COLUMN}} = ?,
      {{PASSWORD_COLUMN}} = ?
    WHERE {{ID_COLUMN}} = ?`,
    [
      hash.salt ?? null, //? SALT_COLUMN
      hash.password,
      user_id,
    ],
  )
}

function setEmail(user_id, email, verified) {
  return database.execute(
    `UPDATE {{TABLE}} SET
      {{EMAIL_VERIFIED_COLUMN}} = ?,
      {{EMAIL_COLUMN}} = ?
    WHERE {{ID_COLUMN}} = ?`,
    [
      verified ? 1 : 0, //? EMAIL_VERIFIED_COLUMN !EMAIL_VERIFIED_FORM=time
      verified ? new Date() : null, //? EMAIL_VERIFIED_COLUMN EMAIL_VERIFIED_FORM=time
      email,
      user_id,
    ],
  )
}

//? if EMAIL_VERIFIED_COLUMN
function setVerified(user_id) {
  return database.execute(`UPDATE {{TABLE}} SET {{EMAIL_VERIFIED_COLUMN}} = ? WHERE {{ID_COLUMN}} = ?`, [
    1, //? !EMAIL_VERIFIED_FORM=time
    new Date(), //? EMAIL_VERIFIED_FORM=time
    user_id,
  ])
}
//? end

function deleteUser(id) {
  return database.execute(`DELETE FROM {{TABLE}} WHERE {{ID_COLUMN}} = ?`, [idValue(id)])
}

const without_id = 'rows without an id'

// Rows with one id are on one page: those at the end of a full page are left to the next one. Rows without an id come last.
async function pageAfter(cursor) {
  if (cursor === without_id) return { rows: await rowsWithoutId(), next: null }
  const rows =
    cursor === null
      ? await database.query(`${selection} WHERE ${id_column} IS NOT NULL ORDER BY ${id_column} LIMIT 500`)
      : await database.query(`${selection} WHERE ${id_column} > ? ORDER BY ${id_column} LIMIT 500`, [idValue(cursor)])
  if (rows.length === 500) return fullPageOf(rows)
  const others = await rowsWithoutId()
  if (rows.length + others.length > 500) return { rows, next: without_id }
  return { rows: [...rows, ...others], next: null }
}

// Which ids are one is for the database to say: its collation may ignore letter case.
async function fullPageOf(rows) {
  const last = idValue(cursorOf(rows[rows.length - 1]))
  const same = await database.query(`${selection} WHERE ${id_column} = ? LIMIT 500`, [last])
  if (same.length < 2) return pageOf(rows)
  const ids = new Set(same.map(cursorOf))
  const before = rows.filter((row) => !ids.has(cursorOf(row)))
  if (before.length === 0) throw noId('one value of')
  return { rows: before, next: cursorOf(before[before.length - 1]) }
}

async function rowsWithoutId() {
  const rows = await database.query(`${selection} WHERE ${id_column} IS NULL LIMIT 500`)
  if (rows.length === 500) throw noId('no value in')
  return rows
}

function noId(what) {
  const column = setting.ID_COLUMN
  return new Error(`500 or more rows have ${what} the column ${column}: it is no id, choose another one as ID_COLUMN`)
}

// Ids in a binary column are hex in profiles.
function idValue(id) {
  return id //? !ID_FORM=binary
  return Buffer.from(id, 'hex') //? ID_FORM=binary
}
