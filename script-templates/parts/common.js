const store = require('legacy-store')

// Compared by the legacy store, then exactly, because some collations match other spellings (accents, dotless i, padding).
function findUser(identifier) {
  return store.findUser(identifier, identifiers, rowsOf)
}

function findUsers(identifier) {
  return store.findUsers(identifier, identifiers, rowsOf)
}

// Builds the profile field by field: other columns of the row are not returned.
function profileOf(row) {
  const email_verified = store.isTrue(row.email_verified, 'email_verified')
  const profile = { user_id: store.idOf(row.user_id), email_verified }
  if (profile.user_id === '') throw new Error('the user has no id') //? !script=list_users
  for (const key of ['email', 'username', 'name', 'given_name', 'family_name', 'nickname', 'picture']) {
    if (store.textOf(row[key])) profile[key] = store.textOf(row[key])
  }
  return profile
}

const recipe = {}

// An unknown user costs a dummy hash, so that the time of an answer does not tell who exists.
function passwordMatches(password, user) {
  const { verifyOrDummy } = require('legacy-passwords')
  const stored = user?.salt === undefined ? user?.password : { hash: user.password, salt: user.salt }
  return verifyOrDummy(password, stored, dummy_hash, recipe)
}

function pageOf(rows) {
  return { rows, next: rows.length < 500 ? null : cursorOf(rows[rows.length - 1]) }
}

// The id as the store has it: white space before it decides about its place in the order.
function cursorOf(row) {
  return Buffer.isBuffer(row.user_id) ? store.idOf(row.user_id) : String(row.user_id)
}
