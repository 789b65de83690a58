/** The paths of the pages of a sign-in, as at Auth0. */
export const page_paths = { login: '/u/login' } as const

/** The path of a page that carries a sealed request. */
export const withState = (path: string, state: string): string => `${path}?state=${state}`
