async function api(path, body) {
  const token = await machineToken('firebase', fetchToken)
  const project = encodeURIComponent(configuration.PROJECT_ID)
  return request('POST', `/v1/projects/${project}${path}`, body, { authorization: `Bearer ${token}` })
}

// The token of the service account: a signed assertion for an access token (RFC 7523).
async function fetchToken() {
  const { sign } = require('jsonwebtoken')
  const { client_email, private_key } = JSON.parse(configuration.SERVICE_ACCOUNT)
  const scope = 'https://www.googleapis.com/auth/identitytoolkit'
  const options = { algorithm: 'RS256', issuer: client_email, audience: configuration.TOKEN_URL, expiresIn: 600 }
  const response = await fetch(configuration.TOKEN_URL, {
    method: 'POST',
    redirect: 'manual',
    signal: AbortSignal.timeout(4000),
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: sign({ scope }, private_key, options),
    }),
  })
  if (response.status !== 200) throw unexpected(response.status)
  return response.json()
}

async function findUser(identifier) {
  const { status, answer } = await api('/accounts:lookup', { email: [identifier.trim()] })
  if (status !== 200) throw unexpected(status)
  const [user] = answer.users ?? []
  return user && rowOf(user)
}

function rowOf(user) {
  return {
    user_id: user.localId,
    email: user.email,
    email_verified: user.emailVerified,
    name: user.displayName,
    picture: user.photoUrl,
    disabled: user.disabled,
  }
}

function isBlocked(user) {
  return user.disabled === true
}

async function insertUser({ email }, { password }) {
  const { status, answer } = await api('/accounts', { email, password })
  if (/EMAIL_EXISTS/.test(answer.error?.message)) throw new ValidationError('user_exists', 'The user exists already.')
  if (status !== 200) throw unexpected(status)
}

async function update(localId, changes) {
  requireDone(await api('/accounts:update', { localId, ...changes }))
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
  const { status, answer } = await api('/accounts:delete', { localId })
  if (/USER_NOT_FOUND/.test(answer.error?.message)) return
  requireDone({ status })
}

async function pageAfter(cursor) {
  const token = await machineToken('firebase', fetchToken)
  const path = `/v1/projects/${encodeURIComponent(configuration.PROJECT_ID)}/accounts:batchGet?maxResults=500`
  const next = cursor ? `&nextPageToken=${encodeURIComponent(cursor)}` : ''
  const { status, answer } = await request('GET', path + next, undefined, { authorization: `Bearer ${token}` })
  if (status !== 200) throw unexpected(status)
  return { rows: (answer.users ?? []).map(rowOf), next: answer.nextPageToken || null }
}
