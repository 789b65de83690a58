import { oneLine } from '../mail/write-mail.ts'
import { brandOf } from '../tenants/brand-of.ts'
import type { Tenant } from '../tenants/tenant.ts'

const name_max = 60
// Of a page, a mailbox or a telephone: mail programs make links of them.
const address_form =
  /:\/\/|\b(?:https?|mailto|tel|sms|javascript|data):|\bwww\.|\S@\S|[.。][\p{L}\p{N}-]+(?:[/\\?#]|:\d)/iu

/** Whether a text has an address in it, also one that is interrupted by characters without a shape. */
const holdsAddress = (text: string): boolean => address_form.test(text.normalize('NFKC').replaceAll(/\p{C}/gu, ''))

/**
 * The name of a tenant in what this server sends or shows to a person whom the tenant chose: one line of at most 60 characters. A friendly
 * name with an address in it is left out: the tenant then has the name that the operator gave it, or its host.
 */
export function shownTenantName(tenant: Tenant): string {
  const { name } = brandOf(tenant)
  const line = holdsAddress(name) ? '' : oneLine(name)
  const shown = Array.from(line === '' ? (tenant.is_default ? tenant.domain : tenant.name) : line)
  return shown.length > name_max ? `${shown.slice(0, name_max - 1).join('')}…` : shown.join('')
}
