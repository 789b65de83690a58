const identifiers = ['username', 'email']

const selection = `SELECT
    u.UserName AS username,
    m.Email AS email,
    m.IsApproved AS approved,
    m.IsApproved AS email_verified, //? IS_APPROVED=verified
    m.IsLockedOut AS locked,
    m.Password AS password, //? script=login
    m.PasswordSalt AS salt, //? script=login
    m.PasswordFormat AS format, //? script=login
    u.UserId AS user_id
  FROM {{USERS_TABLE}} u
  JOIN {{MEMBERSHIPS_TABLE}} m ON m.UserId = u.UserId
  JOIN {{APPLICATIONS_TABLE}} a ON a.ApplicationId = u.ApplicationId
    AND a.LoweredApplicationName = LOWER(?) //? template=aspnet-membership
    AND a.ApplicationName = ? //? template=aspnet-universal-providers
  `

// Two queries, so that each can use an index.
function rowsOf(typed) {
  return database.query(
    `${selection}
      WHERE u.LoweredUserName = LOWER(?) //? template=aspnet-membership
      WHERE u.UserName = ? //? template=aspnet-universal-providers
    UNION ${selection}
      WHERE m.LoweredEmail = LOWER(?) //? template=aspnet-membership
      WHERE m.Email = ? //? template=aspnet-universal-providers
    LIMIT 20`,
    [setting.APPLICATION, typed, setting.APPLICATION, typed],
  )
}

// A lock has no end: an administrator removes it.
function isBlocked(user) {
  return !store.isTrue(user.approved, 'approved') || store.isTrue(user.locked, 'locked')
}

const dummy_hash = require('legacy-passwords').dummyHash({ format: setting.PASSWORD_HASH })

// PasswordFormat: 0 is the password itself, 1 a hash, 2 the password encrypted with the machineKey of the application.
function passwordMatches(password, user) {
  if (user?.format === 2) throw new Error('the password is encrypted (PasswordFormat 2) and cannot be verified')
  if (user?.format === 0) return isSame(password, user.password)
  const { verifyOrDummy } = require('legacy-passwords')
  return verifyOrDummy(password, user && { hash: user.password, salt: user.salt }, dummy_hash, [
    ...membership_recipes,
    { format: 'auth0-universal-providers' }, //? template=aspnet-universal-providers
  ])
}

function isSame(password, stored) {
  const [one, other] = [password, stored].map((text) => require('crypto').createHash('sha256').update(text).digest())
  return require('crypto').timingSafeEqual(one, other)
}

async function hashPassword(password) {
  const { hash, salt } = await require('legacy-passwords').hash(password, { format: setting.PASSWORD_HASH })
  return { password: hash, salt }
}

function insertUser(user, hash) {
  const user_id = require('crypto').randomUUID()
  const name = user.username ?? user.email
  const email = user.email ?? null
  const now = new Date()
  // What ASP.NET writes for "not yet".
  const never = new Date('1754-01-01T00:00:00Z')
  return database.transaction([
    [
      `INSERT INTO {{USERS_TABLE}} (
        LoweredUserName, //? template=aspnet-membership
        ApplicationId, UserId, UserName, IsAnonymous, LastActivityDate
      ) VALUES (
        LOWER(?), //? template=aspnet-membership
        (SELECT ApplicationId FROM {{APPLICATIONS_TABLE}} WHERE ApplicationName = ?), ?, ?, 0, ?
      )`,
      [
        name, //? template=aspnet-membership
        setting.APPLICATION,
        user_id,
        name,
        now,
      ],
    ],
    [
      `INSERT INTO {{MEMBERSHIPS_TABLE}} (
        LoweredEmail, //? template=aspnet-membership
        FailedPasswordAnswerAttemptWindowStart, //? template=aspnet-membership
        FailedPasswordAnswerAttemptWindowsStart, //? template=aspnet-universal-providers
        ApplicationId, UserId, Password, PasswordSalt, Email, IsApproved, CreateDate, LastLoginDate, LastPasswordChangedDate,
        LastLockoutDate, FailedPasswordAttemptWindowStart, PasswordFormat, IsLockedOut, FailedPasswordAttemptCount,
        FailedPasswordAnswerAttemptCount
      ) SELECT
        LOWER(?), //? template=aspnet-membership
        ?, u.ApplicationId, u.UserId, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0, 0, 0
      FROM {{USERS_TABLE}} u WHERE u.UserId = ?`,
      [
        email, //? template=aspnet-membership
        never,
        hash.password,
        hash.salt,
        email,
        1, //? IS_APPROVED=status
        0, //? IS_APPROVED=verified
        now,
        now,
        now,
        never,
        never,
        user_id,
      ],
    ],
  ])
}

function setPassword(user_id, hash) {
  return database.execute(
    `UPDATE {{MEMBERSHIPS_TABLE}} SET
      Password = ?,
      PasswordSalt = ?,
      PasswordFormat = 1,
      LastPasswordChangedDate = ?
    WHERE UserId = ?`,
    [hash.password, hash.salt, new Date(), user_id],
  )
}

function setEmail(user_id, email) {
  return database.execute(
    `UPDATE {{MEMBERSHIPS_TABLE}} SET
      LoweredEmail = LOWER(?), //? template=aspnet-membership
      Email = ?
    WHERE UserId = ?`,
    [
      email, //? template=aspnet-membership
      email,
      user_id,
    ],
  )
}

//? if IS_APPROVED=verified
function setVerified(user_id) {
  return database.execute(`UPDATE {{MEMBERSHIPS_TABLE}} SET IsApproved = 1 WHERE UserId = ?`, [user_id])
}
//? end

function deleteUser(id) {
  return database.transaction([
    [`DELETE FROM {{PERSONALIZATION_TABLE}} WHERE UserId = ?`, [id]],
    [`DELETE FROM {{PROFILES_TABLE}} WHERE UserId = ?`, [id]],
    [`DELETE FROM {{ROLES_TABLE}} WHERE UserId = ?`, [id]],
    [`DELETE FROM {{MEMBERSHIPS_TABLE}} WHERE UserId = ?`, [id]],
    [`DELETE FROM {{USERS_TABLE}} WHERE UserId = ?`, [id]],
  ])
}

async function pageAfter(cursor) {
  const rows =
    cursor === null
      ? await database.query(`${selection} ORDER BY u.UserId LIMIT 500`, [setting.APPLICATION])
      : await database.query(`${selection} WHERE u.UserId > ? ORDER BY u.UserId LIMIT 500`, [
          setting.APPLICATION,
          cursor,
        ])
  return pageOf(rows)
}
