async function findUser(identifier) {
  const answer = await post('/get_user', { [configuration.IDENTIFIER_FIELD]: identifier })
  if (answer.status === 200) return userOf(answer.json())
  if (answer.status !== 404) throw service.unexpected(answer)
  requireOwnAnswer(answer)
}

function post(path, json) {
  return service.request('POST', path, { json, headers: { 'x-api-key': configuration.API_KEY } })
}

async function insertUser({ email, username }, { password }) {
  service.requireDone(await post('/create', { email, username, password }))
}

async function setPassword(id, { password }) {
  service.requireDone(await post('/change_password', { id, password }))
}

async function setEmail(id, email, email_verified) {
  service.requireDone(await post('/change_email', { id, email, email_verified }))
}

async function setVerified(id) {
  service.requireDone(await post('/verify', { id }))
}

async function deleteUser(id) {
  service.requireDone(await post('/delete', { id }))
}

async function pageAfter(cursor) {
  return pageIn(await post('/list_users', { cursor }))
}
