// Calls Auth0's SDKs, in a process that trusts the server's certificate, and prints what they answered.
import { createRequire } from 'node:module'
import { AuthenticationClient as Version4 } from 'auth0-v4'
import { refusalOf } from '../support/refusal-of.ts'

/** What the calls need to know. */
export type SdkInput = {
  domain: string
  client_id: string
  client_secret: string
  realm: string
  email: string
  password: string
  audience: string
}

const { AuthenticationClient: Version2 } = createRequire(import.meta.url)('auth0-v2')

async function version2(input: SdkInput): Promise<object> {
  const { domain, client_id, client_secret, email, password, realm, audience } = input
  const client = new Version2({ domain, clientId: client_id, clientSecret: client_secret })
  const scope = 'openid profile email offline_access'
  const login = await client.passwordGrant({ username: email, password, realm, scope })
  const renewed = await client.refreshToken({ refresh_token: login.refresh_token })
  const profile = await client.getProfile(login.access_token)
  const machine = await client.clientCredentialsGrant({ audience })
  const wrong = await refusalOf(client.passwordGrant({ username: email, password: 'wrong', realm, scope }))
  const default_directory = await client.passwordGrant({ username: email, password, scope })
  const signed_up = await client.database.signUp({
    email: 'v2@example.com',
    password: 'Compiler no. 1',
    connection: realm,
  })
  const reset = await client.database.requestChangePasswordEmail({ email, connection: realm })
  return { login, renewed, profile, machine, wrong, default_directory, signed_up, reset }
}

async function version4(input: SdkInput): Promise<object> {
  const { domain, client_id, client_secret, email, password, realm, audience } = input
  const client = new Version4({ domain, clientId: client_id, clientSecret: client_secret })
  const scope = 'openid profile email offline_access'
  const { data: login } = await client.oauth.passwordGrant({ username: email, password, realm, scope })
  const { data: renewed } = await client.oauth.refreshTokenGrant({ refresh_token: login.refresh_token ?? '' })
  const { data: machine } = await client.oauth.clientCredentialsGrant({ audience })
  const wrong = await refusalOf(client.oauth.passwordGrant({ username: email, password: 'wrong', realm, scope }))
  await client.oauth.revokeRefreshToken({ token: renewed.refresh_token ?? '' })
  const revoked = await refusalOf(client.oauth.refreshTokenGrant({ refresh_token: renewed.refresh_token ?? '' }))
  const { data: signed_up } = await client.database.signUp({
    email: 'v4@example.com',
    password: 'Compiler no. 1',
    connection: realm,
  })
  const { data: reset } = await client.database.changePassword({ email, connection: realm })
  return { login, renewed, machine, wrong, revoked, signed_up, reset }
}

const input = JSON.parse(process.argv[2] ?? '') as SdkInput
console.log(JSON.stringify({ v2: await version2(input), v4: await version4(input) }))
