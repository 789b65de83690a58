import { defined } from '../../base/defined.ts'
import type { AuthorizationRequest } from '../authorize/authorization-request.ts'
import type { Interaction } from '../authorize/interactions.ts'

/** The paths of the pages of a sign-in and of a logout, as at Auth0. `classic`: a tenant's own login page, whose forms go to `callback`. */
export const page_paths = {
  login: '/u/login',
  classic: '/login',
  callback: '/login/callback',
  signup: '/u/signup',
  forgot: '/u/reset-password/request',
  consent: '/u/consent',
  logout: '/u/logout',
} as const

/** The path of a page that carries a sealed request. */
export const withState = (path: string, state: string): string => `${path}?state=${state}`

// The address of the page is a header line of limited length, together with the cookies.
const shown_max = 500

/** The address of a tenant's own login page: the sealed request, and what the scripts of such pages read from the address. */
export function classicAddress({ client, target, parameters }: AuthorizationRequest, state: string): string {
  const { prompt, response_type, scope } = parameters
  const shown = { prompt, response_type, scope, redirect_uri: target.redirect_uri }
  const query = new URLSearchParams({ client: client.client_id, protocol: 'oauth2' })
  for (const [name, value] of Object.entries(defined(shown))) {
    if (value.length <= shown_max) query.set(name, value)
  }
  return `${withState(page_paths.classic, state)}&${query}`
}

/**
 * The path of the page that asks the user first: `screen_hint=signup` and `prompt=create` ask for the sign-up.
 *
 * @param has_own_page whether the login page of the client is the tenant's own, which shows the sign-up too
 */
export function firstPage(
  page: Interaction['page'],
  request: AuthorizationRequest,
  { state, has_own_page }: { state: string; has_own_page: boolean },
): string {
  if (page === 'login' && has_own_page) return classicAddress(request, state)
  const { prompts, parameters, connections } = request
  const wants_signup = prompts.has('create') || parameters['screen_hint'] === 'signup'
  const is_open = connections.some(({ options }) => options.disable_signup !== true)
  return withState(page_paths[page === 'login' && wants_signup && is_open ? 'signup' : page], state)
}
