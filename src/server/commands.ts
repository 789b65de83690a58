import { defined } from '../base/defined.ts'
import { Check } from 'typebox/schema'
import { createSetupLink } from '../admins/setup-ticket.ts'
import { readConfig } from '../config/config.ts'
import { settings, type Setting } from '../config/settings.ts'
import { default_plan, plans, type Plan } from '../contract/plans.ts'
import { tenantRoutes } from '../contract/tenant.ts'
import { domainOfHost } from '../http/tenant-of.ts'
import { changePlan } from '../tenants/manage-tenants.ts'
import { Refusal } from '../contract/refusal.ts'
import { createTenant } from '../tenants/create-tenant.ts'
import { issuerOf, managementAudience, tenantFromRow, type Tenant } from '../tenants/tenant.ts'
import type { Db } from '../store/tables.ts'
import { compose, type Server } from './compose.ts'
import { makeDevCert } from './dev-cert.ts'
import { devCertGuide } from './dev-cert-guide.ts'
import { default_name } from './first-run.ts'
import { serve } from './serve.ts'
import { connectionFromTemplate, describeTemplates } from './template-commands.ts'

/** Options of the command line. */
export type CommandOptions = {
  name?: string | undefined
  domain?: string | undefined
  plan?: string | undefined
  tenant?: string | undefined
  folder?: string | undefined
  host?: string[] | undefined
  template?: string | undefined
  settings?: string | undefined
  client?: string | undefined
}

/** Runs a command with the environment and the options, and returns the exit status. */
export type Command = (env: Record<string, string | undefined>, options: CommandOptions) => Promise<number>

function settingLines(): string {
  return Object.entries<Setting>(settings)
    .map(([name, { description, default: standard }]) => {
      const note = standard === undefined || standard === '' ? '' : ` (default: ${standard})`
      return `  ${name}${note}\n      ${description}`
    })
    .join('\n')
}

/** Usage of the commands in a checkout and in an installed package. */
export const usage = `Usage: npm start                               start the server
       npm run -s wherry -- <command> [options]
       wherry <command> [options]              where the package is installed`

/** The text of `--help`. */
export const help = `Wherry moves users out of a legacy user store at their next login.

${usage}

Commands
  serve                                        start the server (what npm start does)
  dev-cert [--folder F] [--host H …]           make a local CA and certificate for https://localhost:8443
  tenants list                                 list the tenants
  tenants create --name N --domain D [--plan P]
                                               make a tenant and print its management client
  tenants plan --tenant N --plan P             change a tenant's plan
  admin-link [--tenant N]                      print a new set-up link for an admin; it works once, for 24 hours
  templates list                               list the script templates and their settings
  templates print --template T --name N --settings F [--client C]
                                               print a connection for POST /api/v2/connections, with the scripts of a
                                               template and its settings from the JSON file F, enabled for a client
  keys rotate [--tenant N]                     make the next signing key sign; tokens of the last one stay valid
                                               (the tenant '$system' signs the tokens of admins)

Options
  -h, --help                                   this text
  -v, --version                                the version

The commands for tenants, admin links and keys work on the store directly. The embedded store belongs to one
process at a time: stop the server first, or use PostgreSQL, or the Management API (POST /api/v2/tenants).

Settings (environment variables, or lines of a .env file in the working directory)
${settingLines()}
`

async function withServer<T>(
  env: Record<string, string | undefined>,
  work: (server: Server) => Promise<T>,
): Promise<T> {
  const server = await compose({ ...readConfig(env), log_level: 'error' })
  try {
    return await work(server)
  } finally {
    await server.close()
  }
}

async function tenantNamed(db: Db, name: string | undefined, may_be_system = false): Promise<Tenant> {
  const query = db.selectFrom('tenants').selectAll()
  const row = await (
    name === undefined ? query.where('is_default', '=', 1) : query.where('name', '=', name)
  ).executeTakeFirst()
  if (!row || (row.is_system === 1 && !may_be_system)) {
    throw new Refusal('inexistent_tenant', {
      message: name === undefined ? 'There is no tenant yet: start the server once.' : `There is no tenant "${name}".`,
    })
  }
  return tenantFromRow(row)
}

function readPlan(text: string): Plan {
  const plan = plans.find((known) => known === text)
  if (!plan)
    throw new Refusal('invalid_request', { message: `--plan must be one of ${plans.join(', ')}; it is "${text}".` })
  return plan
}

