async function api(method, path, body) {
  const token = await machineToken('auth0', fetchToken)
  return request(method, `/api/v2${path}`, body, { authorization: `Bearer ${token}` })
}

async function fetchToken() {
  const { status, text } = await form('/oauth/token', {
    grant_type: 'client_credentials',
    client_id: configuration.MANAGEMENT_CLIENT_ID,
    client_secret: configuration.MANAGEMENT_CLIENT_SECRET,
    audience: `${configuration.BASE_URL.replace(/\/+$/, '')}/api/v2/`,
  })
  if (status !== 200) throw unexpected(status)
  return json(text)
}

async function findUser(identifier) {
  const typed = identifier.trim()
  // In a query of users, a text is in quotation marks.
  const query = typed.includes('@') ? undefined : `username:${JSON.stringify(typed)}`
  const path = query
    ? `/users?search_engine=v3&q=${encodeURIComponent(query)}`
    : `/users-by-email?email=${encodeURIComponent(typed)}`
  const { status, answer } = await api('GET', path)
  if (status !== 200) throw unexpected(status)
  const same = answer
    .map(ofConnection)
    .filter((user) => user && [user.email, user.username].some((each) => canonical(each) === canonical(typed)))
  if (same.length > 1) throw new Error('several users have the same identifier')
  return same[0]
}

// The user with the id of the identity in the connection, or undefined.
function ofConnection(user) {
  const identity = (user.identities ?? []).find(({ connection }) => connection === configuration.REALM)
  return identity && { ...user, user_id: String(identity.user_id), root_id: user.user_id }
}

function isBlocked(user) {
  return user.blocked === true
}

function profileOf(user) {
  const profile = { user_id: user.user_id, email_verified: user.email_verified === true }
  const texts = ['email', 'username', 'name', 'given_name', 'family_name', 'nickname', 'picture']
  for (const key of [...texts, 'user_metadata', 'app_metadata']) if (user[key]) profile[key] = user[key]
  return profile
}

async function insertUser(user, { password }) {
  const { email, username } = user
  requireDone(
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
  requireDone(
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
  requireDone(await api('DELETE', `/users/${encodeURIComponent(`auth0|${id}`)}`))
}
