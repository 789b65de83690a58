function login(identifier, password, callback) {
  authenticate(identifier, password).then((profile) => callback(null, profile), callback)
}

async function authenticate(identifier, password) {
  const answer = await tokenRequest({ grant_type: 'password', username: identifier, password })
  const { error, error_description = '' } = answer.status === 200 ? {} : answer.json()
  const is_disabled = error === 'invalid_grant' && /disabled/i.test(error_description)
  // Keycloak asks for something more after the right password.
  if (error === 'invalid_grant' && /not fully set up/i.test(error_description)) {
    throw new UnauthorizedError('This user must complete the registration in the former service.')
  }
  // Also where a one-time code is missing: Keycloak does not tell the two apart.
  if (error === 'invalid_grant' && !is_disabled)
    throw new WrongUsernameOrPasswordError(null, 'wrong user name or password')
  if (error && !is_disabled) throw service.unexpected(answer)
  const user = await findUser(identifier)
  if (!user) throw new Error('the legacy realm does not list the user')
  const blocked = is_disabled || isBlocked(user)
  return blocked ? { ...profileOf(user), blocked } : profileOf(user)
}
