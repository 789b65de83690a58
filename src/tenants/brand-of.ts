import type { Tenant } from './tenant.ts'

/** How a tenant shows itself to people. */
export type Brand = { name: string; picture_url: string | undefined }

/** Where people may ask. */
export type Support = { email: string | undefined; url: string | undefined }

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

/** An address that a page may point to: http or https, nothing that runs. */
function webAddress(value: unknown): string | undefined {
  const given = text(value)
  if (given === undefined || !URL.canParse(given)) return undefined
  const url = new URL(given)
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined
}

/** How a tenant is called in mails and on pages, and its picture if it has one. */
export function brandOf(tenant: Tenant): Brand {
  return { name: nameOf(tenant), picture_url: webAddress(tenant.settings.picture_url) }
}

/** The friendly name, or else the name that the operator chose; nobody chose the default tenant's, so its host. */
function nameOf(tenant: Tenant): string {
  return text(tenant.settings.friendly_name) ?? (tenant.is_default ? tenant.domain : tenant.name)
}

/** Where the tenant's people may ask, or undefined when its settings do not say. */
export function supportOf(tenant: Tenant): Support | undefined {
  const email = text(tenant.settings.support_email)
  const url = webAddress(tenant.settings.support_url)
  return email === undefined && url === undefined ? undefined : { email, url }
}
