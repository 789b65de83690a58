const identifiers = [
  'username',
  'email', //? !VERSION=1
]
const id_column = '{{ID_COLUMN}}'

const selection = `SELECT
    UserName AS username,
    Email AS email, //? !VERSION=1
    EmailConfirmed AS email_verified, //? !VERSION=1
    TwoFactorEnabled AS two_factor, //? SECOND_FACTOR=refuse !VERSION=1
    LockoutEnabled AS lockout_enabled, //? !VERSION=1
    LockoutEndDateUtc AS lockout_end, //? VERSION=2
    LockoutEnd AS lockout_end, //? template=aspnet-identity-core
    {{NAME_COLUMN}} AS name,
    {{GIVEN_NAME_COLUMN}} AS given_name,
    {{FAMILY_NAME_COLUMN}} AS family_name,
    PasswordHash AS password, //? script=login
    {{ID_COLUMN}} AS user_id
  FROM {{TABLE}}`

function rowsOf(typed) {
  const normalized = upperCase(typed) //? template=aspnet-identity-core
  return database.query(
    `${selection}
    WHERE UserName = ? //? template=aspnet-identity
      OR Email = ? //? VERSION=2
    WHERE NormalizedUserName = ? OR NormalizedEmail = ? //? template=aspnet-identity-core
    LIMIT 20`,
    [
      typed, //? template=aspnet-identity
      typed, //? VERSION=2
      normalized, //? template=aspnet-identity-core
      normalized, //? template=aspnet-identity-core
    ],
  )
}

// As string.Normalize().ToUpperInvariant() of .NET: one character for one, and none becomes an ASCII letter.
function upperCase(text) {
  const upper = (one) => (one.toUpperCase().length > one.length ? one : one.toUpperCase())
  return text.normalize('NFC').replace(/[^\u0131\u017f]/gu, upper)
}

//? if VERSION=1
// A user name that is an address is the address.
function profileOf(row) {
  const profile = { user_id: store.idOf(row.user_id), email_verified: false }
  for (const key of ['username', 'name', 'given_name', 'family_name']) {
    if (store.textOf(row[key])) profile[key] = store.textOf(row[key])
  }
  if (profile.username?.includes('@')) profile.email = profile.username
  return profile
}
//? end

function isBlocked(user) {
  if (store.isTrue(user.two_factor, 'two_factor')) return true //? SECOND_FACTOR=refuse !VERSION=1
  if (!store.isTrue(user.email_verified, 'email_verified')) return true //? UNVERIFIED=refuse !VERSION=1
  if (!store.isTrue(user.lockout_enabled, 'lockout_enabled')) return false //? !VERSION=1
  return user.lockout_end !== null && user.lockout_end > new Date() //? !VERSION=1
  return false //? VERSION=1
}

const hash_format = {
  format: 'aspnet-identity-v2', //? template=aspnet-identity
  format: 'aspnet-identity-v3', //? template=aspnet-identity-core
  digest: setting.HASH_DIGEST, //? template=aspnet-identity-core
  rounds: setting.HASH_ITERATIONS, //? template=aspnet-identity-core
}

function passwordMatches(password, user) {
  const { dummyHash, verify, verifyOrDummy } = require('legacy-passwords')
  // Applications that came from ASP.NET Membership keep its hash, format and salt in this column.
  const [hash, format, salt] = user?.password?.split('|') ?? []
  if (format === '1') return verify(password, { hash, salt }, membership_recipes)
  return verifyOrDummy(password, user?.password, dummyHash(hash_format).hash)
}

async function hashPassword(password) {
  const { hash } = await require('legacy-passwords').hash(password, hash_format)
  return { password: hash }
}

// Another stamp ends the sessions of the user in the application.
function newStamp() {
  return require('crypto').randomUUID() //? template=aspnet-identity
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567' //? template=aspnet-identity-core
  return Array.from(require('crypto').randomBytes(32), (byte) => letters[byte % 32]).join('') //? template=aspnet-identity-core
}

function insertUser(user, { password }) {
  const name = user.username ?? user.email
  const email = user.email ?? null //? !VERSION=1
  return database.execute(
    `INSERT INTO {{TABLE}} (
      {{ID_COLUMN}}, //? NEW_ID=uuid
      Discriminator, //? VERSION=1
      NormalizedUserName, NormalizedEmail, ConcurrencyStamp, //? template=aspnet-identity-core
      Email, EmailConfirmed, PhoneNumberConfirmed, TwoFactorEnabled, LockoutEnabled, AccessFailedCount, //? !VERSION=1
      UserName, PasswordHash, SecurityStamp
    ) VALUES (
      ?, //? NEW_ID=uuid
      ?, //? VERSION=1
      ?, ?, ?, //? template=aspnet-identity-core
      ?, 0, 0, 0, 1, 0, //? !VERSION=1
      ?, ?, ?
    )`,
    [
      require('crypto').randomUUID(), //? NEW_ID=uuid
      setting.DISCRIMINATOR, //? VERSION=1
      upperCase(name), //? template=aspnet-identity-core
      email && upperCase(email), //? template=aspnet-identity-core
      require('crypto').randomUUID(), //? template=aspnet-identity-core
      email, //? !VERSION=1
      name,
      password,
      newStamp(),
    ],
  )
}

function setPassword(user_id, { password }) {
  return database.execute(
    `UPDATE {{TABLE}} SET
      ConcurrencyStamp = ?, //? template=aspnet-identity-core
      PasswordHash = ?,
      SecurityStamp = ?
    WHERE {{ID_COLUMN}} = ?`,
    [
      require('crypto').randomUUID(), //? template=aspnet-identity-core
      password,
      newStamp(),
      user_id,
    ],
  )
}

// A user name that is the old address becomes the new one.
function setEmail(user_id, email, verified) {
  const normalized = upperCase(email) //? template=aspnet-identity-core
  return database.execute(
    `UPDATE {{TABLE}} SET
      UserName = ?, //? VERSION=1
      UserName = CASE WHEN UserName = Email THEN ? ELSE UserName END, //? !VERSION=1
      NormalizedUserName = CASE WHEN UserName = Email THEN ? ELSE NormalizedUserName END, //? template=aspnet-identity-core
      NormalizedEmail = ?, //? template=aspnet-identity-core
      ConcurrencyStamp = ?, //? template=aspnet-identity-core
      Email = ?, //? !VERSION=1
      EmailConfirmed = ?, //? !VERSION=1
      SecurityStamp = ?
    WHERE {{ID_COLUMN}} = ?`,
    [
      email,
      normalized, //? template=aspnet-identity-core
      normalized, //? template=aspnet-identity-core
      require('crypto').randomUUID(), //? template=aspnet-identity-core
      email, //? !VERSION=1
      verified ? 1 : 0, //? !VERSION=1
      newStamp(),
      user_id,
    ],
  )
}

//? if !VERSION=1
function setVerified(user_id) {
  return database.execute(`UPDATE {{TABLE}} SET EmailConfirmed = 1 WHERE {{ID_COLUMN}} = ?`, [user_id])
}
//? end

// Roles, claims and logins are deleted with the user (ON DELETE CASCADE).
function deleteUser(id) {
  return database.execute(`DELETE FROM {{TABLE}} WHERE {{ID_COLUMN}} = ?`, [id])
}
