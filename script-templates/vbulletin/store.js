const identifiers = ['username', 'email']
const id_column = 'u.userid'

const selection = `SELECT
    u.username AS username,
    u.email AS email,
    u.usergroupid AS group_id,
    (SELECT COUNT(*) FROM {{PREFIX+userban}} b WHERE b.userid = u.userid
      AND (b.liftdate = 0 OR b.liftdate > UNIX_TIMESTAMP())) AS banned,
    u.salt AS salt, //? VERSION=4 script=login
    u.password AS password, //? VERSION=4 script=login
    u.token AS password, //? VERSION=5 script=login
    u.userid AS user_id
  FROM {{PREFIX+user}} u`

function rowsOf(typed) {
  return database.query(`${selection} WHERE u.username = ? OR u.email = ? LIMIT 20`, [typed, typed])
}

// The group 3 awaits its confirmation by e-mail, the group 8 is banned.
function isBlocked(user) {
  return ['3', '8'].includes(String(user.group_id)) || store.isTrue(user.banned, 'banned')
}

// Version 5 keeps bcrypt of the MD5 of the password, as its forms send it.
const recipe = {
  format: 'vbulletin', //? VERSION=4
  format: 'bcrypt-md5', //? VERSION=5
}

const dummy_hash = [
  { hash: '0'.repeat(32), salt: 'salt' }, //? VERSION=4
  `$2y$10$C6UzMDM.H6dfI/f/IKcEeO${'u'.repeat(31)}`, //? VERSION=5
][0]

async function hashPassword(password) {
  const crypto = require('crypto')
  const md5 = (text) => crypto.createHash('md5').update(text).digest('hex')
  //? if VERSION=4
  const salt = crypto.randomBytes(15).toString('hex')
  return { password: md5(`${md5(password)}${salt}`), salt }
  //? end
  //? if VERSION=5
  return { password: (await require('bcrypt').hash(md5(password), 10)).replace(/^\$2\w/, '$2y') }
  //? end
}

async function insertUser(user, hash) {
  const name = user.username ?? user.email
  const now = Math.floor(Date.now() / 1000)
  await database.execute(
    `INSERT INTO {{PREFIX+user}} (
        salt, password, //? VERSION=4
        token, scheme, //? VERSION=5
        username, email, usergroupid, joindate
      ) VALUES (?, ?, ?, ?, 2, ?)`,
    [
      hash.salt, //? VERSION=4
      hash.password,
      'blowfish:10', //? VERSION=5
      name,
      user.email,
      now,
    ],
  )
}

function setPassword(user_id, hash) {
  //? if VERSION=4
  return database.execute(`UPDATE {{PREFIX+user}} SET password = ?, salt = ? WHERE userid = ?`, [
    hash.password,
    hash.salt,
    user_id,
  ])
  //? end
  //? if VERSION=5
  return database.execute(`UPDATE {{PREFIX+user}} SET token = ?, scheme = 'blowfish:10' WHERE userid = ?`, [
    hash.password,
    user_id,
  ])
  //? end
}

function setEmail(user_id, email) {
  return database.execute(`UPDATE {{PREFIX+user}} SET email = ? WHERE userid = ?`, [email, user_id])
}

function setVerified(user_id) {
  return database.execute(`UPDATE {{PREFIX+user}} SET usergroupid = 2 WHERE userid = ? AND usergroupid = 3`, [user_id])
}

function deleteUser(id) {
  return database.execute(`DELETE FROM {{PREFIX+user}} WHERE userid = ?`, [id])
}
