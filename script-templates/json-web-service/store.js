async function findUser(identifier) {
  const { status, text } = await post('/get_user', { [configuration.IDENTIFIER_FIELD]: identifier })
  if (status === 200) return userOf(text)
  if (status !== 404) throw unexpected(status)
  requireOwnAnswer(text)
}

function post(path, body) {
  return call(path, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', 'x-api-key': configuration.API_KEY },
    body: JSON.stringify(body),
  })
}

async function insertUser({ email, username }, { password }) {
  requireDone(await post('/create', { email, username, password }))
}

async function setPassword(id, { password }) {
  requireDone(await post('/change_password', { id, password }))
}

async function setEmail(id, email, email_verified) {
  requireDone(await post('/change_email', { id, email, email_verified }))
}

async function setVerified(id) {
  requireDone(await post('/verify', { id }))
}

async function deleteUser(id) {
  requireDone(await post('/delete', { id }))
}

async function pageAfter(cursor) {
  return pageIn(await post('/list_users', { cursor }))
}
