const identifiers = ['username', 'email']

// Bots have the type 2, and the user 1 is the anonymous visitor.
const selection = `SELECT
    u.username AS username,
    u.user_email AS email,
    u.user_type AS type,
    (SELECT MAX(CASE WHEN b.ban_end = 0 THEN 9999999999 ELSE b.ban_end END) FROM {{PREFIX+banlist}} b
      WHERE b.ban_userid = u.user_id AND b.ban_exclude = 0) AS banned_until,
    u.user_password AS password, //? script=login
    u.user_id AS user_id
  FROM {{PREFIX+users}} u
  WHERE u.user_id > 1 AND u.user_type <> 2`

function rowsOf(typed) {
  return database.query(
    `${selection} AND (u.username_clean = ? OR lower(u.username) = lower(?) OR lower(u.user_email) = lower(?)) LIMIT 20`,
    [cleanName(typed), typed, typed],
  )
}

function cleanName(name) {
  return name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
}

// The type 1 is an inactive user.
function isBlocked(user) {
  return Number(user.type) === 1 || Number(user.banned_until ?? 0) > Date.now() / 1000
}

// phpBB hashes what its forms send: trimmed, in form C, with the characters of HTML escaped.
function typedPassword(password) {
  const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return password
    .trim()
    .normalize('NFC')
    .replace(/[&<>"]/g, (character) => escapes[character])
}

const dummy_hash = `$2y$10$C6UzMDM.H6dfI/f/IKcEeO${'u'.repeat(31)}`

async function hashPassword(password) {
  const hash = await require('bcrypt').hash(typedPassword(password), 10)
  // PHP accepts bcrypt under the name $2y$.
  return { password: hash.replace(/^\$2\w/, '$2y') }
}

async function insertUser(user, hash) {
  const name = user.username ?? user.email
  const now = Math.floor(Date.now() / 1000)
  await database.execute(
    `INSERT INTO {{PREFIX+users}} (
        username, username_clean, user_password, user_email, user_type, group_id, user_regdate, user_passchg,
        user_permissions, user_sig
      ) VALUES (?, ?, ?, ?, 0, 2, ?, ?, '', '')`,
    [name, cleanName(name), hash.password, user.email, now, now],
  )
}

function setPassword(user_id, hash) {
  const now = Math.floor(Date.now() / 1000)
  return database.execute(`UPDATE {{PREFIX+users}} SET user_password = ?, user_passchg = ? WHERE user_id = ?`, [
    hash.password,
    now,
    user_id,
  ])
}

function setEmail(user_id, email) {
  return database.execute(`UPDATE {{PREFIX+users}} SET user_email = ? WHERE user_id = ?`, [email, user_id])
}

// What the user wrote remains, without an author.
function deleteUser(id) {
  return database.transaction([
    [`DELETE FROM {{PREFIX+user_group}} WHERE user_id = ?`, [id]],
    [`DELETE FROM {{PREFIX+users}} WHERE user_id = ?`, [id]],
  ])
}

async function pageAfter(cursor) {
  const rows = await database.query(`${selection} AND u.user_id > ? ORDER BY u.user_id LIMIT 500`, [cursor ?? 0])
  return pageOf(rows)
}
