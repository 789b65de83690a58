import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { decodeJwt } from 'jose'
import { answerOf, createBrowser, formOf, messageOf } from '../../support/browser.ts'
import { bearer } from '../../support/requests.ts'
import { startTestServer, type TestServer } from '../../support/test-server.ts'
import { ada } from '../ada.ts'
import { callback, createBrowserClient } from '../browser-client.ts'

let server: TestServer
let app: Awaited<ReturnType<typeof createBrowserClient>>

before(async () => {
  server = await startTestServer()
  app = await createBrowserClient(server)
})

after(() => server.close())

const half = (text: string | undefined): string =>
  hash('sha256', text ?? '', 'buffer')
    .subarray(0, 16)
    .toString('base64url')

const types = ['code', 'token', 'id_token', 'code token', 'id_token code', 'id_token token', 'token code id_token']

for (const response_type of types) {
  it(`the response type ${response_type} gives what it names, in the ${response_type === 'code' ? 'query' : 'fragment'}`, async () => {
    const parameters = { response_type, nonce: 'n', state: 's' }
    const answer = await createBrowser(server).logIn(app.authorize(parameters), ada.email, ada.password)
    assert.equal(answer.status, 303)
    assert.equal(answer.location?.includes('#'), response_type !== 'code')
    const { code, access_token, id_token, expires_in, token_type } = answerOf(answer)
    assert.equal(code !== undefined, response_type.includes('code'))
    assert.equal(access_token !== undefined, /\btoken/.test(response_type.replace('id_token', '')))
    assert.equal(id_token !== undefined, response_type.includes('id_token'))
    if (access_token !== undefined) {
      assert.equal(token_type, 'Bearer')
      assert.equal(expires_in, '7200')
      assert.equal((await server.send('/userinfo', { headers: bearer(access_token) })).json.email, ada.email)
    }
    if (id_token !== undefined) {
      const claims = decodeJwt(id_token)
      assert.equal(claims.sub, app.user_id)
      assert.equal(claims['nonce'], 'n')
      assert.equal(claims['email'], ada.email)
      assert.equal(claims['c_hash'], code === undefined ? undefined : half(code))
      assert.equal(claims['at_hash'], access_token === undefined ? undefined : half(access_token))
    }
    if (code !== undefined) assert.equal((await app.exchange(code)).status, 200)
  })
}

describe('the response mode', () => {
  it('form_post sends a form of its own to the redirect URI, errors too', async () => {
    const browser = createBrowser(server)
    const state = '"><script>alert(1)</script>'
    const answer = await browser.logIn(app.authorize({ response_mode: 'form_post', state }), ada.email, ada.password)
    assert.equal(answer.status, 200)
    assert.ok(!answer.text.includes(state))
    const form = formOf(answer)
    assert.equal(form.action, callback)
    assert.equal(form.fields['state'], state)
    assert.equal((await app.exchange(form.fields['code'])).status, 200)
    const refused = await createBrowser(server).visit(app.authorize({ response_mode: 'form_post', prompt: 'none' }))
    assert.equal(formOf(refused).fields['error'], 'login_required')
  })

  it('web_message sends a message to the origin of the redirect URI only, from a page that may be framed', async () => {
    const browser = createBrowser(server)
    await browser.logIn(app.authorize(), ada.email, ada.password)
    const state = '</script><script>alert(1)//\u2028'
    const answer = await browser.visit(app.authorize({ response_mode: 'web_message', prompt: 'none', state }))
    assert.equal(answer.status, 200)
    const { target, response } = messageOf(answer)
    assert.equal(target, 'https://app.test')
    assert.equal(response['state'], state)
    assert.equal(response['iss'], server.issuer)
    assert.equal(answer.text.match(/<script/g)?.length, 2)
    assert.equal(answer.headers.get('x-frame-options'), null)
    assert.ok(!answer.headers.get('content-security-policy')?.includes('frame-ancestors'))
    assert.equal((await app.exchange(response['code'])).status, 200)
  })

  it('web_message without a session answers login_required at once', async () => {
    const { status, text } = await createBrowser(server).visit(
      app.authorize({ response_mode: 'web_message', prompt: 'none', state: 's' }),
    )
    assert.equal(status, 200)
    const { response } = messageOf({ text })
    assert.deepEqual(response, {
      error: 'login_required',
      error_description: 'Login required',
      state: 's',
      iss: server.issuer,
    })
  })

  it('web_message sends nothing to an application with a scheme of its own', async () => {
    const redirect_uri = 'com.example.app:/cb'
    const native = await createBrowserClient(server, { callbacks: [redirect_uri] })
    const { location } = await createBrowser(server).visit(
      native.authorize({ redirect_uri, response_mode: 'web_message', prompt: 'none' }),
    )
    assert.match(location ?? '', /^com\.example\.app:\/cb\?error=invalid_request/)
  })
})

describe('an application with a scheme of its own', () => {
  const redirect_uri = 'com.example.app:/cb'

  it('is redirected to after a form, and by a link where there was none', async () => {
    const native = await createBrowserClient(server, { callbacks: [redirect_uri] })
    const browser = createBrowser(server)
    const address = native.authorize({ redirect_uri, state: 's' })
    const answer = await browser.logIn(address, ada.email, ada.password)
    assert.equal(answer.status, 303)
    assert.match(answer.location ?? '', /^com\.example\.app:\/cb\?code=/)
    const page = await browser.visit(address)
    assert.deepEqual([page.status, page.location], [200, null])
    assert.match(page.text, /<a class="button" href="com\.example\.app:\/cb\?code=[A-Za-z0-9_-]{64}&(amp;)?state=s&/)
    const silent = await browser.visit(native.authorize({ redirect_uri, prompt: 'none' }))
    assert.match(silent.location ?? '', /^com\.example\.app:\/cb\?code=/)
  })
})
