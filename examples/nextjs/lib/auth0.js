import { Auth0Client } from '@auth0/nextjs-auth0/server'

// AUTH0_DOMAIN, AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET, AUTH0_SECRET and APP_BASE_URL come from the environment.
export const auth0 = new Auth0Client({
  authorizationParameters: { scope: 'openid profile email offline_access' },
  // The SDK takes a domain with a port only as a URL, and a URL only with this. In production write the host alone.
  allowInsecureRequests: process.env.AUTH0_DOMAIN?.startsWith('https://localhost:'),
})
