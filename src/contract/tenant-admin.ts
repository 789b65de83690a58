import { Type, type Static } from 'typebox'
import { roles } from './roles.ts'
import { Choice, IdParams, NoContent, Strict, Text, Timestamp, type Route } from './route.ts'

const RoleName = Choice(roles, 'What the admin may do in this tenant.')

/** An admin of a tenant. */
export const TenantAdmin = Type.Object({
  user_id: Type.String({ description: 'The id of the admin, who may have roles in other tenants too.' }),
  email: Type.String(),
  name: Type.Optional(Type.String()),
  role: RoleName,
  blocked: Type.Boolean({
    description: 'Whether the operator has blocked the admin, who then does not count as an owner.',
  }),
  has_other_tenants: Type.Boolean({ description: 'Whether the admin has a role in another tenant, too.' }),
  created_at: Timestamp('When the admin got a role in this tenant.'),
  last_login: Type.Optional(
    Timestamp('When the admin last entered the password; absent for one who has a role in another tenant.'),
  ),
})
export type TenantAdmin = Static<typeof TenantAdmin>

const invitation = {
  id: Type.String(),
  email: Type.String(),
  role: RoleName,
  invited_by: Type.String({ description: 'The id of the owner who invited. The invitation ends with that role.' }),
  created_at: Timestamp('When it was created.'),
  expires_at: Timestamp('When its link ends.'),
}

/** An invitation that is open. */
const AdminInvitation = Type.Object(invitation)

/** The invitation that a request created. */
const CreatedAdminInvitation = Type.Object({
  ...invitation,
  link: Type.Optional(
    Type.String({
      description:
        'The link, to be handed over to the invited person: only where the operator has set no mail server, so that the invitation is not mailed. It is shown this once.',
    }),
  ),
})
export type CreatedAdminInvitation = Static<typeof CreatedAdminInvitation>

/**
 * Operations on the admins of a tenant. Only an owner may use them, and only at the admin origin: no client of a tenant does, because its
 * secret would make it an owner.
 */
export const tenantAdminRoutes = {
  listTenantAdmins: {
    method: 'GET',
    url: '/api/v2/tenant-admins',
    scopes: ['read:tenant_admins'],
    admins_only: true,
    tag: 'tenant-admins',
    summary: 'List the admins of the tenant',
    description: 'By e-mail address: the first 1,000.',
    status: 200,
    response: Type.Object({ admins: Type.Array(TenantAdmin) }),
  },
  getTenantAdmin: {
    method: 'GET',
    url: '/api/v2/tenant-admins/:id',
    scopes: ['read:tenant_admins'],
    admins_only: true,
    tag: 'tenant-admins',
    summary: 'Get an admin of the tenant',
    status: 200,
    params: IdParams,
    response: TenantAdmin,
  },
  updateTenantAdmin: {
    method: 'PATCH',
    url: '/api/v2/tenant-admins/:id',
    scopes: ['update:tenant_admins'],
    admins_only: true,
    tag: 'tenant-admins',
    summary: 'Change the role of an admin',
    description: 'It applies to the next request of the admin. The last owner who can sign in keeps the role.',
    status: 200,
    params: IdParams,
    body: Strict({ role: RoleName }),
    response: TenantAdmin,
  },
  deleteTenantAdmin: {
    method: 'DELETE',
    url: '/api/v2/tenant-admins/:id',
    scopes: ['update:tenant_admins'],
    admins_only: true,
    tag: 'tenant-admins',
    summary: 'Remove an admin from the tenant',
    description:
      'Roles in other tenants stay, and so does the password. The open invitations that the admin sent end. The last owner who can sign in is not removed.',
    status: 204,
    params: IdParams,
    response: NoContent,
  },
  signOutTenantAdmin: {
    method: 'DELETE',
    url: '/api/v2/tenant-admins/:id/sessions',
    scopes: ['update:tenant_admins'],
    admins_only: true,
    tag: 'tenant-admins',
    summary: 'Sign an admin out everywhere',
    description:
      'Ends every session of the admin, and every token that they gave, at once. Refused for an admin who has a role in another tenant: the sessions are also those of that tenant, and only the admin ends them.',
    status: 204,
    params: IdParams,
    response: NoContent,
  },
  listAdminInvitations: {
    method: 'GET',
    url: '/api/v2/tenant-admin-invitations',
    scopes: ['read:tenant_admins'],
    admins_only: true,
    tag: 'tenant-admins',
    summary: 'List the open invitations of admins',
    description: 'Newest first: at most 100 are open.',
    status: 200,
    response: Type.Object({ invitations: Type.Array(AdminInvitation) }),
  },
  createAdminInvitation: {
    method: 'POST',
    url: '/api/v2/tenant-admin-invitations',
    scopes: ['update:tenant_admins'],
    admins_only: true,
    tag: 'tenant-admins',
    summary: 'Invite an admin',
    description:
      "Mails a link that works once, for 7 days, by the operator's mail server (WHERRY_SMTP_URL): never by the mail service of the tenant, and not by way of its outbox, so that only the holder of the address gets the link. Without that mail server, the owner of the default tenant gets the link in the answer, and in any other tenant the invitation is refused. A new admin chooses a password; one who exists already enters the existing one. An earlier open invitation of the address ends. At most 10 per address and hour and 100 per tenant and day, also of withdrawn ones.",
    status: 201,
    body: Strict({ email: Text(254, 'The address of the invited person.'), role: RoleName }),
    response: CreatedAdminInvitation,
  },
  deleteAdminInvitation: {
    method: 'DELETE',
    url: '/api/v2/tenant-admin-invitations/:id',
    scopes: ['update:tenant_admins'],
    admins_only: true,
    tag: 'tenant-admins',
    summary: 'Withdraw an invitation',
    status: 204,
    params: IdParams,
    response: NoContent,
  },
} satisfies Record<string, Route>
