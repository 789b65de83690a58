import type { JsonObject } from '../base/json.ts'
import type { Client } from '../clients/client.ts'
import type { Connection } from '../connections/connection.ts'
import type { Caller } from '../logs/record-event.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { User } from '../users/user.ts'

/** How a login came, by Auth0's names: `context.protocol` of a rule. */
export type LoginProtocol =
  | 'oidc-basic-profile'
  | 'oidc-implicit-profile'
  | 'oidc-hybrid-profile'
  | 'oauth2-password'
  | 'oauth2-refresh-token'

/** What a login grants, and the request that asked for it. No member holds a secret of the request. */
export type LoginGrant = {
  protocol: LoginProtocol
  /** The scope that the login grants unless a step changes it. */
  scope: readonly string[]
  /** The API that the access token is for; undefined for a token that only `/userinfo` accepts. */
  audience: string | undefined
  /** Parameters of the request's query, and of its body. */
  query: Readonly<Record<string, string>>
  body: Readonly<Record<string, string>>
  /** The parameters of the authorization request; empty for a login without a browser. */
  parameters: Readonly<Record<string, string>>
  /** When the user proved the password, in epoch milliseconds; undefined for a login that has just done so. */
  authenticated_at?: number
  session_id?: string
}

/** The grant of a login for which no step runs: it issues no tokens. */
export const no_grant: LoginGrant = {
  protocol: 'oauth2-password',
  scope: [],
  audience: undefined,
  query: {},
  body: {},
  parameters: {},
}

/** The login that post-login steps decide. */
export type PostLoginContext = {
  tenant: Tenant
  connection: Connection
  client: Client
  user: User
  caller: Caller
  grant: LoginGrant
}

/**
 * The input of a post-login step. `is_resumed`: the user comes back from the redirect of this step, and `resume_with` is what the step
 * returned with it. `logins_count`: with this login, where it counts as one.
 */
export type PostLoginInput = PostLoginContext & { is_resumed: boolean; resume_with?: string; logins_count: number }

/** What a step changes in the tokens of a login. `scope` replaces the granted one, as far as it may. */
export type TokenChanges = { id_token: JsonObject; access_token: JsonObject; scope?: string[] }

/** Changes nothing. */
export const no_token_changes: TokenChanges = { id_token: {}, access_token: {} }

/** The call of a step, for the log event of the login: its id in the script log, and the step that ended it. */
export type PostLoginCall = JsonObject

/**
 * The answer of a post-login step. `message` of `deny` is the text that the step sends to the application, that of `error` and `not_run` is
 * for the tenant's log. `not_run`: the server could not run the step now; the same login may succeed later.
 */
export type PostLoginAnswer =
  | { kind: 'allow'; changes?: TokenChanges }
  | { kind: 'deny'; message: string; call?: PostLoginCall }
  | { kind: 'error' | 'not_run'; message: string; call?: PostLoginCall }
  | { kind: 'redirect'; url: string; resume_with?: string }

/** A step between authentication and completion, such as a tenant's rules. */
export type PostLoginStep = (input: PostLoginInput) => Promise<PostLoginAnswer>
