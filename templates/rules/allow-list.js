// Lets only listed users log in, such as those of a pilot.
// configuration: ALLOWED (e-mail addresses, and domains that begin with @, separated by commas).
function allowList(user, context, callback) {
  const email = String(user.email || '').toLowerCase()
  const domain = email.slice(email.lastIndexOf('@'))
  const allowed = configuration.ALLOWED.toLowerCase()
    .split(',')
    .map((entry) => entry.trim())
  // An address that is not verified may be another person's.
  if (user.email_verified && email.includes('@') && (allowed.includes(email) || allowed.includes(domain)))
    return callback(null, user, context)
  callback(new UnauthorizedError('The new login is not open to you yet.'))
}