const { name: name_schema, domain: domain_schema } = tenantRoutes.createTenant.body.properties

/** Input for creating a tenant, checked as the Management API checks it. */
function newTenant({ name, domain, plan }: CommandOptions) {
  const wanted = { name: requireOption(name, '--name'), domain: requireOption(domain, '--domain').toLowerCase() }
  const refuse = (message: string): never => {
    throw new Refusal('invalid_request', { message })
  }
  const name_valid: boolean = Check(name_schema, wanted.name)
  const domain_valid: boolean = Check(domain_schema, wanted.domain)
  if (!name_valid) refuse(`--name must be small letters, digits and hyphens, at most 63; it is "${wanted.name}".`)
  if (!domain_valid) refuse(`--domain must be a host with an optional port and nothing else; it is "${wanted.domain}".`)
  if (wanted.name === default_name) refuse(`"${default_name}" is the tenant that the first start makes.`)
  return { ...wanted, plan: readPlan(plan ?? default_plan) }
}

function requireOption(value: string | undefined, option: string): string {
  if (value === undefined || value.trim() === '')
    throw new Refusal('invalid_request', { message: `Please give ${option}.` })
  return value.trim()
}

const no_admin_origin =
  'There is no address for admins: set WHERRY_ADMIN_URL and start the server once. Then admin-link prints a set-up link.'

/** Every command by its name. */
export const commands: Record<string, Command | undefined> = {
  serve: async (env) => await serve(readConfig(env)),

  'dev-cert': async (_env, { folder, host }) => {
    const made = await makeDevCert({ folder: folder ?? 'certs', ...defined({ hosts: host }) })
    console.log(devCertGuide(made))
    return 0
  },

  'templates list': async () => {
    console.log(await describeTemplates())
    return 0
  },

  'templates print': async (_env, { template, name, settings: file, client }) => {
    const choice = {
      template: requireOption(template, '--template'),
      name: requireOption(name, '--name'),
      settings_file: requireOption(file, '--settings'),
      client_id: client,
    }
    console.log(await connectionFromTemplate(choice))
    return 0
  },

  'tenants list': async (env) =>
    await withServer(env, async (server) => {
      const tenants = server.db.selectFrom('tenants').selectAll().where('is_system', '=', 0)
      const rows = await tenants.orderBy('created_at').execute()
      for (const row of rows)
        console.log(`${row.name}\t${row.domain}\t${row.plan}${row.is_default === 1 ? '\t(default)' : ''}`)
      return 0
    }),

  'tenants create': async (env, options) => {
    const wanted = newTenant(options)
    return await withServer(env, async (server) => {
      const domain = domainOfHost(wanted.domain, server.site.scheme)
      const { tenant, management_client } = await createTenant(server, { ...wanted, domain })
      const issuer = issuerOf(tenant, server.site.scheme)
      const admin_setup_url = await createSetupLink(server, tenant)
      const printed = {
        issuer,
        management_audience: managementAudience(issuer),
        management_client_id: management_client.client_id,
        management_client_secret: management_client.client_secret,
        ...defined({ admin_setup_url }),
      }
      console.log(JSON.stringify(printed, null, 2))
      if (admin_setup_url === undefined) console.error(no_admin_origin)
      return 0
    })
  },

  'tenants plan': async (env, { tenant, plan }) => {
    const tenant_name = requireOption(tenant, '--tenant')
    const new_plan = readPlan(requireOption(plan, '--plan'))
    return await withServer(env, async (server) => {
      const { tenant_id, name } = await tenantNamed(server.db, tenant_name)
      await changePlan(server, tenant_id, new_plan)
      console.log(`The tenant "${name}" has the plan ${new_plan} now.`)
      return 0
    })
  },

  'admin-link': async (env, { tenant }) =>
    await withServer(env, async (server) => {
      const link = await createSetupLink(server, await tenantNamed(server.db, tenant))
      if (link === undefined) throw new Refusal('invalid_request', { message: no_admin_origin })
      console.log(link)
      return 0
    }),

  'keys rotate': async (env, { tenant }) =>
    await withServer(env, async (server) => {
      const { tenant_id, name } = await tenantNamed(server.db, tenant, true)
      const kid = await server.keys.rotate(tenant_id)
      console.log(`The tenant "${name}" signs with the key ${kid} now. Running servers follow within a few seconds.`)
      return 0
    }),
}
