function api(method, path, body) {
  return request(method, `/api/v1/users${path}`, body, { authorization: `SSWS ${configuration.API_TOKEN}` })
}

async function findUser(identifier) {
  const typed = identifier.trim()
  // In a filter, a text is in quotation marks.
  const text = JSON.stringify(typed)
  const filter = encodeURIComponent(`profile.login eq ${text} or profile.email eq ${text}`)
  const { status, answer } = await api('GET', `?limit=20&filter=${filter}`)
  if (status !== 200) throw unexpected(status)
  for (const key of ['login', 'email']) {
    const same = answer.filter(({ profile }) => canonical(profile[key]) === canonical(typed))
    if (same.length > 1) throw new Error(`several users have the same ${key}`)
    if (same.length === 1) return rowOf(same[0])
  }
}

function rowOf({ id, status, profile }) {
  return {
    user_id: id,
    status,
    email: profile.email,
    username: profile.login === profile.email ? undefined : profile.login,
    given_name: profile.firstName,
    family_name: profile.lastName,
    email_verified: status === 'ACTIVE',
  }
}

function isBlocked(user) {
  return ['SUSPENDED', 'DEPROVISIONED', 'LOCKED_OUT'].includes(user.status)
}

async function insertUser({ email, username, given_name, family_name }, { password }) {
  const profile = { login: username ?? email, email, firstName: given_name ?? '-', lastName: family_name ?? '-' }
  const result = await api('POST', '?activate=true', { profile, credentials: { password: { value: password } } })
  // A validation error that names the login: it exists.
  if (result.answer.errorCode === 'E0000001' && /already exists/i.test(JSON.stringify(result.answer.errorCauses))) {
    throw new ValidationError('user_exists', 'The user exists already.')
  }
  requireDone(result)
}

async function setPassword(id, { password }) {
  requireDone(await api('POST', `/${encodeURIComponent(id)}`, { credentials: { password: { value: password } } }))
}

async function setEmail(id, email) {
  requireDone(await api('POST', `/${encodeURIComponent(id)}`, { profile: { email } }))
}

// The first call deactivates an active user, the second deletes.
async function deleteUser(id) {
  for (const _ of [1, 2]) {
    const result = await api('DELETE', `/${encodeURIComponent(id)}`)
    if (result.status !== 404) requireDone(result)
  }
}

async function pageAfter(cursor) {
  const { status, answer, headers } = await api(
    'GET',
    `?limit=200${cursor ? `&after=${encodeURIComponent(cursor)}` : ''}`,
  )
  if (status !== 200) throw unexpected(status)
  const [, next] = /[?&]after=([^&>]+)[^>]*>; rel="next"/.exec(headers.get('link') ?? '') ?? []
  return { rows: answer.map(rowOf), next: next ? decodeURIComponent(next) : null }
}
