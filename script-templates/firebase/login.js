function login(identifier, password, callback) {
  authenticate(identifier, password).then((profile) => callback(null, profile), callback)
}

async function authenticate(email, password) {
  const path = `/v1/accounts:signInWithPassword?key=${encodeURIComponent(configuration.API_KEY)}`
  const json = { email: email.trim(), password, returnSecureToken: false }
  const answer = await service.request('POST', path, { json })
  const { error, mfaPendingCredential } = answer.json()
  const problem = error?.message ?? ''
  if (/^(INVALID_LOGIN_CREDENTIALS|EMAIL_NOT_FOUND|INVALID_PASSWORD|INVALID_EMAIL)/.test(problem)) {
    throw new WrongUsernameOrPasswordError(null, 'wrong user name or password')
  }
  if (problem.startsWith('TOO_MANY_ATTEMPTS')) throw service.unexpected({ status: 429 })
  const is_disabled = problem.startsWith('USER_DISABLED')
  if (answer.status !== 200 && !is_disabled) throw service.unexpected(answer)
  // After the right password.
  if (mfaPendingCredential) throw new UnauthorizedError('This user has a second factor.') //? SECOND_FACTOR=refuse
  const user = await findUser(email)
  if (!user) throw new Error('the legacy project does not list the user')
  const blocked = is_disabled || isBlocked(user)
  return blocked ? { ...profileOf(user), blocked } : profileOf(user)
}
