/** A scope of the Management API. */
export type ManagementScope = { value: string; description: string }

/**
 * Every scope of the areas that the Management API has. A client recognizes a missing area by its missing scopes.
 */
export const managementScopes: readonly ManagementScope[] = [
  { value: 'read:users', description: 'Read users' },
  { value: 'create:users', description: 'Create users' },
  { value: 'update:users', description: 'Update users' },
  { value: 'delete:users', description: 'Delete users' },
  { value: 'update:users_app_metadata', description: "Update users' app_metadata" },
  { value: 'update:current_user_identities', description: "Link and unlink the user's own identities" },
  { value: 'read:sessions', description: "Read users' sessions" },
  { value: 'delete:sessions', description: "End users' sessions" },
  { value: 'read:refresh_tokens', description: "Read users' refresh tokens, without the tokens themselves" },
  { value: 'delete:refresh_tokens', description: "Revoke users' refresh tokens" },
  { value: 'create:user_tickets', description: 'Make links for new passwords and for verification' },
  { value: 'read:anomaly_blocks', description: 'Read locked addresses' },
  { value: 'delete:anomaly_blocks', description: 'Unlock addresses' },
  { value: 'read:attack_protection', description: 'Read the limits of failed logins and sign-ups' },
  { value: 'update:attack_protection', description: 'Update the limits of failed logins and sign-ups' },
  { value: 'read:connections', description: 'Read connections and their script logs' },
  { value: 'create:connections', description: 'Create connections' },
  { value: 'update:connections', description: 'Update connections' },
  { value: 'delete:connections', description: 'Delete connections' },
  { value: 'read:rules', description: 'Read rules and their script log' },
  { value: 'create:rules', description: 'Create rules' },
  { value: 'update:rules', description: 'Update rules' },
  { value: 'delete:rules', description: 'Delete rules' },
  { value: 'read:rules_configs', description: 'Read the names of the values that rules read' },
  { value: 'update:rules_configs', description: 'Set values that rules read' },
  { value: 'delete:rules_configs', description: 'Delete values that rules read' },
  { value: 'read:actions', description: 'Read actions and their script log' },
  { value: 'create:actions', description: 'Create and deploy actions' },
  { value: 'update:actions', description: 'Update actions, and bind them to triggers' },
  { value: 'delete:actions', description: 'Delete actions' },
  { value: 'read:clients', description: 'Read clients' },
  { value: 'create:clients', description: 'Create clients' },
  { value: 'update:clients', description: 'Update clients' },
  { value: 'delete:clients', description: 'Delete clients' },
  { value: 'read:client_keys', description: "Read clients' secrets" },
  { value: 'update:client_keys', description: "Change clients' secrets" },
  { value: 'read:client_credentials', description: "Read clients and the names of clients' public keys" },
  { value: 'create:client_credentials', description: 'Create public keys of clients' },
  {
    value: 'update:client_credentials',
    description: 'Change public keys of clients, and which ones a client authenticates with',
  },
  { value: 'delete:client_credentials', description: 'Delete public keys of clients' },
  { value: 'read:client_summary', description: 'Read clients' },
  { value: 'read:client_grants', description: 'Read client grants' },
  { value: 'create:client_grants', description: 'Create client grants' },
  { value: 'update:client_grants', description: 'Update client grants' },
  { value: 'delete:client_grants', description: 'Delete client grants' },
  { value: 'read:resource_servers', description: 'Read resource servers' },
  { value: 'create:resource_servers', description: 'Create resource servers' },
  { value: 'update:resource_servers', description: 'Update resource servers' },
  { value: 'delete:resource_servers', description: 'Delete resource servers' },
  { value: 'read:signing_keys', description: 'Read signing keys' },
  { value: 'create:signing_keys', description: 'Rotate the signing key' },
  { value: 'update:signing_keys', description: 'Rotate and revoke signing keys' },
  { value: 'read:logs', description: 'Read log events' },
  { value: 'read:logs_users', description: 'Read log events of users' },
  { value: 'read:log_streams', description: 'Read log streams' },
  { value: 'create:log_streams', description: 'Create log streams' },
  { value: 'update:log_streams', description: 'Update log streams, and rotate their secrets' },
  { value: 'delete:log_streams', description: 'Delete log streams' },
  { value: 'read:email_provider', description: 'Read the mail service' },
  { value: 'create:email_provider', description: 'Configure the mail service' },
  { value: 'update:email_provider', description: 'Update the mail service' },
  { value: 'delete:email_provider', description: 'Remove the mail service' },
  { value: 'read:email_templates', description: 'Read mail templates' },
  { value: 'create:email_templates', description: 'Create mail templates' },
  { value: 'update:email_templates', description: 'Update mail templates' },
  { value: 'read:stats', description: 'Read statistics' },
  { value: 'read:tenant_settings', description: "Read the tenant's settings" },
  { value: 'update:tenant_settings', description: "Update the tenant's settings" },
  { value: 'read:branding', description: "Read the look of the tenant's pages" },
  { value: 'update:branding', description: "Update the look of the tenant's pages" },
  { value: 'read:prompts', description: "Read the texts of the tenant's pages" },
  { value: 'update:prompts', description: "Change the texts of the tenant's pages" },
  { value: 'read:migrations', description: 'Read how migrations go' },
  { value: 'update:migrations', description: 'Lift tombstones, and finish migrations' },
  { value: 'read:people', description: 'Find one person, with attempts, locks and the legacy profile' },
  { value: 'update:people', description: 'Unlock a person, and mail a link for a new password' },
  { value: 'read:outbox', description: 'Read mail, with the links in it' },
  { value: 'export:password_hashes', description: 'Export password hashes and second factors of users' },
  { value: 'read:tenant_admins', description: 'Admins only: read admins and invitations' },
  { value: 'update:tenant_admins', description: 'Admins only: change roles, remove, sign out and invite admins' },
  { value: 'read:tenants', description: 'Operator: read tenants' },
  { value: 'create:tenants', description: 'Operator: create tenants' },
  { value: 'update:tenants', description: "Operator: change tenants' plans" },
]

/** The operator's scopes, which only the Management API of the default tenant has. */
export const operatorScopes: ReadonlySet<string> = new Set(['read:tenants', 'create:tenants', 'update:tenants'])

/** The scopes that a role gives an admin. A client that has one by name can do nothing with it. */
const admin_scopes = ['read:tenant_admins', 'update:tenant_admins']

/**
 * Scopes that a client gets by name only, never by `allow_all_scopes`. An owner or a command of the operator grants them; those of the
 * operator, a command only.
 */
export const namedScopes: ReadonlySet<string> = new Set([
  'read:outbox',
  'export:password_hashes',
  ...admin_scopes,
  ...operatorScopes,
])
