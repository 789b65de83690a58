// Constants that the oidc-provider server and the requests to it share.

/** The password grant that the benchmark registers. */
export const grant_type = 'http://auth0.com/oauth/grant-type/password-realm'

/** The registered client. */
export const bench_client = { client_id: 'bench', client_secret: 'bench-secret-of-at-least-32-characters' }

/** The API that access tokens are for. */
export const bench_api = 'https://api.bench.example/'
