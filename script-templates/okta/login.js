function login(identifier, password, callback) {
  authenticate(identifier, password).then((profile) => callback(null, profile), callback)
}

async function authenticate(identifier, password) {
  const answer = await service.request('POST', '/api/v1/authn', { json: { username: identifier, password } })
  const { errorCode, status } = answer.json()
  if (answer.status === 401 && errorCode === 'E0000004')
    throw new WrongUsernameOrPasswordError(null, 'wrong user name or password')
  if (answer.status !== 200) throw service.unexpected(answer)
  // After the right password.
  const with_factor = ['MFA_ENROLL', 'MFA_REQUIRED']
  if (with_factor.includes(status)) throw new UnauthorizedError('This user has a second factor.') //? SECOND_FACTOR=refuse
  if (!['SUCCESS', 'PASSWORD_WARN', 'PASSWORD_EXPIRED', 'LOCKED_OUT', ...with_factor].includes(status)) {
    throw new Error(`Okta answered with the state ${status}`)
  }
  const user = await findUser(identifier)
  if (!user) throw new Error('the legacy organization does not list the user')
  const blocked = status === 'LOCKED_OUT' || isBlocked(user)
  return blocked ? { ...profileOf(user), blocked } : profileOf(user)
}
