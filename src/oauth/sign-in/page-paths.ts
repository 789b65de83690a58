/** The paths of the pages of a sign-in and of a logout, as at Auth0. */
export const page_paths = { login: '/u/login', consent: '/u/consent', logout: '/u/logout' } as const

/** The path of a page that carries a sealed request. */
export const withState = (path: string, state: string): string => `${path}?state=${state}`
