import type { AnswerTarget } from './authorization-request.ts'

/** Error codes of the authorization endpoint (RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6; `unauthorized` is Auth0's). */
export type AuthorizationErrorCode =
  | 'invalid_request'
  | 'unauthorized_client'
  | 'unsupported_response_type'
  | 'unsupported_response_mode'
  | 'access_denied'
  | 'unauthorized'
  | 'server_error'
  | 'temporarily_unavailable'
  | 'login_required'
  | 'consent_required'
  | 'interaction_required'
  | 'request_not_supported'
  | 'request_uri_not_supported'

/** Ends an authorization request with an error that the client receives at its redirect URI, which is proven. */
export class AuthorizationError extends Error {
  readonly error: AuthorizationErrorCode
  readonly target: AnswerTarget
  /** Whether a log event of it exists. */
  readonly is_logged: boolean

  constructor(
    target: AnswerTarget,
    error: AuthorizationErrorCode,
    description: string,
    { is_logged = false }: { is_logged?: boolean } = {},
  ) {
    super(description)
    this.name = 'AuthorizationError'
    this.error = error
    this.target = target
    this.is_logged = is_logged
  }
}
