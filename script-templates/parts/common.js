// The user with this identifier: compared by the legacy store, then exactly, because some collations match other spellings (accents,
// dotless i, padding).
async function findUser(identifier) {
  const typed = String(identifier ?? '').trim()
  // Neither a stored text nor a query can contain NUL.
  if (typed === '' || typed.includes('\0')) return undefined
  const rows = await rowsOf(typed)
  for (const key of identifiers) {
    const same = rows.filter((row) => canonical(row[key]) === canonical(typed))
    if (same.length > 1) throw new Error(`several users have the same ${key}`)
    if (same.length === 1) return same[0]
  }
}

function canonical(text) {
  return textOf(text).normalize('NFKC').toLowerCase()
}

function textOf(value) {
  return Buffer.isBuffer(value) ? value.toString('utf8') : String(value ?? '').trim()
}

// True for booleans, numbers, bits, 't'/'f', 'Y'/'N' and times ("verified at"), the forms in which databases store true.
function isTrue(value) {
  if (value instanceof Date) return !Number.isNaN(value.getTime())
  if (Buffer.isBuffer(value)) return value.some((byte) => byte !== 0)
  return !['', '0', 'f', 'false', 'n', 'no', 'off'].includes(textOf(value).toLowerCase())
}

// Builds the profile field by field: other columns of the row are not returned.
function profileOf(row) {
  if (textOf(row.user_id) === '') throw new Error('the user has no id')
  const profile = { user_id: idOf(row.user_id), email_verified: isTrue(row.email_verified) }
  for (const key of ['email', 'username', 'name', 'given_name', 'family_name', 'nickname', 'picture']) {
    if (textOf(row[key])) profile[key] = textOf(row[key])
  }
  return profile
}

function idOf(value) {
  return Buffer.isBuffer(value) ? value.toString('hex') : textOf(value)
}

const recipe = {}

// Verifies a hash in any form that names its algorithm; other forms need a recipe. An unknown user, and one without a usable password,
// costs a dummy hash, so that the time of an answer does not tell who exists.
async function passwordMatches(password, user) {
  const { verify } = require('legacy-passwords')
  const stored = user?.password ?? ''
  if (stored.length === 0 || (typeof stored === 'string' && /^\s*$|^\s*[!*]/.test(stored))) {
    await verify(password, dummy_hash, recipe)
    return false
  }
  return verify(password, user.salt === undefined ? stored : { hash: stored, salt: user.salt }, recipe)
}

function pageOf(rows) {
  return { rows, next: rows.length < 500 ? null : idOf(rows[rows.length - 1].user_id) }
}
