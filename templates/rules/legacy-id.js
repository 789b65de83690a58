// Adds the id that the user has in the legacy store to both tokens. It stays the same when the migration has finished.
// configuration: NAMESPACE (the start of the claim's name, such as https://example.com/), LEGACY_CONNECTION (name of the connection),
// and ID_NAMESPACE where the connection has the option id_namespace.
function addLegacyId(user, context, callback) {
  const identity = user.identities.find(({ connection }) => connection === configuration.LEGACY_CONNECTION)
  if (!identity) return callback(null, user, context)
  const prefix = configuration.ID_NAMESPACE ? `${configuration.ID_NAMESPACE}|` : ''
  const id = identity.user_id.startsWith(prefix) ? identity.user_id.slice(prefix.length) : identity.user_id
  const claim = `${configuration.NAMESPACE}legacy_id`
  context.idToken[claim] = id
  context.accessToken[claim] = id
  callback(null, user, context)
}
