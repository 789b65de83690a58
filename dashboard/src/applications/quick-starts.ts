import type { ClientType } from './client-types'

/** The values of a tenant and an application that the code of a quick start has. */
export type QuickStartValues = {
  issuer: string
  /** The host of the issuer, with a port where it has one: what Auth0's SDKs call `domain`. */
  domain: string
  client_id: string
  /** The identifier of an API that the application may call for itself; undefined: none yet. */
  audience: string | undefined
}

/** A step of a quick start: the name of its title among the texts, or the name of a file, and its code. */
export type Step = { title: 'install' | 'environment' | 'call' | { file: string }; code: string }

/** How an application of one kind logs in with one library. */
export type QuickStart = {
  id: string
  label: string
  /** The URLs that the code needs in the settings. */
  urls: { callbacks?: string; allowed_logout_urls?: string; web_origins?: string }
  needs_secret?: true
  needs_api?: true
  steps: (values: QuickStartValues) => Step[]
}

const origin = 'http://localhost:4000'

const express: QuickStart = {
  id: 'express',
  label: 'Express',
  urls: { callbacks: `${origin}/callback`, allowed_logout_urls: origin },
  needs_secret: true,
  steps: ({ issuer, client_id }) => [
    { title: 'install', code: 'npm install express express-openid-connect' },
    {
      title: 'environment',
      code: `export AUTH0_CLIENT_SECRET='…'\nexport SESSION_SECRET="$(openssl rand -hex 32)"`,
    },
    {
      title: { file: 'server.mjs' },
      code: `import express from 'express'
import openidConnect from 'express-openid-connect'

const { auth, requiresAuth } = openidConnect
const app = express()

// Adds /login, /logout and /callback.
app.use(
  auth({
    issuerBaseURL: '${issuer}',
    baseURL: '${origin}',
    clientID: '${client_id}',
    clientSecret: process.env.AUTH0_CLIENT_SECRET,
    clientAuthMethod: 'client_secret_post',
    secret: process.env.SESSION_SECRET,
    authRequired: false,
    idpLogout: true,
    auth0Logout: true,
    authorizationParams: { response_type: 'code', scope: 'openid profile email' },
  }),
)

app.get('/profile', requiresAuth(), (request, response) => response.json(request.oidc.user))

app.listen(4000)`,
    },
  ],
}

const nextjs: QuickStart = {
  id: 'nextjs',
  label: 'Next.js',
  urls: { callbacks: `${origin}/auth/callback`, allowed_logout_urls: origin },
  needs_secret: true,
  steps: ({ issuer, domain, client_id }) => {
    // The SDK takes a domain with a port only as a URL, and a URL only with this option.
    const has_port = domain.includes(':')
    return [
      { title: 'install', code: 'npm install @auth0/nextjs-auth0' },
      {
        title: { file: '.env.local' },
        code: `AUTH0_DOMAIN='${has_port ? issuer.replace(/\/$/, '') : domain}'
AUTH0_CLIENT_ID='${client_id}'
AUTH0_CLIENT_SECRET='…'
AUTH0_SECRET='…' # openssl rand -hex 32
APP_BASE_URL='${origin}'`,
      },
      {
        title: { file: 'lib/auth0.js' },
        code: `import { Auth0Client } from '@auth0/nextjs-auth0/server'

export const auth0 = new Auth0Client(${has_port ? '{ allowInsecureRequests: true }' : ''})`,
      },
      {
        title: { file: 'proxy.js' },
        code: `import { auth0 } from './lib/auth0'

// Adds /auth/login, /auth/logout and /auth/callback.
export const proxy = (request) => auth0.middleware(request)

export const config = { matcher: ['/((?!_next/static|_next/image|favicon.ico).*)'] }`,
      },
    ]
  },
}

const spaUrls = { callbacks: `${origin}/`, allowed_logout_urls: `${origin}/`, web_origins: origin }

const spa: QuickStart = {
  id: 'javascript',
  label: 'JavaScript',
  urls: spaUrls,
  steps: ({ domain, client_id }) => [
    { title: 'install', code: 'npm install @auth0/auth0-spa-js' },
    {
      title: { file: 'app.js' },
      code: `import { createAuth0Client } from '@auth0/auth0-spa-js'

const auth0 = await createAuth0Client({
  domain: '${domain}',
  clientId: '${client_id}',
  useRefreshTokens: true,
  useRefreshTokensFallback: true,
  authorizationParams: { redirect_uri: \`\${location.origin}/\` },
})

if (/[?&](code|error)=/.test(location.search)) {
  await auth0.handleRedirectCallback()
  history.replaceState(null, '', '/')
}

const user = await auth0.getUser()
if (user) document.body.append(\`Hello \${user.name}\`)
else await auth0.loginWithRedirect()`,
    },
  ],
}

