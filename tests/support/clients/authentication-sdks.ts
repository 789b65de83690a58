// The releases of Auth0's clients for servers, each behind the same calls.
import { createRequire } from 'node:module'
import { AuthClient } from '@auth0/auth0-auth-js'
import { AuthenticationClient as Version4 } from 'auth0-v4'
import { AuthenticationClient as Version7 } from 'auth0/legacy'
import type { TestClient } from '../requests.ts'
import { connection, type LegacyUser } from './issuer.ts'

/** The tokens of a login or a refresh. */
export type SdkTokens = { access_token: string; id_token: string; refresh_token: string }

/** The calls of a client, for the connection of the tests. A refused call rejects with the error of the SDK. */
export type AuthenticationSdk = {
  logIn(user: LegacyUser): Promise<SdkTokens>
  /** Logs in by a code. `browse` opens an authorization request and answers the address that the browser is sent to. */
  logInByCode(redirect_uri: string, browse: (address: string) => Promise<string>): Promise<SdkTokens>
  refresh(refresh_token: string): Promise<SdkTokens>
  /** Ends the refresh tokens of a login. */
  logOut(refresh_token: string): Promise<void>
  signUp(user: LegacyUser): Promise<{ email?: unknown }>
  requestReset(email: string): Promise<void>
  /** An access token of the client itself. */
  machineToken(audience: string): Promise<string>
}

type Connect = (domain: string, client: TestClient) => AuthenticationSdk

const scope = 'openid profile email offline_access'
const realm = connection
const { AuthenticationClient: Version2 } = createRequire(import.meta.url)('auth0-v2')

const tokensOf = (answer: {
  access_token?: string
  id_token?: string | undefined
  refresh_token?: string | undefined
}): SdkTokens => {
  const { access_token, id_token, refresh_token } = answer
  if (!access_token || !id_token || !refresh_token) throw new Error(`Tokens are missing: ${Object.keys(answer).join()}`)
  return { access_token, id_token, refresh_token }
}

// These releases build no authorization requests.
async function codeFor(
  { domain, client_id, redirect_uri }: { domain: string; client_id: string; redirect_uri: string },
  browse: (address: string) => Promise<string>,
): Promise<string> {
  const query = new URLSearchParams({ client_id, redirect_uri, response_type: 'code', scope })
  return new URL(await browse(`https://${domain}/authorize?${query}`)).searchParams.get('code') ?? ''
}

const version2: Connect = (domain, { client_id, client_secret }) => {
  const sdk = new Version2({ domain, clientId: client_id, clientSecret: client_secret })
  return {
    logIn: async ({ email, password }) =>
      tokensOf(await sdk.passwordGrant({ username: email, password, realm, scope })),
    logInByCode: async (redirect_uri, browse) => {
      const code = await codeFor({ domain, client_id, redirect_uri }, browse)
      return tokensOf(await sdk.oauth.authorizationCodeGrant({ code, redirect_uri }))
    },
    refresh: async (refresh_token) => tokensOf(await sdk.refreshToken({ refresh_token })),
    logOut: async (token) => await sdk.tokens.revokeRefreshToken({ token }),
    signUp: async (user) => await sdk.database.signUp({ ...user, connection }),
    requestReset: async (email) => await sdk.database.requestChangePasswordEmail({ email, connection }),
    machineToken: async (audience) => (await sdk.clientCredentialsGrant({ audience })).access_token,
  }
}

const version4 =
  (AuthenticationClient: typeof Version4 | typeof Version7): Connect =>
  (domain, { client_id, client_secret }) => {
    const sdk = new AuthenticationClient({ domain, clientId: client_id, clientSecret: client_secret })
    return {
      logIn: async ({ email, password }) =>
        tokensOf((await sdk.oauth.passwordGrant({ username: email, password, realm, scope })).data),
      logInByCode: async (redirect_uri, browse) => {
        const code = await codeFor({ domain, client_id, redirect_uri }, browse)
        return tokensOf((await sdk.oauth.authorizationCodeGrant({ code, redirect_uri })).data)
      },
      refresh: async (refresh_token) => tokensOf((await sdk.oauth.refreshTokenGrant({ refresh_token })).data),
      logOut: async (token) => void (await sdk.oauth.revokeRefreshToken({ token })),
      signUp: async (user) => (await sdk.database.signUp({ ...user, connection })).data,
      requestReset: async (email) => void (await sdk.database.changePassword({ email, connection })),
      machineToken: async (audience) => (await sdk.oauth.clientCredentialsGrant({ audience })).data.access_token,
    }
  }

const authJs: Connect = (domain, { client_id, client_secret }) => {
  const sdk = new AuthClient({ domain, clientId: client_id, clientSecret: client_secret })
  type Answer = Awaited<ReturnType<typeof sdk.getTokenByPassword>>
  const tokens = ({ accessToken, idToken, refreshToken }: Answer): SdkTokens =>
    tokensOf({ access_token: accessToken, id_token: idToken, refresh_token: refreshToken })
  return {
    logIn: async ({ email, password }) =>
      tokens(await sdk.getTokenByPassword({ username: email, password, realm, scope })),
    logInByCode: async (redirect_uri, browse) => {
      const { authorizationUrl, codeVerifier } = await sdk.buildAuthorizationUrl({
        authorizationParams: { redirect_uri, scope },
      })
      return tokens(await sdk.getTokenByCode(new URL(await browse(authorizationUrl.href)), { codeVerifier }))
    },
    refresh: async (refreshToken) => tokens(await sdk.getTokenByRefreshToken({ refreshToken })),
    logOut: async (token) => await sdk.revokeToken({ token }),
    signUp: async (user) => await sdk.database.signUp({ ...user, connection }),
    requestReset: async (email) => void (await sdk.database.changePassword({ email, connection })),
    machineToken: async (audience) => (await sdk.getTokenByClientCredentials({ audience })).accessToken,
  }
}

/** The clients by the name of their release. */
export const authentication_sdks: Record<string, Connect> = {
  'auth0 2': version2,
  'auth0 4': version4(Version4),
  'auth0/legacy of auth0 7': version4(Version7),
  '@auth0/auth0-auth-js': authJs,
}
