const verbs: Record<string, string | undefined> = { GET: 'read', HEAD: 'read', POST: 'create', DELETE: 'delete' }

// Areas whose scopes are not named after the first part of their paths.
const areas: Record<string, string | undefined> = {
  emails: 'email_provider',
  guardian: 'guardian_factors',
  jobs: 'users',
  keys: 'signing_keys',
  tickets: 'user_tickets',
  tenants: 'tenant_settings',
}

/** The scope that a route which does not exist (yet) would ask for: `GET /log-streams` → `read:log_streams`. */
export function missingScope(method: string, path: string): string {
  const area = /^\/([a-z][a-z0-9-]{0,60})/.exec(path)?.[1]?.replaceAll('-', '_') ?? 'resources'
  return `${verbs[method] ?? 'update'}:${areas[area] ?? area}`
}
