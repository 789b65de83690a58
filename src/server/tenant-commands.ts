import { Check } from 'typebox/schema'
import { createPasswordLink } from '../admins/password-link.ts'
import { createSetupLink } from '../admins/setup-ticket.ts'
import { defined } from '../base/defined.ts'
import { operatorScopes } from '../contract/management-scopes.ts'
import { default_plan, plans, type Plan } from '../contract/plans.ts'
import { tenantRoutes } from '../contract/tenant.ts'
import { domainOfHost } from '../http/tenant-of.ts'
import { planUses } from '../migration/progress/plan-uses.ts'
import { createTenant } from '../tenants/create-tenant.ts'
import type { ClientSecret } from '../tenants/insert-client.ts'
import { changePlan } from '../tenants/manage-tenants.ts'
import { createManagementClient, resetManagementClient } from '../tenants/management-client.ts'
import { issuerOf, managementAudience, type Tenant } from '../tenants/tenant.ts'
import type { CommandOptions } from './command-options.ts'
import { lostByPlan } from './describe-plan-change.ts'
import { default_name } from './first-run.ts'
import { optionalOption, refuse, requireOption, tenantNamed, type StoreCommand } from './store-command.ts'

function readPlan(text: string): Plan {
  const plan = plans.find((known) => known === text)
  return plan ?? refuse(`--plan must be one of ${plans.join(', ')}; it is "${text}".`)
}

const { name: name_schema, domain: domain_schema } = tenantRoutes.createTenant.body.properties

/** Input for creating a tenant, checked as the Management API checks it. */
function newTenant({ name, domain, plan }: CommandOptions) {
  const wanted = { name: requireOption(name, '--name'), domain: requireOption(domain, '--domain').toLowerCase() }
  const name_valid: boolean = Check(name_schema, wanted.name)
  const domain_valid: boolean = Check(domain_schema, wanted.domain)
  if (!name_valid) refuse(`--name must be small letters, digits and hyphens, at most 63; it is "${wanted.name}".`)
  if (!domain_valid) refuse(`--domain must be a host with an optional port and nothing else; it is "${wanted.domain}".`)
  if (wanted.name === default_name) refuse(`"${default_name}" is the tenant that the first start makes.`)
  return { ...wanted, plan: readPlan(plan ?? default_plan) }
}

const operator_needs_default_tenant =
  'Only clients of the default tenant can have the scopes of the operator: leave out --tenant or --operator.'

/** The scopes that a new client gets by name. */
const namedScopesOf = (options: CommandOptions): string[] => [
  ...(options['read-outbox'] === true ? ['read:outbox'] : []),
  ...(options['export-password-hashes'] === true ? ['export:password_hashes'] : []),
  ...(options.operator === true ? operatorScopes : []),
]

const no_admin_origin =
  'There is no address for admins: set WHERRY_ADMIN_URL and start the server once. Then admin-link prints a set-up link.'

/** The addresses and credentials of a management client, as in `first-run.json`. */
function managementClientJson(issuer: string, client: ClientSecret, admin_setup_url?: string): string {
  const printed = {
    issuer,
    management_audience: managementAudience(issuer),
    management_client_id: client.client_id,
    management_client_secret: client.client_secret,
    ...defined({ admin_setup_url }),
  }
  return JSON.stringify(printed, null, 2)
}

/** What to do where the default tenant has a port in its domain and a new tenant has none. */
function portNote({ domain }: Tenant, default_tenant: Tenant): string[] {
  const [, port] = /:(\d+)$/.exec(default_tenant.domain) ?? []
  if (port === undefined || /:\d+$/.test(domain)) return []
  return [
    `The domain ${domain} has no port, and the default tenant's, ${default_tenant.domain}, has one: a request to ${domain}:${port} is not for this tenant. Where no proxy listens on the standard port, create the tenant with --domain ${domain}:${port}.`,
  ]
}

const kept = 'It counts at the next login, and nothing is deleted: a higher plan brings everything back.'

