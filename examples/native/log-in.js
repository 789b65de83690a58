// A program on the user's own machine: it logs the user in with the browser of the machine (RFC 8252), and keeps no secret.
import { once } from 'node:events'
import { createServer } from 'node:http'
import * as oidc from 'openid-client'

const { ISSUER = 'https://localhost:8443/', CLIENT_ID } = process.env
const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, undefined, oidc.None())

// The answer comes to a port that is free now. Wherry accepts any port of a native client's loopback address.
const listener = createServer().listen(0, '127.0.0.1')
await once(listener, 'listening')
const redirect_uri = `http://127.0.0.1:${listener.address().port}/callback`

const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
const expectedState = oidc.randomState()
const address = oidc.buildAuthorizationUrl(config, {
  redirect_uri,
  scope: 'openid profile email offline_access',
  code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: 'S256',
  state: expectedState,
})
console.log(`Open this address in your browser: ${address}`)

const [request, response] = await once(listener, 'request')
const tokens = await oidc
  .authorizationCodeGrant(config, new URL(request.url, redirect_uri), {
    pkceCodeVerifier,
    expectedState,
    idTokenExpected: true,
  })
  .finally(() => {
    response.end('You can close this window.')
    listener.close()
  })
const user = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
console.log(`Logged in: ${user.sub} ${user.email}`)

// The refresh token belongs into the key store of the operating system. Each use answers a new one.
const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token)
console.log(`Refreshed: the new access token expires in ${refreshed.expires_in} seconds.`)

// A log-out ends the refresh tokens here, and the session in the browser at the address that is printed.
await oidc.tokenRevocation(config, refreshed.refresh_token)
console.log(`Logged out here. In the browser: ${new URL(`/v2/logout?client_id=${CLIENT_ID}`, ISSUER)}`)
