import { adminOrigin } from '../../admins/system-tenant.ts'
import { isJsonObject } from '../../base/json.ts'
import { isLoopbackHost } from '../../config/admin-url.ts'
import { issuerOf, tenantFromRow, type Tenant } from '../../tenants/tenant.ts'
import type { CommandDeps } from '../command-deps.ts'
import { failure, messageOf, ok, warning, type Found } from './finding.ts'
import { requestDocument } from './request-document.ts'
import { tenantsToCheck } from './tenants-to-check.ts'

const discovery = '.well-known/openid-configuration'

function issuerIn(body: string): unknown {
  try {
    const read: unknown = JSON.parse(body)
    return isJsonObject(read) ? read['issuer'] : undefined
  } catch {
    return undefined
  }
}

/** A failure for this machine's own names; of other names it may be a firewall that lets only other machines in. */
function unreachable(address: string, error: unknown): Found {
  const { hostname } = new URL(address)
  const reason =
    error instanceof Error && error.name === 'TimeoutError' ? 'it did not answer within 5 s' : messageOf(error)
  const text = `${address} cannot be reached from this machine: ${reason}.`
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOTFOUND')
    return failure(text, `The name ${hostname} has no address: check DNS, and the addresses in the settings.`)
  if (isLoopbackHost(hostname))
    return failure(text, 'Check WHERRY_PUBLIC_URL, WHERRY_ADMIN_URL, WHERRY_HOST and WHERRY_PORT.')
  return warning(text, 'Open it from another machine: a firewall or router may let only those in. Check the proxy.')
}

async function checkAddress(name: string, address: string): Promise<Found> {
  try {
    const { status, body, untrusted } = await requestDocument(`${address}${discovery}`)
    const issuer = issuerIn(body)
    if (status !== 200 || issuer !== address) {
      const answer = typeof issuer === 'string' ? `the issuer ${issuer}` : `the status ${status}`
      return failure(
        `${address} answers with ${answer}, and not with the discovery document of ${name}.`,
        'Another program listens there, or the proxy does not pass on the Host header, or WHERRY_PUBLIC_URL is not the address of clients.',
      )
    }
    if (untrusted !== undefined) {
      return warning(
        `${address} answers, and this machine does not trust its certificate (${untrusted}).`,
        'Clients need a certificate that they trust. For a certificate of your own authority, give clients its file.',
      )
    }
    return ok(`${address} answers for ${name}.`)
  } catch (error) {
    return unreachable(address, error)
  }
}

async function tenantWhere(deps: CommandDeps, column: 'is_default' | 'is_system'): Promise<Tenant | undefined> {
  const row = await deps.db.selectFrom('tenants').selectAll().where(column, '=', 1).executeTakeFirst()
  return row && tenantFromRow(row)
}

/** Warns of a host that admins share with a tenant: browsers know cookies by their host, and not by the port. This machine's own is no risk of others. */
async function checkSharedHost(deps: CommandDeps, admin_url: string): Promise<Found[]> {
  const { hostname } = new URL(admin_url)
  if (isLoopbackHost(hostname)) return []
  const issuers = (await tenantsToCheck(deps.db))
    .filter(({ is_system }) => !is_system)
    .map((tenant) => issuerOf(tenant, deps.site.scheme))
    .filter((issuer) => new URL(issuer).hostname === hostname)
  if (issuers.length === 0) return []
  return [
    warning(
      `${admin_url} has the same host name as ${issuers.join(', ')}: browsers send the session cookie of an admin to the servers at all ports of this host.`,
      'Give WHERRY_ADMIN_URL a host name of its own, at which nothing else is served.',
    ),
  ]
}

/** Checks that the addresses of the default tenant and of admins reach this server, and that admins have a host name of their own. */
export async function checkAddresses(deps: CommandDeps): Promise<Found[]> {
  const { scheme } = deps.site
  const tenant = await tenantWhere(deps, 'is_default')
  if (!tenant) return [warning('There is no tenant yet.', 'Start the server once: npm start.')]
  const issuer = issuerOf(tenant, scheme)
  const system = await tenantWhere(deps, 'is_system')
  const admin_url = system && adminOrigin(system, scheme)
  const shared = admin_url === undefined ? [] : await checkSharedHost(deps, admin_url)
  if (!deps.in_server) {
    return [
      ...shared,
      warning(
        `No server uses ${deps.config.data_dir}, so that ${issuer} is not checked.`,
        'Start the server: npm start.',
      ),
    ]
  }
  const of_admins =
    admin_url === undefined
      ? warning(
          'There is no address for admins.',
          'Set WHERRY_ADMIN_URL, start the server, and print a link: admin-link.',
        )
      : await checkAddress('admins', admin_url)
  return [await checkAddress('the default tenant', issuer), of_admins, ...shared]
}
