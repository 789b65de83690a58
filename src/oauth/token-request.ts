import type { Client } from '../clients/client.ts'
import type { LogType } from '../contract/log-types.ts'
import type { Caller } from '../logs/record-event.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { Fields } from './request-fields.ts'
import type { TokenAnswer } from './sign-tokens.ts'

/** A request to the token endpoint by an authenticated client that may use the grant. */
export type TokenRequest = {
  tenant: Tenant
  /** The tenant's issuer, with the trailing slash. */
  issuer: string
  client: Client
  /** Whether the client authenticated; false for a public client. */
  is_authenticated: boolean
  fields: Fields
  caller: Caller
}

/** The log events of a grant: Auth0's event types of a success and of a failure, and the description of a success. */
export type GrantLogs = { success: LogType; failure: LogType; exchange: string }

/** One grant of the token endpoint. The endpoint authenticates the client, checks `allowed_by` and `required`, and logs refusals. */
export type Grant = {
  grant_type: string
  /** The client may use the grant if its `grant_types` has any of these. */
  allowed_by: readonly string[]
  /** Whether only a client that authenticated may use the grant. */
  needs_authentication: boolean
  /** Parameters that must be present, in the order in which a missing one is reported. */
  required: readonly string[]
  logs: GrantLogs
  /**
   * Issues tokens and writes the log event of the success.
   *
   * @throws {Refusal}
   */
  issue(request: TokenRequest): Promise<TokenAnswer>
}
