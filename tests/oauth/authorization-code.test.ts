// The exchange of an authorization code.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { decodeJwt } from 'jose'
import { purgeCodes } from '../../src/sessions/authorization-codes.ts'
import { answerOf, createBrowser } from '../support/browser.ts'
import type { Answer } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'
import { callback, createBrowserClient, newVerifier } from './browser-client.ts'

let server: TestServer
let app: Awaited<ReturnType<typeof createBrowserClient>>
let now = Date.now()

before(async () => {
  server = await startTestServer({ clock: { now: () => now } })
  app = await createBrowserClient(server)
})

after(() => server.close())

async function newCode(parameters: Record<string, string> = {}, of = app): Promise<string> {
  const { code } = answerOf(await createBrowser(server).logIn(of.authorize(parameters), ada.email, ada.password))
  assert.ok(code)
  return code
}

const refusal = ({ status, json }: Answer): [number, string, string] => [status, json.error, json.error_description]
const invalid = [403, 'invalid_grant', 'Invalid authorization code']
const unproven = [403, 'invalid_grant', 'Failed to verify code verifier']

describe('a code', () => {
  it('is exchanged once, for tokens that are not cached', async () => {
    const code = await newCode()
    const answer = await app.exchange(code)
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.equal(decodeJwt(answer.json.id_token).aud, app.client.client_id)
    assert.deepEqual(refusal(await app.exchange(code)), invalid)
  })

  it('that is used twice revokes the refresh tokens that it gave, and says so in the log [guard: code-reuse]', async () => {
    const code = await newCode({ scope: 'openid offline_access' })
    const { refresh_token } = (await app.exchange(code)).json
    const refresh = () => server.post('/oauth/token', { grant_type: 'refresh_token', ...app.client, refresh_token })
    now += 30_000
    assert.deepEqual(refusal(await app.exchange(code)), invalid)
    assert.equal((await refresh()).status, 403)
    const [event] = await server.logs('type:feacft')
    assert.match(String(event?.['description']), /used before/)
  })

  it('ends after 60 seconds, and its row an hour later', async () => {
    const [ended, used] = [await newCode(), await newCode()]
    assert.equal((await app.exchange(used)).status, 200)
    now += 60_000
    assert.deepEqual(refusal(await app.exchange(ended)), invalid)
    const { db, tenant_id } = server.internals
    const purge = () => db.transaction().execute((trx) => purgeCodes(trx, tenant_id, now))
    await purge()
    const count = async () => (await db.selectFrom('codes').select('code_digest').execute()).length
    assert.ok((await count()) >= 2)
    now += 3_600_000
    await purge()
    assert.equal(await count(), 0)
  })

  it('is only for its client, its redirect URI and its tenant [guard: code-binding]', async () => {
    const other = await createBrowserClient(server)
    const code = await newCode()
    assert.deepEqual(refusal(await other.exchange(code)), invalid)
    for (const redirect_uri of ['', 'https://app.test/callback/', `${callback}?x=1`]) {
      assert.deepEqual(refusal(await app.exchange(code, { redirect_uri })), invalid)
    }
    assert.equal((await app.exchange(code)).status, 200)
  })

  it('needs the secret of a client that has one', async () => {
    const code = await newCode()
    const { status } = await app.exchange(code, { client_secret: undefined })
    assert.equal(status, 401)
    assert.equal((await app.exchange(code, { client_secret: 'x' })).status, 401)
    assert.equal((await app.exchange(code)).status, 200)
  })

  it('is not found by a part of it, and is no other kind of token', async () => {
    const code = await newCode({ scope: 'openid offline_access' })
    const other_start = (code.startsWith('x') ? 'y' : 'x') + code.slice(1)
    for (const part of [code.slice(0, -1), `${code}x`, other_start, 'x']) {
      assert.deepEqual(refusal(await app.exchange(part)), invalid)
    }
    const as_refresh_token = { grant_type: 'refresh_token', ...app.client, refresh_token: code }
    assert.equal((await server.post('/oauth/token', as_refresh_token)).status, 403)
    const { refresh_token } = (await app.exchange(code)).json
    assert.deepEqual(refusal(await app.exchange(refresh_token)), invalid)
  })

  it('gives nothing for a user who was blocked, or a connection that was disabled meanwhile', async () => {
    const own = await createBrowserClient(server)
    const code = await newCode({}, own)
    await server.must('PATCH', `connections/${own.connection_id}/clients`, [
      { client_id: own.client.client_id, status: false },
    ])
    assert.deepEqual(refusal(await own.exchange(code)), invalid)
  })
})

describe('a code challenge', () => {
  for (const code_challenge_method of ['S256', 'plain']) {
    it(`by ${code_challenge_method} needs its verifier [guard: pkce-verifier]`, async () => {
      const verifier = newVerifier()
      const code_challenge = code_challenge_method === 'S256' ? verifier.code_challenge : verifier.code_verifier
      const code = await newCode({ code_challenge, code_challenge_method })
      for (const code_verifier of [
        undefined,
        '',
        newVerifier().code_verifier,
        code_challenge_method === 'S256' ? code_challenge : verifier.code_challenge,
      ]) {
        assert.deepEqual(refusal(await app.exchange(code, { code_verifier })), unproven)
      }
      assert.equal((await app.exchange(code, { code_verifier: verifier.code_verifier })).status, 200)
    })
  }

  it('that is missing makes a verifier an error: it was removed from the request [guard: pkce-downgrade]', async () => {
    const code = await newCode()
    const { code_verifier } = newVerifier()
    assert.deepEqual(refusal(await app.exchange(code, { code_verifier })), unproven)
  })

  it('is the proof of a client without a secret', async () => {
    const spa = await createBrowserClient(server, { token_endpoint_auth_method: 'none' })
    const { code_verifier, ...challenge } = newVerifier()
    const code = await newCode(challenge, spa)
    assert.deepEqual(refusal(await spa.exchange(code, { client_secret: undefined })), unproven)
    assert.equal((await spa.exchange(code, { client_secret: undefined, code_verifier })).status, 200)
  })
})

describe('offline access', () => {
  it('gives a refresh token of the session, whose ID tokens have its sid', async () => {
    const code = await newCode({ scope: 'openid offline_access' })
    const { refresh_token, id_token } = (await app.exchange(code)).json
    const refreshed = (await server.post('/oauth/token', { grant_type: 'refresh_token', ...app.client, refresh_token }))
      .json
    assert.equal(decodeJwt(refreshed.id_token)['sid'], decodeJwt(id_token)['sid'])
  })

  it('is not granted by a response without a code, nor to a client without the grant', async () => {
    const parameters = { response_type: 'token', scope: 'openid offline_access' }
    const answer = answerOf(await createBrowser(server).logIn(app.authorize(parameters), ada.email, ada.password))
    assert.equal(answer['scope'], 'openid')
    const own = await createBrowserClient(server, { grant_types: ['authorization_code'] })
    assert.equal(
      (await own.exchange(await newCode({ scope: 'openid offline_access' }, own))).json.refresh_token,
      undefined,
    )
  })
})
