import { number, plural } from '../plural'

const count = (value: number): string => number('en', value)
const permissions = (value: number): string =>
  plural('en', value, { one: '1 permission', other: `${count(value)} permissions` })

export const apis = {
  title: 'APIs',
  subtitle: 'What access tokens are for. Each API has its own permissions and lifetimes.',
  searchLabel: 'Part of the name or of the identifier',
  empty: 'No APIs yet',
  emptyHint: 'Create one for each back end that accepts access tokens of this tenant.',
  noMatch: 'No API matches',
  noMatchHint: 'Try part of the name or of the identifier, or the whole ID.',
  columns: { name: 'API', identifier: 'Identifier', lifetime: 'Tokens live' },
  system: 'system',
  systemText:
    'This is the Management API of the tenant. It belongs to Wherry: its settings and permissions follow the version that runs, and it cannot be deleted. Which applications may call it is your choice.',

  create: 'Create API',
  createTitle: 'Create an API',
  name: 'Name',
  nameRule: 'A name of 1 to 200 characters, without < and >',
  identifier: 'Identifier',
  identifierHint:
    'The audience of its tokens: applications send it, and the API compares it. A URL is usual, and is never called. It never changes.',
  identifierRule: 'At most 600 characters, without white space at the ends',
  created: (name: string) => `${name} is created`,

  parts: 'Parts of the API',
  settings: 'Settings',
  permissions: 'Permissions',
  applications: 'Applications',
  id: 'ID',

  basics: 'Name',
  tokens: 'Access tokens',
  algorithm: 'Signed with',
  lifetime: 'Lifetime',
  lifetimeHint: 'Of the tokens that the token endpoint issues.',
  webLifetime: 'Lifetime for browsers',
  webLifetimeHint:
    'Of tokens of single-page applications, and of those that the login itself answers. Not longer than the other one.',
  webLifetimeRule: 'Not longer than the other lifetime',
  lifetimeRule: (max: number) => `A whole number of seconds from 1 to ${count(max)}`,
  switches: {
    allow_offline_access: {
      label: 'Refresh tokens',
      hint: 'Applications may request offline_access. Off: their users log in again when the access token ends.',
    },
    enforce_policies: {
      label: 'Permissions by role only (RBAC)',
      hint: 'There are no roles here yet. On: users get none of the permissions of this API. Off: they get those that the application requests.',
    },
  },

  delete: 'Delete API',
  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteText:
    'Applications can get no more tokens for it, and their access to it is deleted. Tokens that were issued already stay valid until they end. This cannot be undone.',
  deleted: (name: string) => `${name} is deleted`,

  permissionsText: 'What applications may request as scopes. A token has only those that are granted.',
  noPermissions: 'No permissions yet',
  noPermissionsHint: 'Add one for each thing that the API checks, such as read:orders.',
  noPermissionMatch: 'No permission matches',
  permissionSearch: 'Part of a permission',
  permission: 'Permission',
  permissionRule: 'At most 280 characters, without spaces: read:orders',
  permissionTaken: 'The API has this permission already',
  permissionsMax: (max: number) => `An API has at most ${count(max)} permissions`,
  description: 'Description',
  descriptionHint: 'Users read it when an application of others asks for it.',
  actions: 'Actions',
  add: 'Add permission',
  addTitle: 'Add a permission',
  added: (value: string) => `${value} is added`,
  edit: 'Edit',
  editOf: (value: string) => `Edit ${value}`,
  editTitle: (value: string) => `Description of ${value}`,
  remove: 'Remove',
  removeOf: (value: string) => `Remove ${value}`,
  removed: (value: string) => `${value} is removed: no new token has it`,

  applicationsText:
    'Applications that may get tokens for themselves (client credentials). Users get tokens by a login, in any application.',
  noApplications: 'No application may call it for itself yet',
  noApplicationsHint: 'Authorize a machine-to-machine application, with the permissions that it needs.',

  grant: {
    api: 'API',
    application: 'Application',
    granted: 'Granted',
    actions: 'Actions',
    all: 'all permissions',
    permissions,
    authorize: 'Authorize',
    authorizeApi: 'Authorize for an API',
    authorizeApplication: 'Authorize an application',
    chooseApi: 'Choose an API',
    chooseApplication: 'Choose an application',
    authorized: (name: string) => `${name} is authorized`,
    edit: 'Edit',
    editOf: (name: string) => `Edit the permissions for ${name}`,
    revoke: 'Revoke',
    revokeOf: (name: string) => `Revoke the access of ${name}`,
    revoked: (name: string) => `${name} gets no more tokens. Those that were issued stay valid until they end.`,
    allLabel: 'All permissions, also those that are added later',
    allHint: 'Of the Management API without those that owners grant one by one, such as read:outbox.',
    filter: 'Filter the permissions',
    chosen: (chosen: number, all: number) => `${count(chosen)} of ${count(all)} chosen`,
    chooseShown: 'Choose those that are listed',
    clearShown: 'Clear those that are listed',
    shownOnly: (shown: number, all: number) =>
      `The first ${count(shown)} of ${count(all)} are listed. Filter to find the others.`,
    undefinedScope: 'The API does not define it any more',
    none: 'The API has no permissions. The application can get tokens without any.',
  },
}
