// A 404 means "no such user" only if the service sent it, not a web server without this path, which answers in HTML.
function requireOwnAnswer(answer) {
  answer.json()
}

// The service answers with one user.
async function findUsers(identifier) {
  const user = await findUser(identifier)
  return user ? [user] : []
}

// The user in an answer of the service.
function userOf(answer) {
  if (userId(answer) === null) throw new Error('the legacy service answered without an id')
  return { ...answer, user_id: userId(answer) }
}

function userId(answer) {
  const id = answer?.user_id ?? answer?.id
  if (Number.isSafeInteger(id)) return String(id)
  return typeof id === 'string' && id.trim() !== '' ? id.trim() : null
}

function isBlocked(user) {
  return store.isTrue(user.blocked, 'blocked')
}

// Builds the profile field by field: other data of the answer is not returned.
function profileOf(user) {
  const profile = { user_id: user.user_id, email_verified: store.isTrue(user.email_verified, 'email_verified') }
  for (const key of ['email', 'username', 'name', 'given_name', 'family_name', 'nickname', 'picture']) {
    if (typeof user[key] === 'string' && user[key].trim() !== '') profile[key] = user[key].trim()
  }
  for (const key of ['user_metadata', 'app_metadata']) {
    const value = user[key]
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) profile[key] = value
  }
  return profile
}

// A page is an object with "users" and, unless it is the last one, "next".
function pageIn(answer) {
  if (answer.status !== 200) throw service.unexpected(answer)
  const page = answer.json()
  if (!Array.isArray(page?.users)) throw new Error('the legacy service answered without "users"')
  return { rows: page.users.map(userOf), next: page.next ?? null }
}
