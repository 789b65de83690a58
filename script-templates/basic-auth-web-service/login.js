function login(identifier, password, callback) {
  authenticate(identifier, password).then((profile) => callback(null, profile), callback)
}

async function authenticate(identifier, password) {
  // A user name in Basic Auth cannot contain a colon (RFC 7617, section 2).
  if (identifier.includes(':')) throw new WrongUsernameOrPasswordError(null, 'no such user')
  const answer = await send('GET', '/profile', identifier, password)
  // The service does not report whether the user exists, so the error has no user id.
  if (answer.status === 401) throw new WrongUsernameOrPasswordError(null, 'wrong user name or password')
  if (answer.status !== 200) throw service.unexpected(answer)
  const user = userOf(answer.json())
  return isBlocked(user) ? { ...profileOf(user), blocked: true } : profileOf(user)
}
