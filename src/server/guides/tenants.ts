import { of_tenant, type CommandGuides } from './guide.ts'

/** The guides of the commands for tenants, admins, management clients and keys. */
export const tenant_guides: CommandGuides = {
  'tenants list': { summary: 'Lists the tenants.', options: {}, example: 'tenants list' },
  'tenants create': {
    summary: 'Creates a tenant and prints its management client.',
    options: {
      name: { value: 'N', required: true, meaning: 'name: small letters, digits and hyphens, at most 63' },
      domain: { value: 'D', required: true, meaning: 'host, with an optional port, that clients reach it at' },
      plan: { value: 'P', meaning: 'plan of the tenant' },
    },
    example: 'tenants create --name acme --domain login.acme.example',
  },
  'tenants plan': {
    summary:
      "Changes a tenant's plan. A plan under which logins would stop needs --yes: without it, the command prints which.",
    options: {
      tenant: { value: 'N', required: true, meaning: 'name of the tenant' },
      plan: { value: 'P', required: true, meaning: 'the new plan' },
      yes: { meaning: 'change it also where logins stop: without it, the command prints what would stop for whom' },
    },
    example: 'tenants plan --tenant acme --plan enterprise',
  },
  'admin-link': {
    summary:
      'Prints a new link for an admin, which works once, for 24 hours: it makes an owner of a tenant or, with --user, sets a new password.',
    options: {
      tenant: of_tenant,
      user: {
        value: 'U',
        meaning:
          'e-mail address of an admin of any tenant: the link sets a new password of this admin, and changes no role',
      },
    },
    notes:
      'With --user, for an admin of several tenants who has lost the password, and for a person whose address another person set up as an admin:\ngive the link to the holder of that address only, for example by a mail to it. Nothing else proves the address. With the new password,\nevery session, token and such link of before ends. The person can then become an admin of further tenants with it.',
    example: 'admin-link --tenant acme',
  },
  'management-client create': {
    summary:
      'Creates a client with every scope of the Management API, except those that the options name, and prints it as in first-run.json.',
    options: {
      tenant: of_tenant,
      'export-password-hashes': { meaning: 'the client may also export password hashes (export:password_hashes)' },
      'read-outbox': { meaning: 'the client may also read mails, with the links in them (read:outbox)' },
      operator: { meaning: 'the client may also read, create and change tenants; default tenant only' },
    },
    example: 'management-client create',
  },
  'management-client reset': {
    summary:
      'Replaces the secret of a client for the Management API and prints it; the old secret is refused from then on.',
    options: {
      client: { value: 'C', meaning: 'id of the client; default: the one that was created with the tenant' },
      tenant: of_tenant,
    },
    example: 'management-client reset',
  },
  'keys rotate': {
    summary: 'Rotates the signing key: the next key signs new tokens; tokens of the previous key stay valid.',
    options: { tenant: { ...of_tenant, meaning: `${of_tenant.meaning}; $system signs the tokens of admins` } },
    example: 'keys rotate',
  },
}
