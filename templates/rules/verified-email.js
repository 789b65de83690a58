// Denies users whose e-mail address is not verified.
function requireVerifiedEmail(user, context, callback) {
  if (user.email_verified) return callback(null, user, context)
  callback(new UnauthorizedError('Please verify your e-mail address, then log in again.'))
}
