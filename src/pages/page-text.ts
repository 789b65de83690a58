import type { Tenant } from '../tenants/tenant.ts'
import { lookOf } from './look.ts'
import { problemLines, problemText, type PageError } from './page-problems.ts'
import { translator } from './translate.ts'

/** The text that a person reads on a page that reports a failure, in the first language of the tenant. `text` replaces that of the table. */
export function pageText(tenant: Tenant, error: PageError, text = problemText(error)): string {
  return problemLines(translator(lookOf(tenant, {})), error, text).join(' ')
}