const react: QuickStart = {
  id: 'react',
  label: 'React',
  urls: spaUrls,
  steps: ({ domain, client_id }) => [
    { title: 'install', code: 'npm install @auth0/auth0-react' },
    {
      title: { file: 'main.jsx' },
      code: `import { Auth0Provider } from '@auth0/auth0-react'
import { createRoot } from 'react-dom/client'
import { App } from './app.jsx'

createRoot(document.getElementById('root')).render(
  <Auth0Provider
    domain="${domain}"
    clientId="${client_id}"
    useRefreshTokens
    useRefreshTokensFallback
    authorizationParams={{ redirect_uri: \`\${location.origin}/\` }}
  >
    <App />
  </Auth0Provider>,
)`,
    },
    {
      title: { file: 'app.jsx' },
      code: `import { useAuth0 } from '@auth0/auth0-react'

export function App() {
  const { isLoading, user, loginWithRedirect, logout } = useAuth0()
  if (isLoading) return <p>Loading</p>
  if (!user) return <button onClick={() => loginWithRedirect()}>Log in</button>
  const returnTo = \`\${location.origin}/\`
  return <button onClick={() => logout({ logoutParams: { returnTo } })}>Log {user.name} out</button>
}`,
    },
  ],
}

const command: QuickStart = {
  id: 'node',
  label: 'Desktop or command line (Node.js)',
  urls: { callbacks: 'http://127.0.0.1/callback' },
  steps: ({ issuer, client_id }) => [
    { title: 'install', code: 'npm install openid-client' },
    {
      title: { file: 'log-in.mjs' },
      code: `import { once } from 'node:events'
import { createServer } from 'node:http'
import * as oidc from 'openid-client'

const config = await oidc.discovery(new URL('${issuer}'), '${client_id}', undefined, oidc.None())

// Any free port: that of a native application's loopback address is not compared.
const listener = createServer().listen(0, '127.0.0.1')
await once(listener, 'listening')
const redirect_uri = \`http://127.0.0.1:\${listener.address().port}/callback\`

const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
const expectedState = oidc.randomState()
const address = oidc.buildAuthorizationUrl(config, {
  redirect_uri,
  scope: 'openid profile email offline_access',
  code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: 'S256',
  state: expectedState,
})
console.log(\`Open this address in your browser: \${address}\`)

const [request, response] = await once(listener, 'request')
const checks = { pkceCodeVerifier, expectedState, idTokenExpected: true }
const tokens = await oidc.authorizationCodeGrant(config, new URL(request.url, redirect_uri), checks)
response.end('You can close this window.')
listener.close()
console.log(tokens.claims())`,
    },
  ],
}

// A shell reads what is between single quotes as it is.
const inShell = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
const inScript = (text: string): string => JSON.stringify(text)

const curl: QuickStart = {
  id: 'curl',
  label: 'curl',
  urls: {},
  needs_secret: true,
  needs_api: true,
  steps: ({ issuer, client_id, audience = '…' }) => [
    { title: 'environment', code: `export AUTH0_CLIENT_SECRET='…'` },
    {
      title: 'call',
      code: `curl ${issuer}oauth/token \\
  --data-urlencode grant_type=client_credentials \\
  --data-urlencode client_id=${client_id} \\
  --data-urlencode "client_secret=$AUTH0_CLIENT_SECRET" \\
  --data-urlencode audience=${inShell(audience)}`,
    },
  ],
}

const service: QuickStart = {
  id: 'node-service',
  label: 'Node.js',
  urls: {},
  needs_secret: true,
  needs_api: true,
  steps: ({ domain, client_id, audience = '…' }) => [
    { title: 'install', code: 'npm install @auth0/auth0-auth-js' },
    { title: 'environment', code: `export AUTH0_CLIENT_SECRET='…'` },
    {
      title: { file: 'call.mjs' },
      code: `import { AuthClient } from '@auth0/auth0-auth-js'

const client = new AuthClient({
  domain: '${domain}',
  clientId: '${client_id}',
  clientSecret: process.env.AUTH0_CLIENT_SECRET,
})

// Keep the token until it expires: one request for a token per call is slow.
const { accessToken, expiresAt } = await client.getTokenByClientCredentials({ audience: ${inScript(audience)} })
console.log(\`The token ends at \${new Date(expiresAt * 1000).toISOString()}\`)`,
    },
  ],
}

/** The quick starts of each type of application, the usual one first. */
export const quick_starts: Readonly<Record<ClientType, readonly QuickStart[]>> = {
  regular_web: [express, nextjs],
  spa: [spa, react],
  native: [command],
  non_interactive: [curl, service],
}
