async function findUser(identifier) {
  const { status, text } = await asTechnicalUser('GET', `/users-by-email/${encodeURIComponent(identifier)}`)
  if (status === 200) return userOf(text)
  if (status !== 404) throw unexpected(status)
  requireOwnAnswer(text)
}

function asTechnicalUser(method, path, body) {
  return send(method, path, configuration.LOOKUP_USER, configuration.LOOKUP_PASSWORD, body)
}

function send(method, path, user, secret, body) {
  const credentials = Buffer.from(`${user}:${secret}`).toString('base64')
  const headers = { accept: 'application/json', authorization: `Basic ${credentials}` }
  if (body === undefined) return call(path, { method, headers })
  return call(path, { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) })
}

async function insertUser({ email, username }, { password }) {
  requireDone(await asTechnicalUser('POST', '/users', { email, username, password }))
}

async function setPassword(id, { password }) {
  requireDone(await asTechnicalUser('PATCH', `/users/${encodeURIComponent(id)}`, { password }))
}

async function setEmail(id, email, email_verified) {
  requireDone(await asTechnicalUser('PATCH', `/users/${encodeURIComponent(id)}`, { email, email_verified }))
}

async function setVerified(id) {
  requireDone(await asTechnicalUser('PATCH', `/users/${encodeURIComponent(id)}`, { email_verified: true }))
}

async function deleteUser(id) {
  requireDone(await asTechnicalUser('DELETE', `/users/${encodeURIComponent(id)}`))
}

async function pageAfter(cursor) {
  return pageIn(
    await asTechnicalUser('GET', cursor === null ? '/users' : `/users?cursor=${encodeURIComponent(cursor)}`),
  )
}
