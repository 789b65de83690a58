// One request with a JSON answer. A status that the caller does not expect is an error.
async function request(method, path, body, headers) {
  const content = body === undefined ? {} : { body: JSON.stringify(body) }
  const {
    status,
    text,
    headers: received,
  } = await call(path, {
    method,
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    ...content,
  })
  return { status, headers: received, answer: text.trim() === '' ? {} : json(text) }
}

function form(path, fields) {
  return call(path, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  })
}

// The token of a machine, kept until a minute before it expires.
async function machineToken(name, fetchToken) {
  const kept = global.legacyTokens?.[name]
  if (kept && kept.until > Date.now()) return kept.token
  const { access_token, expires_in } = await fetchToken()
  const entry = { token: access_token, until: Date.now() + (expires_in - 60) * 1000 }
  global.legacyTokens = { ...global.legacyTokens, [name]: entry }
  return access_token
}

// The service hashes passwords.
function hashPassword(password) {
  return { password }
}
