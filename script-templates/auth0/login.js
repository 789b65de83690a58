function login(identifier, password, callback) {
  authenticate(identifier, password).then((profile) => callback(null, profile), callback)
}

async function authenticate(identifier, password) {
  const form = {
    grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
    client_id: configuration.CLIENT_ID,
    client_secret: configuration.CLIENT_SECRET,
    realm: configuration.REALM,
    scope: 'openid',
    username: identifier,
    password,
  }
  const answer = await service.request('POST', '/oauth/token', { form })
  const { error, error_description = '' } = answer.status === 200 ? {} : answer.json()
  if (error === 'invalid_grant') throw new WrongUsernameOrPasswordError(null, 'wrong user name or password')
  const is_blocked = error === 'unauthorized' && /blocked/i.test(error_description)
  // The password was right.
  if (error === 'mfa_required') throw new UnauthorizedError('This user has a second factor.') //? SECOND_FACTOR=refuse
  if (error && error !== 'mfa_required' && !is_blocked) throw service.unexpected(answer)
  const user = await findUser(identifier)
  if (!user) throw new Error('the legacy tenant does not list the user')
  const blocked = is_blocked || isBlocked(user)
  return blocked ? { ...profileOf(user), blocked } : profileOf(user)
}
