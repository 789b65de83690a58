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
  { value: 'create:user_tickets', description: 'Make links for new passwords and for verification' },
  { value: 'read:anomaly_blocks', description: 'Read locked addresses' },
  { value: 'delete:anomaly_blocks', description: 'Unlock addresses' },
  { value: 'read:connections', description: 'Read connections and their script logs' },
  { value: 'create:connections', description: 'Create connections' },
  { value: 'update:connections', description: 'Update connections' },
  { value: 'delete:connections', description: 'Delete connections' },
  { value: 'read:actions', description: 'Read actions' },
  { value: 'read:clients', description: 'Read clients' },
  { value: 'create:clients', description: 'Create clients' },
  { value: 'update:clients', description: 'Update clients' },
  { value: 'delete:clients', description: 'Delete clients' },
  { value: 'read:client_keys', description: "Read clients' secrets" },
  { value: 'update:client_keys', description: "Change clients' secrets" },
  { value: 'read:client_credentials', description: 'Read clients' },
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
  { value: 'read:tenant_settings', description: "Read the tenant's settings" },
  { value: 'update:tenant_settings', description: "Update the tenant's settings" },
  { value: 'read:branding', description: "Read the look of the tenant's pages" },
  { value: 'update:branding', description: "Update the look of the tenant's pages" },
  { value: 'read:prompts', description: "Read the texts of the tenant's pages" },
  { value: 'update:prompts', description: "Change the texts of the tenant's pages" },
  { value: 'read:migrations', description: 'Read how migrations go' },
  { value: 'update:migrations', description: 'Lift tombstones' },
  { value: 'read:outbox', description: 'Read mail, with the links in it' },
  { value: 'read:tenants', description: 'Operator: read tenants' },
  { value: 'create:tenants', description: 'Operator: create tenants' },
  { value: 'update:tenants', description: "Operator: change tenants' plans" },
]

/** The operator's scopes, which only the Management API of the default tenant has. */
export const operatorScopes: ReadonlySet<string> = new Set(['read:tenants', 'create:tenants', 'update:tenants'])
