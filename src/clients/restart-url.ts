import type { Tenant } from '../tenants/tenant.ts'
import type { Client } from './client.ts'

function webUrl(value: unknown): URL | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined
  const url = new URL(value)
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined
}

/**
 * Where a login begins again: at the client's `initiate_login_uri`, with the issuer (OpenID Connect Core section 4), else at the tenant's
 * `default_redirection_uri`; undefined without either.
 */
export function restartUrl(tenant: Tenant, issuer: string, client: Client | undefined): string | undefined {
  const initiate = webUrl(client?.data['initiate_login_uri'])
  if (initiate) {
    initiate.searchParams.set('iss', issuer)
    return initiate.href
  }
  return webUrl(tenant.settings['default_redirection_uri'])?.href
}
