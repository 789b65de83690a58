import { defined } from '../base/defined.ts'
import { Check } from 'typebox/schema'
import { createSetupLink } from '../admins/setup-ticket.ts'
import { NewConnection } from '../contract/connection-routes.ts'
import { default_plan, plans, type Plan } from '../contract/plans.ts'
import { Refusal } from '../contract/refusal.ts'
import { tenantRoutes } from '../contract/tenant.ts'
import { domainOfHost } from '../http/tenant-of.ts'
import type { Db } from '../store/tables.ts'
import { createTenant } from '../tenants/create-tenant.ts'
import type { ClientSecret } from '../tenants/insert-client.ts'
import { changePlan } from '../tenants/manage-tenants.ts'
import { createManagementClient, resetManagementClient } from '../tenants/management-client.ts'
import { issuerOf, managementAudience, tenantFromRow, type Tenant } from '../tenants/tenant.ts'
import { no_tenant_yet, type CommandDeps } from './command-deps.ts'
import type { CommandOptions, CommandOutput } from './command-options.ts'
import { default_name } from './first-run.ts'
import { proposeChoice, type ProposeChoice } from './propose-command.ts'
import type { TryChoice } from './read-try.ts'
import { describeSandboxes } from './sandbox-commands.ts'
import { connectionNamed, describeVersions, restoreChoice, scriptNamed, tryChoice } from './script-commands.ts'
import { readScriptLog, script_log_lines_max, type ScriptLogChoice } from './script-log-command.ts'
import { applyTemplateChoice, templateMode } from './script-template-commands.ts'

/** A command on the store: checks its options, and returns the function that runs it. It runs in the server that uses the store, if there is one. */
export type StoreCommand = (options: CommandOptions) => (deps: CommandDeps) => Promise<CommandOutput>

const refuse = (message: string): never => {
  throw new Refusal('invalid_request', { message })
}

/**
 * The text of an option.
 *
 * @throws {Refusal} if it is missing or empty
 */
export function requireOption(value: string | undefined, option: string): string {
  if (value === undefined || value.trim() === '') return refuse(`Please give ${option}.`)
  return value.trim()
}

/**
 * The text of an option that may be left out.
 *
 * @throws {Refusal} if it is given and empty
 */
export function optionalOption(value: string | undefined, option: string): string | undefined {
  if (value !== undefined && value.trim() === '') return refuse(`${option} is empty: give a value, or leave it out.`)
  return value?.trim()
}

/**
 * The name of a connection, checked as the Management API checks it.
 *
 * @throws {Refusal} if it is missing or is not a valid name of a connection
 */
export function connectionName(value: string | undefined): string {
  const name = requireOption(value, '--name')
  const valid: boolean = Check(NewConnection.properties.name, name)
  return valid ? name : refuse(`--name must be letters, digits and single hyphens, at most 128; it is "${name}".`)
}

async function tenantNamed(db: Db, name: string | undefined, may_be_system = false): Promise<Tenant> {
  const query = db.selectFrom('tenants').selectAll()
  const row = await (
    name === undefined ? query.where('is_default', '=', 1) : query.where('name', '=', name)
  ).executeTakeFirst()
  if (!row || (row.is_system === 1 && !may_be_system)) {
    throw new Refusal('inexistent_tenant', {
      message: name === undefined ? no_tenant_yet : `There is no tenant "${name}".`,
    })
  }
  return tenantFromRow(row)
}

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

const scriptOf = ({ connection, script }: { connection: string | undefined; script: string | undefined }) => ({
  name: requireOption(connection, '--connection'),
  script: scriptNamed(requireOption(script, '--script')),
})

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

