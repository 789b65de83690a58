// Attacks on the sign-in with a browser that no test of a single endpoint carries out.
import assert from 'node:assert/strict'
import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { answerOf, createBrowser, formOf } from '../support/browser.ts'
import { member } from '../support/requests.ts'
import { createOtherTenant } from '../support/other-tenant.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from '../oauth/ada.ts'
import { createBrowserClient, newVerifier } from '../oauth/browser-client.ts'

let server: TestServer
let app: Awaited<ReturnType<typeof createBrowserClient>>

before(async () => {
  server = await startTestServer({ https: true, env: { WHERRY_LOG_LEVEL: 'trace' } })
  app = await createBrowserClient(server)
})

after(() => server.close())

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('cookies over https', () => {
  it('are those of Auth0 for the session, and bound to the host for the login page', async () => {
    const browser = createBrowser(server)
    const page = await browser.visit(app.authorize())
    const [bound, ...others] = page.headers.getSetCookie()
    assert.match(
      bound ?? '',
      /^__Host-wherry_browser=[A-Za-z0-9]{32}; Path=\/; HttpOnly; Secure; SameSite=Lax; Max-Age=86400$/,
    )
    assert.deepEqual(others, [])
    const answer = await browser.logIn(app.authorize(), ada.email, ada.password)
    const cookies = answer.headers.getSetCookie()
    const value = browser.jar.get('auth0')
    assert.deepEqual(cookies, [
      `auth0=${value}; Path=/; HttpOnly; Secure; SameSite=None; Max-Age=604800`,
      `auth0_compat=${value}; Path=/; HttpOnly; Secure; Max-Age=604800`,
    ])
    assert.equal(answer.headers.get('cache-control'), 'no-store')
  })

  it('sign in by either, and a logout deletes both', async () => {
    const browser = createBrowser(server)
    await browser.logIn(app.authorize(), ada.email, ada.password)
    browser.jar.delete('auth0')
    assert.ok(answerOf(await browser.visit(app.authorize({ prompt: 'none' }))).code)
    await browser.visit('/v2/logout')
    assert.deepEqual([...browser.jar.keys()], ['__Host-wherry_browser'])
  })

  it('that another host planted do not log a user in, and do not hide the real one [guard: planted-cookie]', async () => {
    const browser = createBrowser(server)
    await browser.logIn(app.authorize(), ada.email, ada.password)
    const own = browser.jar.get('auth0')
    browser.jar.clear()
    const planted = 'auth0=ses_planted.secret; auth0=; auth0=x'
    const silently = async (cookie: string) =>
      answerOf(await browser.visit(app.authorize({ prompt: 'none' }), { headers: { cookie } }))
    assert.equal((await silently(planted)).error, 'login_required')
    assert.ok((await silently(`auth0=ses_planted.secret; auth0=${own}`)).code)
  })
})

it('discovery names https endpoints only', async () => {
  const { json } = await server.send('/.well-known/openid-configuration')
  const endpoints = Object.entries(json as object).filter(([name]) => /_endpoint$|_uri$|^issuer$/.test(name))
  assert.ok(endpoints.length > 4)
  for (const [name, address] of endpoints) assert.match(String(address), /^https:/, name)
})

describe('pages', () => {
  it('are not framed, not stored, run no foreign script, and leak no address to another host [guard: page-headers]', async () => {
    const browser = createBrowser(server)
    const pages = [
      await browser.open(app.authorize()),
      await browser.submit(formOf(await browser.open(app.authorize())), { username: ada.email, password: 'wrong' }),
      await browser.visit(app.authorize({ redirect_uri: 'https://evil.test/' })),
      await browser.visit('/u/login?state=x'),
      await browser.visit('/v2/logout?returnTo=https://evil.test/'),
      await browser.logIn(app.authorize({ response_mode: 'form_post' }), ada.email, ada.password),
    ]
    for (const { headers, text } of pages) {
      assert.equal(headers.get('x-frame-options'), 'DENY')
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/)
      assert.equal(headers.get('cache-control'), 'no-store')
      assert.equal(headers.get('referrer-policy'), 'no-referrer')
      assert.equal(headers.get('access-control-allow-origin'), null)
      assert.ok(!/src="https?:|href="https?:\/\/(?!localhost)/.test(text))
    }
  })

  it('show nothing of a request as HTML', async () => {
    const script = '"><script>alert(1)</script>'
    const browser = createBrowser(server)
    const parameters = {
      login_hint: script,
      state: script,
      ui_locales: script,
      extra: script,
      connection: app.connection,
    }
    const pages = [
      await browser.open(app.authorize(parameters)),
      await browser.visit(app.authorize({ client_id: script })),
      await browser.submit(formOf(await browser.open(app.authorize())), { username: script, password: 'x' }),
    ]
    for (const { text } of pages) assert.ok(!text.includes('<script>alert'), text)
  })

  it('and the authorization endpoint answer no preflight', async () => {
    for (const path of ['/authorize', '/u/login', '/v2/logout']) {
      const headers = { origin: 'https://app.test', 'access-control-request-method': 'GET' }
      const answer = await server.send(path, { method: 'OPTIONS', headers })
      assert.equal(answer.headers.get('access-control-allow-origin'), null)
    }
  })
})

