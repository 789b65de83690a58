// Trigger: post-login. Reads attributes of a user from the legacy system at the first login, and keeps them in app_metadata.
// Secrets: LEGACY_URL (answers GET LEGACY_URL?email=… with a JSON object, 404 for an unknown user), LEGACY_TOKEN (bearer token).
exports.onExecutePostLogin = async (event, api) => {
  const { legacy } = event.user.app_metadata || {}
  if (legacy || !event.user.email) return
  try {
    const response = await fetch(`${event.secrets.LEGACY_URL}?email=${encodeURIComponent(event.user.email)}`, {
      headers: { authorization: `Bearer ${event.secrets.LEGACY_TOKEN}` },
      signal: AbortSignal.timeout(3000),
    })
    if (response.status === 404) return
    if (!response.ok) throw new Error(`the legacy system answered ${response.status}`)
    api.user.setAppMetadata('legacy', await response.json())
  } catch (error) {
    // A login does not wait for the legacy system: the next one tries again.
    console.warn('no attributes were read:', error.message)
  }
}
