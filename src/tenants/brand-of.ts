import type { Branding } from '../contract/branding.ts'
import { brandingOf } from './branding.ts'
import type { Tenant } from './tenant.ts'

/** The name, the pictures and the colours of a tenant on pages and in mails. */
export type Brand = {
  name: string
  picture_url: string | undefined
  favicon_url: string | undefined
  colors: Branding['colors']
}

/** The support contact of a tenant. */
export type Support = { email: string | undefined; url: string | undefined }

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

/** An http or https URL; undefined for any other text, such as a `javascript:` URL. */
function webAddress(value: unknown): string | undefined {
  const address = text(value)
  if (address === undefined || !URL.canParse(address)) return undefined
  const url = new URL(address)
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined
}

/** The name, the pictures and the colours of a tenant. Its logo is that of the branding, else of the settings. */
export function brandOf(tenant: Tenant): Brand {
  const { logo_url, favicon_url, colors } = brandingOf(tenant)
  return {
    name: nameOf(tenant),
    picture_url: webAddress(logo_url) ?? webAddress(tenant.settings.picture_url),
    favicon_url: webAddress(favicon_url),
    colors,
  }
}

/** The friendly name, else the tenant's name. The default tenant has its host instead, because the operator does not choose its name. */
function nameOf(tenant: Tenant): string {
  return text(tenant.settings.friendly_name) ?? (tenant.is_default ? tenant.domain : tenant.name)
}

/** The support contact in a tenant's settings; undefined without one. */
export function supportOf(tenant: Tenant): Support | undefined {
  const email = text(tenant.settings.support_email)
  const url = webAddress(tenant.settings.support_url)
  return email === undefined && url === undefined ? undefined : { email, url }
}
