function login(identifier, password, callback) {
  authenticate(identifier.trim(), password).then((profile) => callback(null, profile), callback)
}

async function authenticate(identifier, password) {
  const answer = await signIn(identifier, password)
  // CUSTOM_CHALLENGE and PASSWORD_VERIFIER do not prove the password; the others come after the right one.
  const { ChallengeName, is_disabled } = answer
  if (['CUSTOM_CHALLENGE', 'PASSWORD_VERIFIER'].includes(ChallengeName))
    throw new Error(`Cognito asks for ${ChallengeName}`)
  const factors = ['SMS_MFA', 'SOFTWARE_TOKEN_MFA', 'EMAIL_OTP', 'SELECT_MFA_TYPE', 'MFA_SETUP']
  if (factors.includes(ChallengeName)) throw new UnauthorizedError('This user has a second factor.') //? SECOND_FACTOR=refuse
  const user = await findUser(identifier)
  if (!user) throw new Error('the user pool does not list the user')
  const blocked = is_disabled || isBlocked(user)
  return blocked ? { ...profileOf(user), blocked } : profileOf(user)
}

async function signIn(identifier, password) {
  const { CLIENT_ID, CLIENT_SECRET } = configuration
  const parameters = { USERNAME: identifier, PASSWORD: password }
  if (configuration.CLIENT_SECRET) {
    const hmac = require('crypto').createHmac('sha256', CLIENT_SECRET)
    parameters.SECRET_HASH = hmac.update(`${identifier}${configuration.CLIENT_ID}`).digest('base64')
  }
  const request = { ClientId: CLIENT_ID, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters: parameters }
  try {
    return await client.adminInitiateAuth(request).promise()
  } catch (error) {
    const { code, message = '' } = error
    if (code === 'NotAuthorizedException' && /disabled/i.test(message)) return { is_disabled: true }
    if (code === 'NotAuthorizedException' && /exceeded/i.test(message)) {
      throw Object.assign(new Error('Cognito refuses logins for a while'), { code: 'TooManyRequestsException' })
    }
    if (['NotAuthorizedException', 'UserNotFoundException'].includes(code)) {
      throw new WrongUsernameOrPasswordError(null, 'wrong user name or password')
    }
    if (code === 'UserNotConfirmedException') throw new UnauthorizedError('This user has not confirmed the address.')
    if (code === 'PasswordResetRequiredException') throw new UnauthorizedError('This user must reset the password.')
    throw error
  }
}
