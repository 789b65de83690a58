import type { Client } from '../clients/client.ts'
import type { ResourceServer } from '../clients/resource-server.ts'
import type { TokenChanges } from '../rules/post-login.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { User } from '../users/user.ts'

/**
 * How and when the user authenticated, as ID token claims (OpenID Connect Core section 2). `sid` is the session's id (OpenID Connect
 * Front-Channel Logout section 3). The token contains only the members that are present.
 */
export type AuthenticationClaims = {
  /** Seconds since the epoch. */
  auth_time?: number
  nonce?: string
  sid?: string
  at_hash?: string
  c_hash?: string
  acr?: string
  amr?: string[]
}

/** The subject of tokens: a user, or the client itself. */
export type TokenSubject = { kind: 'client' } | { kind: 'user'; user: User; authentication: AuthenticationClaims }

/** The content of tokens to issue: client, subject, resource server and scope. */
export type Authorization = {
  tenant: Tenant
  /** The tenant's issuer, with the trailing slash. */
  issuer: string
  client: Client
  subject: TokenSubject
  /** The API that accepts the access token; undefined for a token that only `/userinfo` accepts. */
  resource_server: ResourceServer | undefined
  scope: string[]
  /** Claims that post-login steps add to the tokens. The server's own claims take precedence. */
  custom_claims?: Pick<TokenChanges, 'id_token' | 'access_token'>
  /** The `gty` claim of the access token: Auth0's name of the grant. A login in a browser has none. */
  gty?: string
}
