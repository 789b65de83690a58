const verbs: Record<string, string | undefined> = { GET: 'read', HEAD: 'read', POST: 'create', DELETE: 'delete' }

// Resources whose scopes are not named after the first segment of their paths.
const resources: Record<string, string | undefined> = {
  emails: 'email_provider',
  guardian: 'guardian_factors',
  jobs: 'users',
  keys: 'signing_keys',
  tickets: 'user_tickets',
  tenants: 'tenant_settings',
}

/** The scope that Auth0 requires for a route which does not exist here: `GET /log-streams` → `read:log_streams`. */
export function scopeOfUnknownRoute(method: string, path: string): string {
  const resource = /^\/([a-z][a-z0-9-]{0,60})/.exec(path)?.[1]?.replaceAll('-', '_') ?? 'resources'
  return `${verbs[method] ?? 'update'}:${resources[resource] ?? resource}`
}
