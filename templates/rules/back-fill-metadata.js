// Reads attributes of a user from the legacy system at the first login, and keeps them in app_metadata.
// configuration: LEGACY_URL (answers GET LEGACY_URL?email=… with a JSON object, 404 for an unknown user), LEGACY_TOKEN (bearer token).
async function backFillMetadata(user, context, callback) {
  try {
    const { legacy } = user.app_metadata || {}
    if (legacy || !user.email) return callback(null, user, context)
    const response = await fetch(`${configuration.LEGACY_URL}?email=${encodeURIComponent(user.email)}`, {
      headers: { authorization: `Bearer ${configuration.LEGACY_TOKEN}` },
      signal: AbortSignal.timeout(3000),
    })
    if (response.status === 404) return callback(null, user, context)
    if (!response.ok) throw new Error(`the legacy system answered ${response.status}`)
    await auth0.users.updateAppMetadata(user.user_id, { legacy: await response.json() })
  } catch (error) {
    // A login does not wait for the legacy system: the next one tries again.
    console.warn('no attributes were read:', error.message)
  }
  callback(null, user, context)
}
