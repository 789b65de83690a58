// oidc-provider as a server under test.
import { join } from 'node:path'
import { freePort } from '../../tests/support/free-port.ts'
import { startMeasured } from '../measure/measured-process.ts'
import type { LoadRequest } from '../measure/run-load.ts'
import { bench_api, bench_client, grant_type } from './oidc-provider-constants.ts'
import {
  authorizationQuery,
  bench_redirect_uri,
  type BrowserServerUnderTest,
  type ServerUnderTest,
} from './server-under-test.ts'

/** A request to the token endpoint of the server on a port. */
const tokenRequestAt = (port: number, fields: Record<string, string>): LoadRequest => ({
  url: `http://127.0.0.1:${port}/token`,
  content_type: 'application/x-www-form-urlencoded',
  body: new URLSearchParams({ ...bench_client, ...fields }).toString(),
})

/** Starts oidc-provider on a PostgreSQL database. */
export async function startOidcProvider(database_url: string): Promise<ServerUnderTest> {
  const port = await freePort()
  const server = await startMeasured(join(import.meta.dirname, 'oidc-provider-server.ts'), {
    env: { PORT: String(port), DATABASE_URL: database_url },
  })
  const tokenRequest = (fields: Record<string, string>): LoadRequest => tokenRequestAt(port, fields)
  return {
    name: 'oidc-provider on PostgreSQL',
    process: server,
    login: ({ email, password }, scope, for_api) =>
      tokenRequest({
        ...(for_api ? { audience: bench_api } : {}),
        grant_type,
        realm: 'bench',
        username: email,
        password,
        scope,
      }),
    clientCredentials: () => tokenRequest({ grant_type: 'client_credentials' }),
    refresh: (refresh_token) => tokenRequest({ grant_type: 'refresh_token', refresh_token }),
    stop: () => server.stop(),
  }
}

/** Starts oidc-provider with its in-memory adapter and a log-in page. */
export async function startOidcProviderWithPages(): Promise<BrowserServerUnderTest> {
  const port = await freePort()
  const server = await startMeasured(join(import.meta.dirname, 'oidc-provider-browser-server.ts'), {
    env: { PORT: String(port) },
  })
  return {
    name: 'oidc-provider in memory',
    process: server,
    authorizeUrl: (code_challenge) =>
      `http://127.0.0.1:${port}/auth?${authorizationQuery(bench_client.client_id, code_challenge)}`,
    exchange: (code, code_verifier) =>
      tokenRequestAt(port, { grant_type: 'authorization_code', code, code_verifier, redirect_uri: bench_redirect_uri }),
    stop: () => server.stop(),
  }
}
