import type { NonEmpty } from '../../base/non-empty.ts'
import type { Client } from '../../clients/client.ts'
import type { ResourceServer } from '../../clients/resource-server.ts'
import type { EnabledConnection } from '../../connections/connection-cache.ts'
import type { Connection } from '../../connections/connection.ts'
import type { Tenant } from '../../tenants/tenant.ts'

/** The parameters of an authorization request as the client sent them, each once. */
export type Parameters = Readonly<Record<string, string>>

/** How the answer reaches the client (OAuth 2.0 Multiple Response Types, Form Post Response Mode; `web_message` is Auth0's). */
export const response_modes = ['query', 'fragment', 'form_post', 'web_message'] as const

/** The response modes at the admin origin: an answer goes to a page of this origin only, by a navigation. */
export const admin_response_modes = ['query'] as const

/** One of `response_modes`. */
export type ResponseMode = (typeof response_modes)[number]

/** Values of `prompt` (OpenID Connect Core section 3.1.2.1; `create` is that of Initiating User Registration). */
export const prompts = ['none', 'login', 'consent', 'select_account', 'create'] as const

/** One of `prompts`. */
export type Prompt = (typeof prompts)[number]

/** Where the answer goes: a proven redirect URI, how, and what it contains besides the result. */
export type AnswerTarget = {
  client: Client
  issuer: string
  redirect_uri: string
  response_mode: ResponseMode
  state: string | undefined
  /** Whether the client asked for no page (`prompt=none`). */
  is_silent: boolean
}

/** What the answer contains. */
export type ResponseType = { code: boolean; token: boolean; id_token: boolean }

/** A PKCE challenge (RFC 7636 section 4.3). */
export type CodeChallenge = { challenge: string; method: 'S256' | 'plain' }

/** A checked authorization request. */
export type AuthorizationRequest = {
  tenant: Tenant
  client: Client
  parameters: Parameters
  target: AnswerTarget
  response_type: ResponseType
  resource_server: ResourceServer | undefined
  /** The scope that a login grants. */
  scope: string[]
  nonce: string | undefined
  code_challenge: CodeChallenge | undefined
  prompts: ReadonlySet<Prompt>
  /** Seconds since the last login after which the user must log in again. */
  max_age_s: number | undefined
  /** The user of `id_token_hint`. */
  hinted_user_id: string | undefined
  /** The connections of a new login, in the order in which they are tried. */
  connections: NonEmpty<Connection>
  /** The connections whose sessions are accepted. */
  accepted_connections: readonly EnabledConnection[]
}
