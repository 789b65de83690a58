import type { Language } from '../base/message.ts'
import { supportOf } from '../tenants/brand-of.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { ownTextsOf } from './own-texts.ts'
import { translator } from './translate.ts'

/** What people whose message does not come are asked to do, in the tenant's words where it has its own, with its support contact. */
export function contactText(tenant: Tenant, language: Language): string {
  const t = translator({ language, own_texts: ownTextsOf(tenant, language) })
  const { email, url } = supportOf(tenant) ?? { email: undefined, url: undefined }
  return [t('forgot_sent_contact'), email, url].filter((part) => part !== undefined).join(' ')
}
