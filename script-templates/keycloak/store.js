async function api(method, path, body) {
  const token = await machineToken('keycloak', fetchToken)
  const realm = encodeURIComponent(configuration.REALM)
  return request(method, `/admin/realms/${realm}/users${path}`, body, { authorization: `Bearer ${token}` })
}

function tokenRequest(fields) {
  return form(`/realms/${encodeURIComponent(configuration.REALM)}/protocol/openid-connect/token`, {
    client_id: configuration.CLIENT_ID,
    client_secret: configuration.CLIENT_SECRET,
    ...fields,
  })
}

async function fetchToken() {
  const { status, text } = await tokenRequest({ grant_type: 'client_credentials' })
  if (status !== 200) throw unexpected(status)
  return json(text)
}

async function findUser(identifier) {
  const typed = identifier.trim()
  const key = typed.includes('@') ? 'email' : 'username'
  const { status, answer } = await api('GET', `?exact=true&max=20&${key}=${encodeURIComponent(typed)}`)
  if (status !== 200) throw unexpected(status)
  const same = answer.filter((user) => canonical(user[key]) === canonical(typed))
  if (same.length > 1) throw new Error(`several users have the same ${key}`)
  return same[0] && rowOf(same[0])
}

function rowOf(user) {
  return {
    user_id: user.id,
    email: user.email,
    username: user.username,
    email_verified: user.emailVerified,
    given_name: user.firstName,
    family_name: user.lastName,
    enabled: user.enabled,
  }
}

function isBlocked(user) {
  return user.enabled === false
}

async function insertUser({ email, username }, { password }) {
  const credentials = [{ type: 'password', value: password, temporary: false }]
  requireDone(await api('POST', '', { username: username ?? email, email, enabled: true, credentials }))
}

async function setPassword(id, { password }) {
  const credential = { type: 'password', value: password, temporary: false }
  requireDone(await api('PUT', `/${encodeURIComponent(id)}/reset-password`, credential))
}

async function setEmail(id, email, emailVerified) {
  requireDone(await api('PUT', `/${encodeURIComponent(id)}`, { email, emailVerified }))
}

async function setVerified(id) {
  requireDone(await api('PUT', `/${encodeURIComponent(id)}`, { emailVerified: true }))
}

async function deleteUser(id) {
  requireDone(await api('DELETE', `/${encodeURIComponent(id)}`))
}

// The cursor is the number of users before the page.
async function pageAfter(cursor) {
  const first = Number(cursor ?? 0)
  const { status, answer } = await api('GET', `?first=${first}&max=500`)
  if (status !== 200) throw unexpected(status)
  return { rows: answer.map(rowOf), next: answer.length < 500 ? null : String(first + 500) }
}