/** The commands for tenants, their management clients, admins and keys. */
export const tenant_commands = {
  'tenants list':
    () =>
    async ({ db }) => {
      const rows = await db.selectFrom('tenants').selectAll().where('is_system', '=', 0).orderBy('created_at').execute()
      const lines = rows.map(
        ({ name, domain, plan, tenant_id, is_default }) =>
          `${name}\t${domain}\t${plan}\t${tenant_id}${is_default === 1 ? '\t(default)' : ''}`,
      )
      return { stdout: lines.join('\n') }
    },

  'tenants create': (options) => {
    const wanted = newTenant(options)
    return async (deps) => {
      const { scheme } = deps.site
      const domain = domainOfHost(wanted.domain, scheme)
      const { tenant, management_client } = await createTenant(deps, { ...wanted, domain })
      const admin_setup_url = await createSetupLink(deps, tenant)
      const stdout = managementClientJson(issuerOf(tenant, scheme), management_client, admin_setup_url)
      const notes = [
        ...(admin_setup_url === undefined ? [no_admin_origin] : []),
        ...portNote(tenant, await tenantNamed(deps.db, undefined)),
      ]
      return notes.length === 0 ? { stdout } : { stdout, stderr: notes.join('\n') }
    }
  },

  'tenants plan': ({ tenant, plan, yes }) => {
    const tenant_name = requireOption(tenant, '--tenant')
    const new_plan = readPlan(requireOption(plan, '--plan'))
    return async (deps) => {
      const { tenant_id, name, plan: from } = await tenantNamed(deps.db, tenant_name)
      const lost = lostByPlan(await planUses(deps.db, tenant_id), { from, to: new_plan })
      const effects =
        lost.length === 0 ? [] : [`What the plan ${new_plan} does to the tenant "${name}":`, ...lost, kept]
      if (lost.length > 0 && yes !== true) return refuse([...effects, 'Repeat the command with --yes.'].join('\n'))
      await changePlan(deps, tenant_id, new_plan)
      return { stdout: [...effects, `The tenant "${name}" has the plan ${new_plan} now.`].join('\n') }
    }
  },

  'admin-link': ({ tenant, user }) => {
    const address = optionalOption(user, '--user')
    if (address !== undefined && tenant !== undefined) {
      refuse('A new password applies to every tenant of the admin: leave out --tenant or --user.')
    }
    return async (deps) => {
      const link =
        address === undefined
          ? await createSetupLink(deps, await tenantNamed(deps.db, tenant))
          : await createPasswordLink(deps, address)
      return { stdout: link ?? refuse(no_admin_origin) }
    }
  },

  'management-client create': (options) => async (deps) => {
    const tenant = await tenantNamed(deps.db, options.tenant)
    if (options.operator === true && !tenant.is_default) refuse(operator_needs_default_tenant)
    const issuer = issuerOf(tenant, deps.site.scheme)
    const named_scopes = namedScopesOf(options)
    const created = await createManagementClient(deps, tenant, managementAudience(issuer), named_scopes)
    return { stdout: managementClientJson(issuer, created) }
  },

  'management-client reset': ({ tenant: name, client }) => {
    const client_id = optionalOption(client, '--client')
    return async (deps) => {
      const tenant = await tenantNamed(deps.db, name)
      const issuer = issuerOf(tenant, deps.site.scheme)
      const audience = managementAudience(issuer)
      return { stdout: managementClientJson(issuer, await resetManagementClient(deps, tenant, audience, client_id)) }
    }
  },

  'keys rotate':
    ({ tenant }) =>
    async (deps) => {
      const { tenant_id, name } = await tenantNamed(deps.db, tenant, true)
      const kid = await deps.keys.rotate(tenant_id)
      return {
        stdout: `The tenant "${name}" signs with the key ${kid} now. Other servers on this store follow within a few seconds.`,
      }
    },
} satisfies Record<string, StoreCommand>
