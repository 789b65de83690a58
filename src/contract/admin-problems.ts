import type { Problem } from './problem.ts'

/** Refusals of the operations on the admins of a tenant. */
export const admin_problems = {
  inexistent_admin: { status: 404, errorCode: 'inexistent_admin', message: 'The tenant has no such admin.' },
  inexistent_invitation: {
    status: 404,
    errorCode: 'inexistent_invitation',
    message: 'There is no such open invitation.',
  },
  admin_exists: { status: 409, errorCode: 'admin_exists', message: 'This address is that of an admin of the tenant.' },
  last_owner: {
    status: 409,
    errorCode: 'last_owner',
    message: 'The last owner of a tenant who can sign in is not blocked, deleted, removed or given another role.',
  },
  no_mail_server: {
    status: 409,
    errorCode: 'no_mail_server',
    message: 'This server has no mail server, so that invitations cannot be mailed.',
  },
  admin_of_other_tenants: {
    status: 409,
    errorCode: 'admin_of_other_tenants',
    message:
      'This admin has a role in another tenant, too. Only the admin can end these sessions: in the dashboard, by Sign out everywhere.',
  },
  too_many_invitations: {
    status: 409,
    errorCode: 'too_many_invitations',
    message: 'The tenant has 100 open invitations, which is the most. Withdraw one first.',
  },
} satisfies Record<string, Problem>
