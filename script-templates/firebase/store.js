const identifiers = ['email']

async function api(method, path, json) {
  const token = await service.keptToken(configuration.PROJECT_ID, fetchToken)
  const project = encodeURIComponent(configuration.PROJECT_ID)
  const headers = { authorization: `Bearer ${token}` }
  return service.request(method, `/v1/projects/${project}${path}`, { json, headers })
}

// The token of the service account: a signed assertion for an access token (RFC 7523).
async function fetchToken() {
  const { sign } = require('jsonwebtoken')
  const { client_email, private_key } = JSON.parse(configuration.SERVICE_ACCOUNT)
  const scope = 'https://www.googleapis.com/auth/identitytoolkit'
  const options = { algorithm: 'RS256', issuer: client_email, audience: configuration.TOKEN_URL, expiresIn: 600 }
  const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
  const form = { grant_type, assertion: sign({ scope }, private_key, options) }
  const answer = await require('legacy-store').service(configuration.TOKEN_URL).request('POST', '', { form })
  if (answer.status !== 200) throw service.unexpected(answer)
  return answer.json()
}

async function rowsOf(typed) {
  const answer = await api('POST', '/accounts:lookup', { email: [typed] })
  if (answer.status !== 200) throw service.unexpected(answer)
  return (answer.json().users ?? []).map(rowOf)
}

function rowOf(user) {
  return {
    user_id: user.localId,
    email: user.email,
    email_verified: user.emailVerified,
    name: user.displayName,
    picture: user.photoUrl,
    disabled: user.disabled,
    last_login: user.lastLoginAt && Number(user.lastLoginAt),
  }
}

function isBlocked(user) {
  return store.isTrue(user.disabled, 'disabled')
}

async function insertUser({ email }, { password }) {
  const answer = await api('POST', '/accounts', { email, password })
  if (/EMAIL_EXISTS/.test(answer.json().error?.message)) {
    throw new ValidationError('user_exists', 'The user exists already.')
  }
  if (answer.status !== 200) throw service.unexpected(answer)
}

async function update(localId, changes) {
  service.requireDone(await api('POST', '/accounts:update', { localId, ...changes }))
}

function setPassword(id, { password }) {
  return update(id, { password })
}

function setEmail(id, email, emailVerified) {
  return update(id, { email, emailVerified })
}

function setVerified(id) {
  return update(id, { emailVerified: true })
}

async function deleteUser(localId) {
  const answer = await api('POST', '/accounts:delete', { localId })
  if (!/USER_NOT_FOUND/.test(answer.json().error?.message)) service.requireDone(answer)
}

async function pageAfter(cursor) {
  const after = cursor ? `&nextPageToken=${encodeURIComponent(cursor)}` : ''
  const answer = await api('GET', `/accounts:batchGet?maxResults=500${after}`)
  if (answer.status !== 200) throw service.unexpected(answer)
  const { users = [], nextPageToken } = answer.json()
  return { rows: users.map(rowOf), next: nextPageToken || null }
}
