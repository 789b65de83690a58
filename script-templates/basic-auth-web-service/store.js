async function findUser(identifier) {
  const answer = await asTechnicalUser('GET', `/users-by-email/${encodeURIComponent(identifier)}`)
  if (answer.status === 200) return userOf(answer.json())
  if (answer.status !== 404) throw service.unexpected(answer)
  requireOwnAnswer(answer)
}

function asTechnicalUser(method, path, json) {
  return send(method, path, configuration.LOOKUP_USER, configuration.LOOKUP_PASSWORD, json)
}

function send(method, path, user, secret, json) {
  const credentials = Buffer.from(`${user}:${secret}`).toString('base64')
  return service.request(method, path, { json, headers: { authorization: `Basic ${credentials}` } })
}

async function insertUser({ email, username }, { password }) {
  service.requireDone(await asTechnicalUser('POST', '/users', { email, username, password }))
}

async function setPassword(id, { password }) {
  service.requireDone(await asTechnicalUser('PATCH', `/users/${encodeURIComponent(id)}`, { password }))
}

async function setEmail(id, email, email_verified) {
  service.requireDone(await asTechnicalUser('PATCH', `/users/${encodeURIComponent(id)}`, { email, email_verified }))
}

async function setVerified(id) {
  service.requireDone(await asTechnicalUser('PATCH', `/users/${encodeURIComponent(id)}`, { email_verified: true }))
}

async function deleteUser(id) {
  service.requireDone(await asTechnicalUser('DELETE', `/users/${encodeURIComponent(id)}`))
}

async function pageAfter(cursor) {
  return pageIn(
    await asTechnicalUser('GET', cursor === null ? '/users' : `/users?cursor=${encodeURIComponent(cursor)}`),
  )
}
