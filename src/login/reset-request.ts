import type { Language } from '../base/message.ts'
import type { Client } from '../clients/client.ts'
import type { Connection } from '../connections/connection.ts'
import type { Caller } from '../logs/record-event.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** A request for a new password. */
export type ResetRequest = {
  tenant: Tenant
  connection: Connection
  client?: Client
  /** E-mail address, username or phone number, as typed. */
  identifier: string
  /** The language of the mail and of the page behind its link; the tenant's first where it is left out. */
  language?: Language
  caller: Caller
}
