async function api(method, path, json) {
  const token = await service.keptToken('management', fetchToken)
  return service.request(method, `/api/v2${path}`, { json, headers: { authorization: `Bearer ${token}` } })
}

async function fetchToken() {
  const form = {
    grant_type: 'client_credentials',
    client_id: configuration.MANAGEMENT_CLIENT_ID,
    client_secret: configuration.MANAGEMENT_CLIENT_SECRET,
    audience: `${configuration.BASE_URL.replace(/\/+$/, '')}/api/v2/`,
  }
  const answer = await service.request('POST', '/oauth/token', { form })
  if (answer.status !== 200) throw service.unexpected(answer)
  return answer.json()
}

const identifiers = ['email', 'username']

async function rowsOf(typed) {
  // In a query of users, a text is in quotation marks.
  const query = typed.includes('@') ? undefined : `username:${JSON.stringify(typed)}`
  const path = query
    ? `/users?search_engine=v3&q=${encodeURIComponent(query)}`
    : `/users-by-email?email=${encodeURIComponent(typed)}`
  const answer = await api('GET', path)
  if (answer.status !== 200) throw service.unexpected(answer)
  return answer.json().map(ofConnection).filter(Boolean)
}

// The user with the id of the identity in the connection, or undefined.
function ofConnection(user) {
  const identity = (user.identities ?? []).find(({ connection }) => connection === configuration.REALM)
  return identity && { ...user, user_id: String(identity.user_id), root_id: user.user_id }
}

function isBlocked(user) {
  return store.isTrue(user.blocked, 'blocked')
}

function profileOf(user) {
  const profile = { user_id: user.user_id, email_verified: store.isTrue(user.email_verified, 'email_verified') }
  const texts = ['email', 'username', 'name', 'given_name', 'family_name', 'nickname', 'picture']
  for (const key of [...texts, 'user_metadata', 'app_metadata']) if (user[key]) profile[key] = user[key]
  return profile
}

async function insertUser(user, { password }) {
  const { email, username } = user
  service.requireDone(
    await api('POST', '/users', {
      connection: configuration.REALM,
      email,
      ...(username && { username }),
      password,
      email_verified: false,
      verify_email: false,
    }),
  )
}

async function patch(id, changes) {
  service.requireDone(
    await api('PATCH', `/users/${encodeURIComponent(`auth0|${id}`)}`, { connection: configuration.REALM, ...changes }),
  )
}

function setPassword(id, { password }) {
  return patch(id, { password })
}

function setEmail(id, email, email_verified) {
  return patch(id, { email, email_verified, verify_email: false })
}

function setVerified(id) {
  return patch(id, { email_verified: true })
}

async function deleteUser(id) {
  service.requireDone(await api('DELETE', `/users/${encodeURIComponent(`auth0|${id}`)}`))
}

// Auth0 lists at most 1,000 users of a query: each page has the users who were created when the last one of the page before was, or later,
// without those of that page. Several users may be created at the same time.
async function pageAfter(cursor) {
  const { since, seen } = cursor ? JSON.parse(cursor) : { since: '*', seen: [] }
  const query = `identities.connection:${JSON.stringify(configuration.REALM)} AND created_at:[${since} TO *]`
  const answer = await api(
    'GET',
    `/users?search_engine=v3&per_page=100&sort=created_at:1&q=${encodeURIComponent(query)}`,
  )
  if (answer.status !== 200) throw service.unexpected(answer)
  const found = answer.json()
  const rows = found.filter(({ user_id }) => !seen.includes(user_id))
  const last = found.length < 100 ? undefined : found[99].created_at
  if (last !== undefined && rows.length === 0) throw new Error('more than 99 users were created at the same time')
  const same = found.filter(({ created_at }) => created_at === last).map(({ user_id }) => user_id)
  return {
    rows: rows.map(ofConnection).filter(Boolean),
    next: last ? JSON.stringify({ since: last, seen: same }) : null,
  }
}
