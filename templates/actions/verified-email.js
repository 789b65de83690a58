// Trigger: post-login. Denies users whose e-mail address is not verified.
exports.onExecutePostLogin = async (event, api) => {
  if (!event.user.email_verified) api.access.deny('Please verify your e-mail address, then log in again.')
}
