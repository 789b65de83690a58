// oidc-provider with a PostgreSQL adapter and a password-realm grant: what a team would build on it for the same purpose.
// It does less than the product: no brute-force protection, no login count, no log events.
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import { errors, type GrantContext, Provider } from 'oidc-provider'
import { createFairQueue } from '../../src/base/fair-queue.ts'
import pg from 'pg'
import { serveMetrics } from '../measure/serve-metrics.ts'
import { benchUser, cheapUser, hashOptions, user_count } from './bench-users.ts'
import { adapter_table, adapterOn } from './oidc-provider-adapter.ts'
import { bench_client, grant_type, bench_api } from './oidc-provider-constants.ts'

const port = Number(process.env['PORT'])
const issuer = `http://127.0.0.1:${port}`
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 })
const hashes = createFairQueue({ at_once: availableParallelism() })

await pool.query(adapter_table)
await pool.query('create table users (email text primary key, password_hash text not null)')
for (let index = 0; index < user_count; index += 1) {
  for (const { email, password } of [benchUser(index), cheapUser(index)]) {
    await pool.query('insert into users values ($1, $2)', [email, await hash(password, hashOptions(password))])
  }
}

type User = { email: string; password_hash: string }

async function findUser(email: string): Promise<User | undefined> {
  const text = 'select email, password_hash from users where email = $1'
  return (await pool.query<User>({ name: 'user', text, values: [email] })).rows[0]
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const provider = new Provider(issuer, {
  adapter: adapterOn(pool),
  clients: [
    {
      ...bench_client,
      grant_types: ['client_credentials', 'refresh_token', grant_type],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'bench' }] },
  cookies: { keys: ['bench'] },
  scopes: ['openid', 'offline_access', 'read'],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => bench_api,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'read',
        audience: bench_api,
        accessTokenFormat: 'jwt',
        accessTokenTTL: 86_400,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  ttl: { AccessToken: 86_400, ClientCredentials: 86_400, IdToken: 36_000, RefreshToken: 2_592_000, Grant: 2_592_000 },
  rotateRefreshToken: true,
  findAccount: async (_ctx: unknown, email: string) =>
    (await findUser(email)) && { accountId: email, claims: () => ({ sub: email }) },
})

async function passwordGrant(ctx: GrantContext): Promise<void> {
  const { params, client } = ctx.oidc
  const email = (params['username'] ?? '').trim().toLowerCase()
  const user = await findUser(email)
  const is_correct = user && (await hashes.add('all', () => verify(user.password_hash, params['password'] ?? '')))
  if (is_correct !== true) throw new errors.InvalidGrant('Wrong email or password.')
  const scope = params['scope'] ?? 'openid'
  const grant = new provider.Grant({ accountId: email, clientId: client.clientId })
  grant.addOIDCScope(scope)
  Object.assign(grant, { resources: { [bench_api]: 'read' } })
  const grantId = await grant.save()
  const source = { accountId: email, client, grantId, gty: 'password', scope }
  const account = { accountId: email, claims: () => ({ sub: email }) }
  ctx.oidc.entity('Account', account)
  // A JWT for an API; opaque for the server's own /userinfo.
  const for_api = params['audience'] === bench_api
  const access = new provider.AccessToken({ ...source, resourceServer: undefined })
  if (for_api) Object.assign(access, { resourceServer: resourceServer() })
  const access_token = await access.save()
  const refresh_token = scope.includes('offline_access')
    ? await new provider.RefreshToken({ ...source, claims: {}, resource: bench_api }).save()
    : undefined
  const id = new provider.IdToken({ sub: email }, { ctx })
  id.scope = scope
  const id_token = await id.issue({ use: 'idtoken' })
  ctx.body = { access_token, id_token, refresh_token, expires_in: access.expiration, scope, token_type: 'Bearer' }
}

function resourceServer(): object {
  return new provider.ResourceServer(bench_api, {
    scope: 'read',
    audience: bench_api,
    accessTokenFormat: 'jwt',
    accessTokenTTL: 86_400,
    jwt: { sign: { alg: 'RS256' } },
  })
}

provider.registerGrantType(grant_type, passwordGrant, ['username', 'password', 'realm', 'scope', 'audience'])
provider.on('server_error', (_ctx, error) => console.error(error))

const server = createServer(provider.callback())
server.listen(port, '127.0.0.1', () => serveMetrics())
