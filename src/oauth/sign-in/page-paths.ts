import type { AuthorizationRequest } from '../authorize/authorization-request.ts'
import type { Interaction } from '../authorize/interactions.ts'

/** The paths of the pages of a sign-in and of a logout, as at Auth0. */
export const page_paths = {
  login: '/u/login',
  signup: '/u/signup',
  forgot: '/u/reset-password/request',
  consent: '/u/consent',
  logout: '/u/logout',
} as const

/** The path of a page that carries a sealed request. */
export const withState = (path: string, state: string): string => `${path}?state=${state}`

/** The path of the page that asks the user first: `screen_hint=signup` and `prompt=create` ask for the sign-up. */
export function firstPage(page: Interaction['page'], request: AuthorizationRequest, state: string): string {
  const { prompts, parameters, connection } = request
  const wants_signup = prompts.has('create') || parameters['screen_hint'] === 'signup'
  const is_open = connection.options.disable_signup !== true
  return withState(page_paths[page === 'login' && wants_signup && is_open ? 'signup' : page], state)
}
