function login(identifier, password, callback) {
  authenticate(identifier, password).then((profile) => callback(null, profile), callback)
}

async function authenticate(identifier, password) {
  const answer = await post('/login', { [configuration.IDENTIFIER_FIELD]: identifier, password })
  if (answer.status === 401) throw new WrongUsernameOrPasswordError(userIdIn(answer), 'wrong password')
  if (answer.status === 404) {
    requireOwnAnswer(answer)
    throw new WrongUsernameOrPasswordError(null, 'no such user')
  }
  if (answer.status !== 200) throw service.unexpected(answer)
  const user = userOf(answer.json())
  return isBlocked(user) ? { ...profileOf(user), blocked: true } : profileOf(user)
}

// The id of the user whose password was wrong, if the service returns it with the status 401.
function userIdIn(answer) {
  try {
    return userId(answer.json())
  } catch {
    return null
  }
}
