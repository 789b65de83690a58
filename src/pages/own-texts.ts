import type { Language } from '../base/message.ts'
import { customTextsOf } from '../tenants/custom-texts.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { MessageKey } from './messages/en.ts'

/** Texts of a tenant's own, in place of the default ones. */
export type OwnTexts = Readonly<Partial<Record<MessageKey, string>>>

/** The texts of a tenant's own in a language. */
export function ownTextsOf(tenant: Tenant, language: Language): OwnTexts {
  const prompts = Object.values(customTextsOf(tenant)[language] ?? {})
  return Object.assign({}, ...prompts.flatMap((screens) => Object.values(screens))) as OwnTexts
}
