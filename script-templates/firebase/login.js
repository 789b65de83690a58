function login(identifier, password, callback) {
  authenticate(identifier, password).then((profile) => callback(null, profile), callback)
}

async function authenticate(email, password) {
  const path = `/v1/accounts:signInWithPassword?key=${encodeURIComponent(configuration.API_KEY)}`
  const { status, answer } = await request('POST', path, { email: email.trim(), password, returnSecureToken: false })
  const problem = answer.error?.message ?? ''
  if (/^(INVALID_LOGIN_CREDENTIALS|EMAIL_NOT_FOUND|INVALID_PASSWORD|INVALID_EMAIL)/.test(problem)) {
    throw new WrongUsernameOrPasswordError(null, 'wrong user name or password')
  }
  if (problem.startsWith('USER_DISABLED')) throw new UnauthorizedError('This user is blocked.')
  if (problem.startsWith('TOO_MANY_ATTEMPTS')) throw unexpected(429)
  if (status !== 200) throw unexpected(status)
  // After the right password.
  if (answer.mfaPendingCredential) throw new UnauthorizedError('This user has a second factor.') //? SECOND_FACTOR=refuse
  const user = await findUser(email)
  if (!user) throw new Error('the legacy project does not list the user')
  if (isBlocked(user)) throw new UnauthorizedError('This user is blocked.')
  return profileOf(user)
}
