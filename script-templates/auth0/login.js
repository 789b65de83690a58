function login(identifier, password, callback) {
  authenticate(identifier, password).then((profile) => callback(null, profile), callback)
}

async function authenticate(identifier, password) {
  const { status, text } = await form('/oauth/token', {
    grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
    client_id: configuration.CLIENT_ID,
    client_secret: configuration.CLIENT_SECRET,
    realm: configuration.REALM,
    scope: 'openid',
    username: identifier,
    password,
  })
  const { error, error_description = '' } = status === 200 ? {} : json(text)
  if (error === 'invalid_grant') throw new WrongUsernameOrPasswordError(null, 'wrong user name or password')
  if (error === 'unauthorized' && /blocked/i.test(error_description))
    throw new UnauthorizedError('This user is blocked.')
  // The password was right.
  if (error === 'mfa_required') throw new UnauthorizedError('This user has a second factor.') //? SECOND_FACTOR=refuse
  if (error && error !== 'mfa_required') throw unexpected(status)
  const user = await findUser(identifier)
  if (!user) throw new Error('the legacy tenant does not list the user')
  if (isBlocked(user)) throw new UnauthorizedError('This user is blocked.')
  return profileOf(user)
}
