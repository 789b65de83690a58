const identifiers = ['email', 'principal', 'username']
const found_by = ['mail', 'userPrincipalName', 'sAMAccountName']
const id_attribute = 'objectGUID'
const binary_attributes = ['objectGUID']
const person = equal('objectClass', setting.OBJECT_CLASS)
const read_attributes = [
  ...found_by,
  'objectGUID',
  'displayName',
  'givenName',
  'sn',
  'userAccountControl',
  'accountExpires',
]

function rowOf(entry) {
  return {
    dn: entry.dn,
    user_id: guidOf(first(entry.objectGUID)),
    email: first(entry.mail),
    principal: first(entry.userPrincipalName),
    username: first(entry.sAMAccountName),
    name: first(entry.displayName),
    given_name: first(entry.givenName),
    family_name: first(entry.sn),
    control: Number(first(entry.userAccountControl) ?? 0),
    expires: BigInt(first(entry.accountExpires) ?? 0),
  }
}

// The first three parts of a GUID are stored with the lowest byte first.
function guidOf(bytes) {
  const swapped = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((at) => bytes[at])
  return Buffer.from(swapped)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function idBytes(id) {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex')
  if (bytes.length !== 16) throw new Error('the id is not a GUID')
  return Buffer.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((at) => bytes[at]))
}

// The bit 2 of userAccountControl is a disabled user. Times are in 100 ns since 1601; 0 and the greatest number mean never.
function isBlocked(user) {
  const now = (BigInt(Date.now()) + 11644473600000n) * 10000n
  return (user.control & 2) !== 0 || (user.expires !== 0n && user.expires < now)
}

// Active Directory names the reason of error 49: 532 and 773 mean that the password is right, but has expired or must be changed.
function bindProblem(message) {
  const [, reason] = /data (\w+)/.exec(message) ?? []
  if (['530', '531', '533', '701', '775'].includes(reason)) throw new UnauthorizedError('This user is blocked.')
  return ['532', '773'].includes(reason)
}

function setEmail(id, email) {
  return setAttributes(id, { mail: email })
}
