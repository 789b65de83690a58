// Trigger: post-login. Adds the id that the user has in the legacy store to both tokens. It stays the same when the migration has finished.
// Secrets: NAMESPACE (the start of the claim's name, such as https://example.com/), LEGACY_CONNECTION (name of the connection), and
// ID_NAMESPACE where the connection has the option id_namespace.
exports.onExecutePostLogin = async (event, api) => {
  const { NAMESPACE, LEGACY_CONNECTION, ID_NAMESPACE } = event.secrets
  const identity = event.user.identities.find(({ connection }) => connection === LEGACY_CONNECTION)
  if (!identity) return
  const prefix = ID_NAMESPACE ? `${ID_NAMESPACE}|` : ''
  const id = identity.user_id.startsWith(prefix) ? identity.user_id.slice(prefix.length) : identity.user_id
  api.idToken.setCustomClaim(`${NAMESPACE}legacy_id`, id)
  api.accessToken.setCustomClaim(`${NAMESPACE}legacy_id`, id)
}
