const identifiers = ['username', 'email']

function api(method, path, json) {
  const headers = { authorization: `SSWS ${configuration.API_TOKEN}` }
  return service.request(method, `/api/v1/users${path}`, { json, headers })
}

async function rowsOf(typed) {
  // In a filter, a text is in quotation marks.
  const text = JSON.stringify(typed)
  const filter = encodeURIComponent(`profile.login eq ${text} or profile.email eq ${text}`)
  const answer = await api('GET', `?limit=20&filter=${filter}`)
  if (answer.status !== 200) throw service.unexpected(answer)
  return answer.json().map(rowOf)
}

function rowOf({ id, status, profile, lastLogin }) {
  return {
    user_id: id,
    status,
    email: profile.email,
    username: profile.login === profile.email ? undefined : profile.login,
    given_name: profile.firstName,
    family_name: profile.lastName,
    email_verified: status === 'ACTIVE',
    last_login: lastLogin,
  }
}

function isBlocked(user) {
  return ['SUSPENDED', 'DEPROVISIONED', 'LOCKED_OUT'].includes(user.status)
}

async function insertUser({ email, username, given_name, family_name }, { password }) {
  const profile = { login: username ?? email, email, firstName: given_name ?? '-', lastName: family_name ?? '-' }
  const answer = await api('POST', '?activate=true', { profile, credentials: { password: { value: password } } })
  const { errorCode, errorCauses } = answer.json()
  // A validation error that names the login: it exists.
  if (errorCode === 'E0000001' && /already exists/i.test(JSON.stringify(errorCauses))) {
    throw new ValidationError('user_exists', 'The user exists already.')
  }
  service.requireDone(answer)
}

async function setPassword(id, { password }) {
  service.requireDone(
    await api('POST', `/${encodeURIComponent(id)}`, { credentials: { password: { value: password } } }),
  )
}

async function setEmail(id, email) {
  service.requireDone(await api('POST', `/${encodeURIComponent(id)}`, { profile: { email } }))
}

// The first call deactivates an active user, the second deletes.
async function deleteUser(id) {
  for (const _ of [1, 2]) {
    const answer = await api('DELETE', `/${encodeURIComponent(id)}`)
    if (answer.status !== 404) service.requireDone(answer)
  }
}

async function pageAfter(cursor) {
  const answer = await api('GET', `?limit=200${cursor ? `&after=${encodeURIComponent(cursor)}` : ''}`)
  if (answer.status !== 200) throw service.unexpected(answer)
  const [, next] = /[?&]after=([^&>]+)[^>]*>; rel="next"/.exec(answer.headers.get('link') ?? '') ?? []
  return { rows: answer.json().map(rowOf), next: next ? decodeURIComponent(next) : null }
}
