import { managementScopes, operatorScopes } from './management-scopes.ts'

/** The roles that an admin can have in a tenant, from the most to the least rights. */
export const roles = ['owner', 'editor', 'viewer', 'support'] as const

/** The role of an admin in a tenant. */
export type Role = (typeof roles)[number]

const owner_only: ReadonlySet<string> = new Set([
  'read:tenant_admins',
  'update:tenant_admins',
  'export:password_hashes',
  'read:outbox',
  'read:client_keys',
  'update:client_keys',
  'create:client_credentials',
  'update:client_credentials',
  'delete:client_credentials',
  'create:signing_keys',
  'update:signing_keys',
])

const viewer_excluded: ReadonlySet<string> = new Set(['read:outbox', 'read:client_keys', 'read:tenant_admins'])

// Finds people with their attempts, unlocks them and sends links. Not for it: log events, which hold changed settings; tickets, which are
// the links themselves; and `update:users`, which sets passwords and blocks users.
const support: ReadonlySet<string> = new Set([
  'read:users',
  'read:migrations',
  'read:anomaly_blocks',
  'delete:anomaly_blocks',
  'read:people',
  'update:people',
])

const permits: Record<Role, (scope: string) => boolean> = {
  owner: () => true,
  editor: (scope) => !owner_only.has(scope),
  viewer: (scope) => scope.startsWith('read:') && !viewer_excluded.has(scope),
  support: (scope) => support.has(scope),
}

const scopesPermitted = (role: Role): ReadonlySet<string> =>
  new Set(
    managementScopes.map(({ value }) => value).filter((scope) => !operatorScopes.has(scope) && permits[role](scope)),
  )

/** The scopes of a tenant's Management API that each role permits. The operator's scopes are never among them. */
export const scopesOfRole: Readonly<Record<Role, ReadonlySet<string>>> = {
  owner: scopesPermitted('owner'),
  editor: scopesPermitted('editor'),
  viewer: scopesPermitted('viewer'),
  support: scopesPermitted('support'),
}
