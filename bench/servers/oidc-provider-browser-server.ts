// oidc-provider with its in-memory adapter and a log-in page: the code flow with PKCE. It does less than the product: nothing is stored on
// disk, no brute-force protection, no login count, no log events.
import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { hash, verify } from '@node-rs/argon2'
import { type GrantContext, Provider } from 'oidc-provider'
import { renderLoginPage } from '../../src/pages/login-page.ts'
import { plain_look } from '../../src/pages/look.ts'
import type { Page } from '../../src/pages/render-page.ts'
import { serveMetrics } from '../measure/serve-metrics.ts'
import { cheapUser, hashOptions, user_count } from './bench-users.ts'
import { bench_client } from './oidc-provider-constants.ts'
import { bench_redirect_uri } from './server-under-test.ts'

const port = Number(process.env['PORT'])
const password_hashes = new Map<string, string>()
for (let index = 0; index < user_count; index += 1) {
  const { email, password } = cheapUser(index)
  password_hashes.set(email, await hash(password, hashOptions(password)))
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ ...bench_client, redirect_uris: [bench_redirect_uri], token_endpoint_auth_method: 'client_secret_post' }],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'bench' }] },
  cookies: { keys: ['bench'] },
  scopes: ['openid'],
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  interactions: { url: (_ctx: unknown, { uid }: { uid: string }) => `/login/${uid}` },
  ttl: {
    AccessToken: 86_400,
    IdToken: 36_000,
    Session: 259_200,
    Grant: 259_200,
    Interaction: 3600,
    AuthorizationCode: 60,
  },
  findAccount: (_ctx: unknown, email: string) => ({ accountId: email, claims: () => ({ sub: email }) }),
  // The client is the operator's own: its users are not asked for a consent.
  async loadExistingGrant({ oidc }: GrantContext) {
    const grant = new provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId })
    grant.addOIDCScope('openid')
    await grant.save()
    return grant
  },
})
provider.on('server_error', (_ctx, error) => console.error(error))

/** The product's own page: a page costs both servers the same. */
const loginPage = (uid: string): Page =>
  renderLoginPage(
    { ...plain_look, name: 'bench' },
    {
      action: `/login/${encodeURIComponent(uid)}`,
      state: uid,
      step: 'one_page',
      identifier: '',
      identifiers: ['email'],
      client_name: 'bench',
      redirect_uri: bench_redirect_uri,
      links: { forgot: '/forgot', signup: '/signup' },
    },
  )

async function answerLogin(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'GET') {
    const { uid } = await provider.interactionDetails(request, response)
    const { html, headers } = loginPage(uid)
    response.writeHead(200, headers)
    response.end(html)
    return
  }
  const form = new URLSearchParams(await text(request))
  const email = (form.get('username') ?? '').trim().toLowerCase()
  const is_correct = await verify(password_hashes.get(email) ?? '', form.get('password') ?? '')
  if (!is_correct) throw new Error('wrong password')
  await provider.interactionFinished(request, response, { login: { accountId: email } })
}

const callback = provider.callback()
const server = createServer((request, response) => {
  if (request.url?.startsWith('/login/') !== true) return callback(request, response)
  answerLogin(request, response).catch((error: unknown) => {
    console.error(error)
    response.statusCode = 500
    response.end()
  })
})
server.listen(port, '127.0.0.1', () => serveMetrics())
