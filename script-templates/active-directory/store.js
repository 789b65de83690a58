const identifiers = ['email', 'principal', 'username']
const found_by = ['mail', 'userPrincipalName', 'sAMAccountName']
const id_attribute = 'objectGUID'
const person = directory.equal('objectClass', setting.OBJECT_CLASS)
const read = {
  attributes: [...found_by, 'objectGUID', 'displayName', 'givenName', 'sn', 'userAccountControl', 'accountExpires'],
  binary: ['objectGUID'],
}

function rowOf(entry) {
  return {
    dn: entry.dn,
    user_id: store.guidOf(store.first(entry.objectGUID)),
    email: store.first(entry.mail),
    principal: store.first(entry.userPrincipalName),
    username: store.first(entry.sAMAccountName),
    name: store.first(entry.displayName),
    given_name: store.first(entry.givenName),
    family_name: store.first(entry.sn),
    control: Number(store.first(entry.userAccountControl) ?? 0),
    expires: BigInt(store.first(entry.accountExpires) ?? 0),
  }
}

function idBytes(id) {
  return store.guidBytes(id)
}

// The bit 2 of userAccountControl is a disabled user. Times are in 100 ns since 1601; 0 and the greatest number mean never.
function isBlocked(user) {
  const now = (BigInt(Date.now()) + 11644473600000n) * 10000n
  return user.is_refused || (user.control & 2) !== 0 || (user.expires !== 0n && user.expires < now)
}

// Active Directory names the reason of error 49: 532 and 773 mean that the password is right, but has expired or must be changed, the
// others that the user may not log in.
function bindProblem(message, user) {
  const [, reason] = /data (\w+)/.exec(message) ?? []
  user.is_refused = ['530', '531', '533', '701', '775'].includes(reason)
  return user.is_refused || ['532', '773'].includes(reason)
}

async function setEmail(id, email) {
  await directory.replace(await dnOf(id), { mail: email })
}
