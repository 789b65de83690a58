import type { Client } from '../clients/client.ts'
import type { ResourceServer } from '../clients/resource-server.ts'
import type { PendingLogin } from '../login/conclude-login.ts'
import type { Caller } from '../logs/record-event.ts'
import type { StoredRefreshToken } from '../store/refresh-tokens.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { User } from '../users/user.ts'
import type { Fields } from './fields.ts'
import type { DoorParts } from './oauth-parts.ts'

/** A request to the token endpoint whose client is known and may use the grant. */
export type TokenRequest = {
  tenant: Tenant
  issuer: string
  client: Client
  fields: Fields
  caller: Caller
}

/** What a request ends in: what the tokens will say, for the client itself or for a user. */
export type Authorization = {
  /** The API that the access token is for; undefined for `/userinfo` alone. */
  resource_server: ResourceServer | undefined
  scope: string[]
  /** The access token's `gty`. */
  gty: string
} & ({ kind: 'client' } | ({ kind: 'user' } & AuthorizedUser))

/** The user whom tokens are about. */
export type AuthorizedUser = {
  user: User
  connection_id: string
  connection_name: string | undefined
  /** What the tokens are given for, to be used up or written with them. */
  by: { kind: 'refresh_token'; presented: StoredRefreshToken } | { kind: 'login'; pending: PendingLogin | undefined }
}

/** One grant of the token endpoint: its own part, and nothing of what all of them share. */
export type Grant = {
  grant_type: string
  /** Any of these in the client's `grant_types` allows it. */
  allowed_by: readonly string[]
  /** Parameters that must be there, in the order in which a missing one is named. */
  required: readonly string[]
  /**
   * Log types of a success and of a refusal, and what both are about. With `login_writes` the login has written an event for what
   * it refused, and no second one follows.
   */
  logs: { success: string; failure: string; exchange: string; login_writes: boolean }
  /**
   * Decides the request. Client, grant type and the presence of parameters are settled; signing, refresh tokens and the log are
   * the endpoint's.
   *
   * @throws {Refusal}
   */
  authorize(parts: DoorParts, request: TokenRequest): Promise<Authorization>
}
