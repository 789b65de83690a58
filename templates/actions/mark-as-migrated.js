// Trigger: post-migration. Marks a user who has moved as migrated in the legacy system.
// Secrets: LEGACY_URL (takes PUT LEGACY_URL/<legacy id>), LEGACY_TOKEN (bearer token), and ID_NAMESPACE where the connection has the option
// id_namespace. Where it fails, it is run again after a pause.
exports.onExecutePostMigration = async (event) => {
  const { LEGACY_URL, LEGACY_TOKEN, ID_NAMESPACE } = event.secrets
  const { id, legacy_id, moved_at } = event.migration
  const prefix = ID_NAMESPACE ? `${ID_NAMESPACE}|` : ''
  const bare_id = legacy_id.startsWith(prefix) ? legacy_id.slice(prefix.length) : legacy_id
  const response = await fetch(`${LEGACY_URL}/${encodeURIComponent(bare_id)}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${LEGACY_TOKEN}`,
      'content-type': 'application/json',
      // The same one each time that the action runs for this move.
      'idempotency-key': id,
    },
    body: JSON.stringify({ migrated_at: moved_at }),
    signal: AbortSignal.timeout(5000),
  })
  if (!response.ok) throw new Error(`the legacy system answered ${response.status}`)
}