describe('an id_token_hint is refused', () => {
  const hint = async (token: string): Promise<string | undefined> =>
    answerOf(await createBrowser(server).visit(app.authorize({ prompt: 'none', id_token_hint: token })))
      .error_description
  const refused = 'id_token_hint is not an ID token of this issuer for this client.'
  let genuine: string
  let header: { kid: string }
  let claims: object

  before(async () => {
    const answer = await createBrowser(server).logIn(app.authorize(), ada.email, ada.password)
    genuine = (await app.exchange(answerOf(answer).code)).json.id_token
    const [first = '', second = ''] = genuine.split('.')
    header = JSON.parse(Buffer.from(first, 'base64url').toString()) as { kid: string }
    claims = JSON.parse(Buffer.from(second, 'base64url').toString()) as object
  })

  it('where it is unsigned or signed with the public key as a secret (alg confusion)', async () => {
    assert.equal(await hint(genuine), 'Login required')
    const { keys } = (await server.send('/.well-known/jwks.json')).json
    const pem = createPublicKey({ key: keys[0], format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    for (const alg of ['none', 'HS256', 'RS256']) {
      assert.equal(await hint(`${encode({ ...header, alg })}.${encode(claims)}.`), refused)
    }
    const input = `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`
    assert.equal(await hint(`${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`), refused)
  })

  it('where a foreign key signed it, by the known kid or in the header', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    for (const more of [{}, { kid: 'own' }, { jwk: publicKey.export({ format: 'jwk' }) }]) {
      const input = `${encode({ ...header, ...more })}.${encode(claims)}`
      assert.equal(
        await hint(`${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`),
        refused,
      )
    }
  })

  it('where it is for another client, or an access token', async () => {
    const other = await createBrowserClient(server)
    const answer = await createBrowser(server).logIn(other.authorize(), ada.email, ada.password)
    const { id_token } = (await other.exchange(answerOf(answer).code)).json
    assert.equal(await hint(id_token), refused)
    assert.equal(await hint(await server.managementToken()), refused)
  })
})

describe('one tenant and another', () => {
  it('share no session, no code and no open page [guard: tenant-of-session]', async () => {
    const other = await createOtherTenant(server, 'other', 'other.test')
    const there = { ...other, send: other.send.bind(other) }
    const browser = createBrowser(server)
    const form = formOf(await browser.open(app.authorize()))
    const { code } = answerOf(await browser.logIn(app.authorize(), ada.email, ada.password))
    const elsewhere = createBrowser(there)
    for (const [name, value] of browser.jar) elsewhere.jar.set(name, value)
    assert.equal((await elsewhere.submit(form, { username: ada.email, password: ada.password })).status, 400)
    assert.equal(member(member((await other.logs('type:f'))[0]?.['details'], 'error'), 'code'), 'login_expired')
    const fields = { name: 'app', callbacks: ['https://app.test/callback'], grant_types: ['authorization_code'] }
    const client = await other.createClient(fields)
    await other.createConnection('users', {}, [client])
    const address = app.authorize({ client_id: client.client_id, prompt: 'none' })
    assert.equal(answerOf(await elsewhere.visit(address)).error, 'login_required')
    const exchanged = await other.post('/oauth/token', {
      grant_type: 'authorization_code',
      ...client,
      code,
      redirect_uri: 'https://app.test/callback',
    })
    assert.equal(exchanged.status, 403)
  })
})

describe('forged host headers', () => {
  it('change no issuer, no cookie and no redirect', async () => {
    const headers = { 'x-forwarded-host': 'evil.test', forwarded: 'host=evil.test', 'x-original-host': 'evil.test' }
    const browser = createBrowser(server, headers)
    const page = await browser.visit(app.authorize({ state: 's' }))
    if (page.status !== 404) {
      assert.match(page.location ?? '', /^\/u\/login\?state=/)
      assert.ok(!JSON.stringify([...page.headers]).includes('evil'))
    }
    const answer = await createBrowser(server).logIn(app.authorize(), ada.email, ada.password)
    assert.equal(answerOf(answer).iss, server.issuer)
    assert.equal((await createBrowser(server).visit(app.authorize(), { headers: { host: 'evil.test' } })).status, 404)
  })
})

it('no code, token, cookie, sealed request, verifier or password is in a log, a log event, or in the clear in the store [guard: no-secret-logged]', async () => {
  const browser = createBrowser(server)
  const { code_verifier, ...challenge } = newVerifier()
  const state = 'state-of-the-application-4711'
  const page = await browser.open(app.authorize({ ...challenge, state, scope: 'openid offline_access' }))
  const form = formOf(page)
  await browser.submit(form, { username: ada.email, password: 'wrong-PASSWORD-4711' })
  const { code } = answerOf(await browser.submit(form, { username: ada.email, password: ada.password }))
  const tokens = (await app.exchange(code, { code_verifier })).json
  await app.exchange(code, { code_verifier })
  await browser.visit(
    app.authorize({ prompt: 'none', id_token_hint: tokens.id_token, response_type: 'id_token token', nonce: 'n' }),
  )
  await createBrowser(server).visit(app.authorize({ prompt: 'none', id_token_hint: tokens.id_token, state }))
  await server.settle()
  const rows = await server.internals.db.selectFrom('log_events').selectAll().execute()
  const logged = [...server.lines, JSON.stringify(rows)].join('\n')
  const secrets = [
    code,
    tokens.access_token,
    tokens.refresh_token,
    tokens.id_token.split('.')[2],
    form.fields['state'],
    browser.jar.get('auth0')?.split('.')[1],
    browser.jar.get('__Host-wherry_browser'),
    code_verifier,
    'wrong-PASSWORD-4711',
    ada.password,
    state,
  ]
  for (const secret of secrets) assert.ok(!logged.includes(String(secret)), `logged: ${secret}`)
  const stored = ['wherry.sqlite', 'wherry.sqlite-wal']
    .map((file) => readFileSync(join(server.data_dir, file), 'latin1'))
    .join('')
  for (const secret of secrets.slice(0, 3)) assert.ok(!stored.includes(String(secret)))
  assert.ok(!stored.includes(String(secrets[5])))
})
