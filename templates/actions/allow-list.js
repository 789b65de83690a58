// Trigger: post-login. Lets only listed users log in, such as those of a pilot.
// Secrets: ALLOWED (e-mail addresses, and domains that begin with @, separated by commas).
exports.onExecutePostLogin = async (event, api) => {
  const email = String(event.user.email || '').toLowerCase()
  const domain = email.slice(email.lastIndexOf('@'))
  const allowed = event.secrets.ALLOWED.toLowerCase()
    .split(',')
    .map((entry) => entry.trim())
  // An address that is not verified may be another person's.
  const is_allowed =
    event.user.email_verified && email.includes('@') && (allowed.includes(email) || allowed.includes(domain))
  if (!is_allowed) api.access.deny('The new login is not open to you yet.')
}
