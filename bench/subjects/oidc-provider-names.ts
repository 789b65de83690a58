// What the oidc-provider server and its callers both know.

/** The grant that the bench adds. */
export const grant_type = 'http://auth0.com/oauth/grant-type/password-realm'

/** The client of the bench. */
export const bench_client = { client_id: 'bench', client_secret: 'bench-secret-of-at-least-32-characters' }

/** The API that access tokens are for. */
export const bench_api = 'https://api.bench.example/'
