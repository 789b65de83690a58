import type { Problem } from './problem.ts'

/** Refusals of the OAuth endpoints, of sign-up and of the pages of mailed links. */
export const oauth_problems = {
  // OAuth and OpenID Connect
  wrong_credentials: { status: 403, error: 'invalid_grant', message: 'Wrong email or password.' },
  second_factor_unsupported: {
    status: 403,
    error: 'unauthorized',
    message: 'The user needs a second factor, which is not supported here. A password alone is not enough.',
  },
  user_blocked: { status: 403, error: 'unauthorized', message: 'user is blocked' },
  invalid_client: { status: 401, error: 'access_denied', message: 'Unauthorized' },
  invalid_request: { status: 400, error: 'invalid_request', message: 'Invalid request' },
  unsupported_grant_type: { status: 403, error: 'unsupported_grant_type', message: 'Unsupported grant type' },
  unauthorized_client: { status: 403, error: 'unauthorized_client', message: 'Grant type not allowed for the client.' },
  invalid_code: { status: 403, error: 'invalid_grant', message: 'Invalid authorization code' },
  invalid_code_verifier: { status: 403, error: 'invalid_grant', message: 'Failed to verify code verifier' },
  unknown_client: { status: 400, error: 'invalid_request', message: 'Unknown client' },
  callback_mismatch: {
    status: 400,
    error: 'invalid_request',
    message: 'Callback URL mismatch: the redirect_uri is not in the list of allowed callback URLs of the client.',
  },
  logout_url_mismatch: {
    status: 400,
    error: 'invalid_request',
    message: 'The URL to return to after the logout is not in the list of allowed logout URLs.',
  },
  preview_expired: {
    status: 400,
    error: 'invalid_request',
    message: 'This preview has expired. Show it again.',
  },
  login_expired: {
    status: 400,
    error: 'invalid_request',
    message: 'This login page has expired. Go back to the application and log in again.',
  },
  cookies_missing: {
    status: 400,
    error: 'invalid_request',
    message: 'The browser did not send the cookie that belongs to this login page. Allow cookies and try again.',
  },
  prefetched: {
    status: 503,
    error: 'temporarily_unavailable',
    message: 'This address is not fetched ahead: opening it changes something.',
  },
  invalid_refresh_token: { status: 403, error: 'invalid_grant', message: 'Unknown or invalid refresh token.' },
  no_default_directory: {
    status: 500,
    error: 'server_error',
    message: 'Authorization server not configured with default connection.',
  },
  unknown_audience: { status: 403, error: 'access_denied', message: 'Service not found' },
  no_client_grant: {
    status: 403,
    error: 'access_denied',
    message: 'Client is not authorized to access this audience.',
  },
  exchange_denied: { status: 400, error: 'invalid_request', message: 'The token request was denied.' },
  exchange_failed: { status: 500, error: 'server_error', message: 'We could not complete the token request.' },
  cross_origin_login_not_allowed: {
    status: 401,
    error: 'unauthorized_client',
    message: 'Cross origin login not allowed.',
  },
  origin_not_allowed: {
    status: 403,
    error: 'access_denied',
    message: 'The origin of the page is not among the allowed origins of the client.',
  },
  unsupported_credential_type: {
    status: 400,
    error: 'unsupported_credential_type',
    message: 'Unknown credential type parameter.',
  },
  unknown_realm: { status: 400, error: 'invalid_request', message: 'Unknown realm' },
  password_too_long: {
    status: 400,
    error: 'invalid_request',
    errorCode: 'invalid_body',
    message: 'The password is too long: at most 1024 bytes in UTF-8.',
  },
  identifier_too_long: {
    status: 400,
    error: 'invalid_request',
    errorCode: 'invalid_body',
    message: 'The e-mail address or username is too long: at most 254 characters.',
  },
  too_many_attempts: {
    status: 429,
    error: 'too_many_attempts',
    message:
      'Your account has been blocked after multiple consecutive login attempts. Reset your password or wait before you try again.',
  },
  address_locked: {
    status: 429,
    error: 'too_many_attempts',
    message:
      'Too many failed logins came from your network address. The address is blocked for a while, not your account; from another network you can log in.',
  },
  login_refused: { status: 400, error: 'invalid_request', message: 'The login was refused.' },
  login_denied: { status: 403, error: 'unauthorized', message: 'Access denied.' },
  login_not_completed: { status: 500, error: 'server_error', message: 'We could not complete your login.' },
  legacy_unavailable: {
    status: 503,
    error: 'temporarily_unavailable',
    message: 'The user store cannot be reached right now. Your password was not checked.',
  },
  overloaded: {
    status: 503,
    error: 'temporarily_unavailable',
    message: 'The server has more work than it can do right now. Try again in a moment.',
  },
  store_unavailable: {
    status: 503,
    error: 'temporarily_unavailable',
    errorCode: 'temporarily_unavailable',
    message: 'The server cannot reach its own store right now. Try again in a moment.',
  },

  // Sign-up and reset
  invalid_signup: { status: 400, error: 'invalid_signup', message: 'Invalid sign up' },
  signup_user_exists: { status: 400, error: 'user_exists', message: 'The user already exists.' },
  signup_disabled: { status: 400, error: 'signup_disabled', message: 'public signup is disabled' },
  signup_unavailable: {
    status: 503,
    error: 'temporarily_unavailable',
    message: 'We could not check right now whether you are registered already. Please try again in a few minutes.',
  },
  registration_denied: {
    status: 400,
    error: 'extensibility_error',
    errorCode: 'extensibility_error',
    message: 'The registration was denied.',
  },
  registration_failed: {
    status: 500,
    error: 'server_error',
    errorCode: 'extensibility_error',
    message: 'We could not complete the registration, and no user was created. Please try again later.',
  },
  unknown_connection: {
    status: 400,
    error: 'bad.connection',
    message: 'The connection does not exist or is not enabled for this client.',
  },
  password_change_disabled: {
    status: 400,
    error: 'password_change_disabled',
    message: 'Changing the password is not available on this connection.',
  },
  weak_password: { status: 400, error: 'invalid_password', errorCode: 'invalid_body', message: 'Password is too weak' },
  ticket_invalid: {
    status: 400,
    error: 'access_expired',
    message:
      'This link is no longer valid: it was used already, it has expired, or the password was changed since. Ask for a new one.',
  },
  reset_code_invalid: {
    status: 400,
    error: 'access_denied',
    message: 'This code is wrong, was used or has expired. After five wrong codes a new one is needed.',
  },
  ticket_in_use: {
    status: 409,
    error: 'access_denied',
    message: 'Another request is using this link right now. Try again in a minute.',
  },
  reset_changed: {
    status: 400,
    error: 'access_expired',
    message: 'This link no longer matches the user it was made for. Ask for a new one.',
  },
  form_from_elsewhere: {
    status: 403,
    error: 'access_denied',
    message: 'This form did not come from our own page.',
  },
  foreign_request: {
    status: 403,
    error: 'access_denied',
    message: 'This request did not come from a page of this address.',
  },
  not_signed_in: {
    status: 401,
    error: 'login_required',
    message: 'No admin is signed in with this browser: there is no session, or it has ended.',
  },

  // Scripts that change a legacy store
  script_missing: {
    status: 400,
    error: 'not_supported',
    errorCode: 'operation_not_supported',
    message: 'The users of this connection are kept elsewhere, and it has no script for this operation.',
  },
  change_denied: {
    status: 403,
    error: 'unauthorized',
    errorCode: 'auth0_idp_error',
    message: 'The user store does not permit this change. Nothing was changed here.',
  },
  change_refused: {
    status: 400,
    error: 'invalid_request',
    errorCode: 'auth0_idp_error',
    message: 'The user store refused this change. Nothing was changed here.',
  },
  change_not_made: {
    status: 400,
    error: 'change_not_made',
    errorCode: 'auth0_idp_error',
    message: 'The user store did not make this change. Nothing was changed here.',
  },
  change_failed: {
    status: 502,
    error: 'server_error',
    errorCode: 'auth0_idp_error',
    message: 'The user store could not make this change. Nothing was changed here.',
  },
  legacy_change_unavailable: {
    status: 503,
    error: 'temporarily_unavailable',
    errorCode: 'temporarily_unavailable',
    message: 'The user store cannot be reached right now. Nothing was changed here; try again in a few minutes.',
  },
  signup_not_confirmed: {
    status: 502,
    error: 'server_error',
    errorCode: 'auth0_idp_error',
    message:
      'The user store registered the user, but did not confirm it with the first login. Log in with the new password.',
  },
} as const satisfies Record<string, Problem>