/** Every command on the store by its name. */
export const storeCommands = {
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

  'tenants plan': ({ tenant, plan }) => {
    const tenant_name = requireOption(tenant, '--tenant')
    const new_plan = readPlan(requireOption(plan, '--plan'))
    return async (deps) => {
      const { tenant_id, name } = await tenantNamed(deps.db, tenant_name)
      await changePlan(deps, tenant_id, new_plan)
      return { stdout: `The tenant "${name}" has the plan ${new_plan} now.` }
    }
  },

  'admin-link':
    ({ tenant }) =>
    async (deps) => {
      const link = await createSetupLink(deps, await tenantNamed(deps.db, tenant))
      return { stdout: link ?? refuse(no_admin_origin) }
    },

  'management-client create':
    ({ tenant: name, 'export-password-hashes': exports_hashes }) =>
    async (deps) => {
      const tenant = await tenantNamed(deps.db, name)
      const issuer = issuerOf(tenant, deps.site.scheme)
      const named_scopes = exports_hashes === true ? ['export:password_hashes'] : []
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

  'templates apply': ({ template, name, settings_json = '{}', client, mode, tenant: tenant_name }) => {
    const choice = {
      template: requireOption(template, '--template'),
      name: connectionName(name),
      settings: JSON.parse(settings_json) as Record<string, string>,
      client_id: optionalOption(client, '--client'),
      mode: templateMode(mode),
    }
    return async (deps) => {
      const tenant = await tenantNamed(deps.db, tenant_name)
      return { stdout: await applyTemplateChoice({ ...deps, ...deps.scripting() }, tenant, choice) }
    }
  },

  // Answers JSON, which is described where the command is typed.
  'templates propose': ({ name, propose_json = '{"settings":{}}', tenant: tenant_name }) => {
    const connection = connectionName(name)
    const choice = JSON.parse(propose_json) as ProposeChoice
    return async (deps) => {
      const tenant = await tenantNamed(deps.db, tenant_name)
      const inspection = await proposeChoice({ ...deps, ...deps.scripting() }, tenant, connection, choice)
      return { stdout: JSON.stringify(inspection, null, 2) }
    }
  },

  'scripts try': ({ connection, try_json = '{}', tenant: tenant_name, 'allow-writes': allow_writes = false, json }) => {
    const name = requireOption(connection, '--connection')
    const choice = JSON.parse(try_json) as TryChoice
    return async (deps) => {
      const tenant = await tenantNamed(deps.db, tenant_name)
      const tried = { name, choice, allow_writes, as_json: json === true }
      return await tryChoice({ ...deps, ...deps.scripting() }, tenant, tried)
    }
  },

  'scripts versions': ({ connection, script, tenant: tenant_name, json }) => {
    const listed = { ...scriptOf({ connection, script }), as_json: json === true }
    return async (deps) => {
      const tenant = await tenantNamed(deps.db, tenant_name)
      return { stdout: await describeVersions({ ...deps, ...deps.scripting() }, tenant, listed) }
    }
  },

  'scripts log': ({ connection, script, tenant: tenant_name, errors, lines = '50', follow = false, json }) => {
    const name = requireOption(connection, '--connection')
    const count = Number(lines)
    if (!/^\d{1,4}$/.test(lines) || count < 1 || count > script_log_lines_max)
      refuse(`--lines must be a number from 1 to ${script_log_lines_max}; it is "${lines}".`)
    const choice: ScriptLogChoice = {
      lines: count,
      as_json: json === true,
      ...(script === undefined ? {} : { script: scriptNamed(script) }),
      ...(errors === true ? { level: 'error' } : {}),
    }
    return async (deps) => {
      const of_connection = await connectionNamed(deps.db, await tenantNamed(deps.db, tenant_name), name)
      const read = await readScriptLog({ ...deps, ...deps.scripting() }, of_connection, choice)
      return { stdout: read.text, ...(follow ? { follow: read.follow } : {}) }
    }
  },

  'scripts restore': ({ connection, script, to, tenant: tenant_name }) => {
    const number = requireOption(to, '--to')
    if (!/^\d{1,15}$/.test(number)) refuse('--to must be the number of a version, as scripts versions prints it.')
    const restored = { ...scriptOf({ connection, script }), version: Number(number) }
    return async (deps) => {
      const tenant = await tenantNamed(deps.db, tenant_name)
      return { stdout: await restoreChoice({ ...deps, ...deps.scripting() }, tenant, restored) }
    }
  },

  sandboxes: ({ tenant: tenant_name, json }) => {
    const as_json = json === true
    return async (deps) => {
      const tenant_id = tenant_name === undefined ? undefined : (await tenantNamed(deps.db, tenant_name)).tenant_id
      return { stdout: await describeSandboxes(deps.db, deps.scripting().scripts.usage(), { tenant_id, as_json }) }
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
