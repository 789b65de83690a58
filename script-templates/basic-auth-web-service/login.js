function login(identifier, password, callback) {
  authenticate(identifier, password).then((profile) => callback(null, profile), callback)
}

async function authenticate(identifier, password) {
  // A user name in Basic Auth cannot contain a colon (RFC 7617, section 2).
  if (identifier.includes(':')) throw new WrongUsernameOrPasswordError(null, 'no such user')
  const { status, text } = await send('GET', '/profile', identifier, password)
  // The service does not report whether the user exists, so the error has no user id.
  if (status === 401) throw new WrongUsernameOrPasswordError(null, 'wrong user name or password')
  if (status !== 200) throw unexpected(status)
  const user = userOf(text)
  if (isBlocked(user)) throw new UnauthorizedError('This user is blocked.')
  return profileOf(user)
}
