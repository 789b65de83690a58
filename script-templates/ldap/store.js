const identifiers = ['email', 'username']
const found_by = [setting.EMAIL_ATTRIBUTE, setting.USERNAME_ATTRIBUTE]
const id_attribute = setting.ID_ATTRIBUTE
const binary_attributes = []
const person = equal('objectClass', setting.OBJECT_CLASS)
const read_attributes = [
  setting.ID_ATTRIBUTE,
  setting.EMAIL_ATTRIBUTE,
  setting.USERNAME_ATTRIBUTE,
  'cn',
  'givenName',
  'sn',
  'pwdAccountLockedTime',
]

function rowOf(entry) {
  return {
    dn: entry.dn,
    user_id: first(entry[setting.ID_ATTRIBUTE]),
    email: first(entry[setting.EMAIL_ATTRIBUTE]),
    username: first(entry[setting.USERNAME_ATTRIBUTE]),
    name: first(entry.cn),
    given_name: first(entry.givenName),
    family_name: first(entry.sn),
    locked: first(entry.pwdAccountLockedTime),
  }
}

// The time when the password policy of OpenLDAP locked the user.
function isBlocked(user) {
  return user.locked !== undefined
}

function bindProblem() {
  return false
}

function idBytes(id) {
  return id
}

// The directory hashes passwords.
function hashPassword(password) {
  return { password }
}

async function insertUser(user, { password }) {
  const { DN } = require('ldapts')
  const name = user.username ?? user.email
  const dn = new DN().addPairRDN(setting.USERNAME_ATTRIBUTE, name).toString()
  await asTechnicalUser(async (client) => {
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
  await asTechnicalUser(async (client) => changePasswordOf(client, await dnOf(client, id), password))
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

function setEmail(id, email) {
  return setAttributes(id, { [setting.EMAIL_ATTRIBUTE]: email })
}
