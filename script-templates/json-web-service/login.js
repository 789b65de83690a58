function login(identifier, password, callback) {
  authenticate(identifier, password).then((profile) => callback(null, profile), callback)
}

async function authenticate(identifier, password) {
  const { status, text } = await post('/login', { [configuration.IDENTIFIER_FIELD]: identifier, password })
  if (status === 401) throw new WrongUsernameOrPasswordError(userIdIn(text), 'wrong password')
  if (status === 404) {
    requireOwnAnswer(text)
    throw new WrongUsernameOrPasswordError(null, 'no such user')
  }
  if (status !== 200) throw unexpected(status)
  const user = userOf(text)
  if (isBlocked(user)) throw new UnauthorizedError('This user is blocked.')
  return profileOf(user)
}

// The id of the user whose password was wrong, if the service returns it with the status 401.
function userIdIn(text) {
  try {
    return userId(JSON.parse(text))
  } catch {
    return null
  }
}
