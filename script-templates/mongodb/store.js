const identifiers = [
  'email',
  'username', //? USERNAME_FIELD
]

const dummy_hash = `$2b$10$C6UzMDM.H6dfI/f/IKcEeO${'u'.repeat(31)}`

const recipe = {
  format: 'bcrypt-sha256', //? PASSWORD_HASH=bcrypt-sha256
}

async function rowsOf(typed) {
  const values = {
    [setting.EMAIL_FIELD]: typed,
    [setting.USERNAME_FIELD]: typed, //? USERNAME_FIELD
  }
  const found = await users.findAny(values, {
    ignore_case: true, //? IDENTIFIER_MATCH=ignore_case
  })
  return found.map(rowOf)
}

function rowOf(document) {
  const at = (path) => store.valueAt(document, path)
  return {
    user_id: document._id,
    email: at(setting.EMAIL_FIELD),
    username: at(setting.USERNAME_FIELD), //? USERNAME_FIELD
    name: at(setting.NAME_FIELD), //? NAME_FIELD
    given_name: at(setting.GIVEN_NAME_FIELD), //? GIVEN_NAME_FIELD
    family_name: at(setting.FAMILY_NAME_FIELD), //? FAMILY_NAME_FIELD
    picture: at(setting.PICTURE_FIELD), //? PICTURE_FIELD
    email_verified: at(setting.EMAIL_VERIFIED_FIELD), //? EMAIL_VERIFIED_FIELD
    blocked: at(setting.BLOCKED_FIELD), //? BLOCKED_FIELD
    active: at(setting.ACTIVE_FIELD), //? ACTIVE_FIELD
    password: at(setting.PASSWORD_FIELD), //? script=login
  }
}

function isBlocked(user) {
  if (!store.isTrue(user.email_verified, 'email_verified')) return true //? UNVERIFIED=refuse
  if (store.isTrue(user.blocked, 'blocked')) return true //? BLOCKED_FIELD
  if (!store.isTrue(user.active, 'active')) return true //? ACTIVE_FIELD
  return false
}

async function hashPassword(password) {
  const { hash } = require('bcrypt')
  return { password: await hash(password, 10) } //? PASSWORD_HASH=bcrypt
  const digest = require('crypto').createHash('sha256').update(password).digest('hex') //? PASSWORD_HASH=bcrypt-sha256
  return { password: await hash(digest, 10) } //? PASSWORD_HASH=bcrypt-sha256
}

function insertUser(user, { password }) {
  return users.insert({
    [setting.EMAIL_FIELD]: user.email,
    [setting.USERNAME_FIELD]: user.username ?? user.email, //? USERNAME_FIELD
    [setting.EMAIL_VERIFIED_FIELD]: false, //? EMAIL_VERIFIED_FIELD
    [setting.ACTIVE_FIELD]: true, //? ACTIVE_FIELD
    [setting.PASSWORD_FIELD]: password,
  })
}

function setPassword(id, { password }) {
  return users.update(id, { [setting.PASSWORD_FIELD]: password })
}

function setEmail(id, email, verified) {
  return users.update(id, {
    [setting.EMAIL_FIELD]: email,
    [setting.EMAIL_VERIFIED_FIELD]: verified, //? EMAIL_VERIFIED_FIELD
  })
}

//? if EMAIL_VERIFIED_FIELD
function setVerified(id) {
  return users.update(id, { [setting.EMAIL_VERIFIED_FIELD]: true })
}
//? end

function deleteUser(id) {
  return users.remove(id)
}

async function pageAfter(cursor) {
  const { documents, next } = await users.page(cursor)
  return { rows: documents.map(rowOf), next }
}
