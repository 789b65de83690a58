// oidc-provider as a subject.
import { freePort } from '../../tests/support/free-port.ts'
import { startMeasured } from '../measure/measured-process.ts'
import { bench_api, bench_client, grant_type } from './oidc-provider-names.ts'
import type { Subject } from './subject.ts'

/** Starts oidc-provider on a PostgreSQL database. */
export async function startOidcProvider(database_url: string): Promise<Subject> {
  const port = await freePort()
  const env = { PORT: String(port), DATABASE_URL: database_url }
  const server = await startMeasured<{ issuer: string }>('subjects/oidc-provider-server.ts', env)
  const token_url = `http://127.0.0.1:${port}/token`
  const form = (fields: Record<string, string>) => ({
    url: token_url,
    type: 'application/x-www-form-urlencoded' as const,
    body: new URLSearchParams({ ...bench_client, ...fields }).toString(),
  })
  return {
    name: 'oidc-provider on PostgreSQL',
    server,
    token_url,
    login: (person, scope, for_api) =>
      form({
        ...(for_api ? { audience: bench_api } : {}),
        grant_type,
        realm: 'people',
        username: `person-${person}@bench.example`,
        password: `secret ${person}`,
        scope,
      }),
    clientCredentials: () => form({ grant_type: 'client_credentials' }),
    refresh: (refresh_token) => form({ grant_type: 'refresh_token', refresh_token }),
    stop: () => server.stop(),
  }
}
