const identifiers = ['email', 'username']
const found_by = [setting.EMAIL_ATTRIBUTE, setting.USERNAME_ATTRIBUTE]
const id_attribute = setting.ID_ATTRIBUTE
const person = directory.equal('objectClass', setting.OBJECT_CLASS)
// OpenLDAP writes since when its password policy locks the user, 389 Directory Server until when; it and eDirectory have flags, too.
const flags = ['nsAccountLock', 'loginDisabled', 'lockedByIntruder']
const locks = ['pwdAccountLockedTime', 'accountUnlockTime', ...flags]
const read = {
  attributes: [id_attribute, ...found_by, 'cn', 'givenName', 'sn', ...locks],
}

function rowOf(entry) {
  return {
    dn: entry.dn,
    user_id: store.first(entry[setting.ID_ATTRIBUTE]),
    // Users log in with each value, and have the first one in their profile.
    email: entry[setting.EMAIL_ATTRIBUTE],
    username: entry[setting.USERNAME_ATTRIBUTE],
    name: store.first(entry.cn),
    given_name: store.first(entry.givenName),
    family_name: store.first(entry.sn),
    ...Object.fromEntries(locks.map((name) => [name, store.first(entry[name])])),
  }
}

function isBlocked(user) {
  if (user.pwdAccountLockedTime !== undefined || store.isLockedUntil(user.accountUnlockTime)) return true
  return flags.some((name) => store.isTrue(user[name], name))
}

function bindProblem() {
  return false
}

function idBytes(id) {
  return id
}

async function insertUser(user, { password }) {
  const { DN } = require('ldapts')
  const name = user.username ?? user.email
  const dn = new DN().addPairRDN(setting.USERNAME_ATTRIBUTE, name).toString()
  await directory.asTechnicalUser(async (client) => {
    await client.add(`${dn},${configuration.BASE_DN}`, {
      objectClass: setting.OBJECT_CLASS,
      [setting.USERNAME_ATTRIBUTE]: name,
      cn: name,
      sn: user.family_name ?? name,
      [setting.EMAIL_ATTRIBUTE]: user.email,
    })
    await changePasswordOf(client, `${dn},${configuration.BASE_DN}`, password)
  })
}

async function setPassword(id, { password }) {
  const dn = await dnOf(id)
  await directory.asTechnicalUser((client) => changePasswordOf(client, dn, password))
}

// The operation Password Modify (RFC 3062) with the user and the new password.
async function changePasswordOf(client, dn, password) {
  const fields = Buffer.concat([berValue(0x80, dn), berValue(0x82, password)])
  await client.exop('1.3.6.1.4.1.4203.1.11.1', berValue(0x30, fields))
}

function berValue(tag, content) {
  const bytes = Buffer.from(content)
  const length = bytes.length < 128 ? [bytes.length] : [0x82, bytes.length >> 8, bytes.length & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), bytes])
}

async function setEmail(id, email) {
  await directory.replace(await dnOf(id), { [setting.EMAIL_ATTRIBUTE]: email })
}
