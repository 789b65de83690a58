// Adds the roles that the legacy system stored, which a script returned as app_metadata.roles, to both tokens.
// configuration: NAMESPACE (the start of the claim's name, such as https://example.com/).
function addRoles(user, context, callback) {
  const { roles = [] } = user.app_metadata || {}
  const claim = `${configuration.NAMESPACE}roles`
  context.idToken[claim] = roles
  context.accessToken[claim] = roles
  callback(null, user, context)
}
