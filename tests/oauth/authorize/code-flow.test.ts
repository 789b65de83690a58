import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { decodeJwt } from 'jose'
import { answerOf, createBrowser, formOf } from '../../support/browser.ts'
import { bearer } from '../../support/requests.ts'
import { startTestServer, type TestServer } from '../../support/test-server.ts'
import { ada } from '../ada.ts'
import { callback, createBrowserClient, newVerifier } from '../browser-client.ts'

let server: TestServer
let app: Awaited<ReturnType<typeof createBrowserClient>>

before(async () => {
  server = await startTestServer()
  app = await createBrowserClient(server)
})

after(() => server.close())

describe('the code flow', () => {
  it('leads over the login page to a code, and the code to tokens', async () => {
    const { code_verifier, ...challenge } = newVerifier()
    const browser = createBrowser(server)
    const address = app.authorize({ ...challenge, nonce: 'n-1', state: 's 1&ü' })
    const first = await browser.visit(address)
    assert.equal(first.status, 302)
    assert.match(first.location ?? '', /^\/u\/login\?state=[A-Za-z0-9_-]+$/)
    const page = await browser.visit(first.location ?? '')
    assert.equal(page.status, 200)
    const answer = await browser.submit(formOf(page), { username: ada.email, password: ada.password })
    assert.equal(answer.status, 303, answer.text)
    assert.ok(answer.location?.startsWith(`${callback}?code=`))
    const { code, state, iss } = answerOf(answer)
    assert.equal(state, 's 1&ü')
    assert.equal(iss, server.issuer)
    const { status, json } = await app.exchange(code, { code_verifier })
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(json), ['access_token', 'id_token', 'scope', 'expires_in', 'token_type'])
    const claims = decodeJwt(json.id_token)
    assert.equal(claims.sub, app.user_id)
    assert.equal(claims['nonce'], 'n-1')
    assert.equal(typeof claims['auth_time'], 'number')
    assert.match(String(claims['sid']), /^ses_/)
    assert.deepEqual(claims['amr'], ['pwd'])
    assert.equal(
      claims['at_hash'],
      createHash('sha256').update(json.access_token).digest().subarray(0, 16).toString('base64url'),
    )
    assert.equal((await server.send('/userinfo', { headers: bearer(json.access_token) })).json.sub, app.user_id)
  })
})
