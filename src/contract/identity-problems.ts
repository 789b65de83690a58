import type { Problem } from './problem.ts'

/** Refusals about users and their identities. */
export const identity_problems = {
  inexistent_user: { status: 404, errorCode: 'inexistent_user', message: 'The user does not exist.' },
  user_exists: { status: 409, errorCode: 'auth0_idp_error', message: 'The user already exists.' },
  same_identity: {
    status: 400,
    errorCode: 'invalid_body',
    message: 'Main identity and the new one are the same.',
  },
  main_identity: {
    status: 400,
    errorCode: 'invalid_uri',
    message: 'The main identity of a user cannot be unlinked.',
  },
  identity_linked: { status: 409, errorCode: 'identity_conflict', message: 'Specified identity already exists.' },
  inexistent_identity: {
    status: 404,
    errorCode: 'inexistent_identity',
    message: 'The user does not have this identity.',
  },
  inexistent_session: {
    status: 404,
    errorCode: 'inexistent_session',
    message: 'The session does not exist, or has ended.',
  },
  inexistent_refresh_token: {
    status: 404,
    errorCode: 'inexistent_refresh_token',
    message: 'The refresh token does not exist, was revoked, or has expired.',
  },
} as const satisfies Record<string, Problem>
