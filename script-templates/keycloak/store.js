const realm = encodeURIComponent(configuration.REALM)
const identifiers = ['email', 'username']

async function api(method, path, json) {
  const token = await service.keptToken(realm, fetchToken)
  const headers = { authorization: `Bearer ${token}` }
  return service.request(method, `/admin/realms/${realm}/users${path}`, { json, headers })
}

function tokenRequest(fields) {
  const form = { client_id: configuration.CLIENT_ID, client_secret: configuration.CLIENT_SECRET, ...fields }
  return service.request('POST', `/realms/${realm}/protocol/openid-connect/token`, { form })
}

async function fetchToken() {
  const answer = await tokenRequest({ grant_type: 'client_credentials' })
  if (answer.status !== 200) throw service.unexpected(answer)
  return answer.json()
}

async function rowsOf(typed) {
  const key = typed.includes('@') ? 'email' : 'username'
  const answer = await api('GET', `?exact=true&max=20&${key}=${encodeURIComponent(typed)}`)
  if (answer.status !== 200) throw service.unexpected(answer)
  return answer.json().map(rowOf)
}

function rowOf(user) {
  return {
    user_id: user.id,
    email: user.email,
    username: user.username,
    email_verified: user.emailVerified,
    given_name: user.firstName,
    family_name: user.lastName,
    active: user.enabled,
  }
}

function isBlocked(user) {
  return !store.isTrue(user.active, 'active')
}

async function insertUser({ email, username }, { password }) {
  const credentials = [{ type: 'password', value: password, temporary: false }]
  service.requireDone(await api('POST', '', { username: username ?? email, email, enabled: true, credentials }))
}

async function setPassword(id, { password }) {
  const credential = { type: 'password', value: password, temporary: false }
  service.requireDone(await api('PUT', `/${encodeURIComponent(id)}/reset-password`, credential))
}

async function setEmail(id, email, emailVerified) {
  service.requireDone(await api('PUT', `/${encodeURIComponent(id)}`, { email, emailVerified }))
}

async function setVerified(id) {
  service.requireDone(await api('PUT', `/${encodeURIComponent(id)}`, { emailVerified: true }))
}

async function deleteUser(id) {
  service.requireDone(await api('DELETE', `/${encodeURIComponent(id)}`))
}

// The cursor is the number of users before the page.
async function pageAfter(cursor) {
  const first = Number(cursor ?? 0)
  const answer = await api('GET', `?first=${first}&max=500`)
  if (answer.status !== 200) throw service.unexpected(answer)
  const rows = answer.json().map(rowOf)
  return { rows, next: rows.length < 500 ? null : String(first + 500) }
}
