// Trigger: post-login. Adds the roles that the legacy system stored, which a script returned as app_metadata.roles, to both tokens.
// Secrets: NAMESPACE (the start of the claim's name, such as https://example.com/).
exports.onExecutePostLogin = async (event, api) => {
  const { roles = [] } = event.user.app_metadata || {}
  const claim = `${event.secrets.NAMESPACE}roles`
  api.idToken.setCustomClaim(claim, roles)
  api.accessToken.setCustomClaim(claim, roles)
}
