// A relying party that checks every answer as the conformance suite of the OpenID Foundation does.
import assert from 'node:assert/strict'
import { hash, randomBytes } from 'node:crypto'
import { createLocalJWKSet, jwtVerify, type JWTPayload } from 'jose'
import { createBrowser, formOf, type Visit } from '../support/browser.ts'
import { bearer, type Answer, type Json } from '../support/requests.ts'
import type { TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'
import { callback, createBrowserClient } from './browser-client.ts'

/** The response type and mode of a test plan; without a mode it is the default of the type. */
export type Flow = { response_type: string; response_mode?: 'form_post' }

/** What a successful answer led to. `claims`: of the ID token, wherever it came from. */
export type Success = {
  parameters: Record<string, string>
  claims: JWTPayload
  id_token: string
  /** Undefined where the response type is `id_token` alone. */
  access_token: string | undefined
  refresh_token: string | undefined
  userinfo: Json
}

const half = (text: string): string => hash('sha256', text, 'buffer').subarray(0, 16).toString('base64url')

/** Creates the client of a flow, with a user, and a browser that is not logged in. */
export async function createConformanceClient(server: TestServer, { response_type, response_mode }: Flow) {
  const app = await createBrowserClient(server, { oidc_conformant_answers: true })
  const { client_id, client_secret } = app.client
  const kinds = response_type.split(' ')
  const channel = response_mode ?? (response_type === 'code' ? 'query' : 'fragment')
  const jwks = (await server.send('/.well-known/jwks.json')).json
  const keys = createLocalJWKSet(jwks)

  /** The parameters of a request; an empty one is left out. */
  const parametersOf = (more: Record<string, string> = {}): Record<string, string> => {
    const all = {
      client_id,
      redirect_uri: callback,
      response_type,
      ...(response_mode === undefined ? {} : { response_mode }),
      scope: 'openid profile email',
      // Special characters too: the state comes back byte for byte.
      state: `${randomBytes(90).toString('base64url')} &=%2B+ü`,
      ...(kinds.includes('id_token') ? { nonce: randomBytes(16).toString('base64url') } : {}),
      ...more,
    }
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
  }

  const addressOf = (parameters: Record<string, string>): string => `/authorize?${new URLSearchParams(parameters)}`

  /** The parameters that arrive at the redirect URI, in the channel of the flow and in no other. */
  function receive(answer: Visit, sent: Record<string, string>, by = channel): Record<string, string> {
    const fields = by === 'form_post' ? receiveForm(answer) : receiveRedirect(answer, by)
    assert.equal(fields['state'], sent['state'])
    assert.equal(fields['iss'], server.issuer)
    assert.ok(!('code' in fields && 'error' in fields))
    assert.match(fields['error_description'] ?? '', /^[\x20-\x7e]*$/)
    return fields
  }

  function receiveForm(answer: Visit): Record<string, string> {
    assert.equal(answer.status, 200, answer.text)
    assert.match(answer.text, /<form[^>]* method="post"/)
    const { action, fields } = formOf(answer)
    assert.equal(action, callback)
    return fields
  }

  function receiveRedirect({ location, text }: Visit, by: string): Record<string, string> {
    assert.ok(location !== null, text)
    const { origin, pathname, search, hash: fragment } = new URL(location)
    assert.equal(origin + pathname, callback)
    const [used, unused] = by === 'query' ? [search, fragment] : [fragment, search]
    assert.equal(unused, '')
    return Object.fromEntries(new URLSearchParams(used.slice(1)))
  }

  async function verify(id_token: string, sent: Record<string, string>): Promise<JWTPayload> {
    const { payload, protectedHeader } = await jwtVerify(id_token, keys, {
      issuer: server.issuer,
      audience: client_id,
      algorithms: ['RS256'],
      currentDate: new Date(server.internals.clock.now()),
      requiredClaims: ['sub', 'iat', 'exp'],
    })
    assert.equal(typeof protectedHeader.kid, 'string')
    assert.equal(payload['nonce'], sent['nonce'])
    return payload
  }

  /** Exchanges a code, with HTTP Basic. */
  async function exchange(code: string, fields: Record<string, string> = {}): Promise<Answer> {
    const authorization = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`
    const body = { grant_type: 'authorization_code', code, redirect_uri: callback, ...fields }
    return await server.post('/oauth/token', new URLSearchParams(body), { authorization })
  }

  /** Checks the ID token of the authorization endpoint. */
  async function checkFront(fields: Record<string, string>, sent: Record<string, string>) {
    const { code, access_token, id_token } = fields
    for (const kind of kinds) assert.ok(fields[kind === 'token' ? 'access_token' : kind], kind)
    if (id_token === undefined) return undefined
    const claims = await verify(id_token, sent)
    assert.equal(claims['c_hash'], code === undefined ? undefined : half(code))
    assert.equal(claims['at_hash'], access_token === undefined ? undefined : half(access_token))
    return claims
  }

  /** Checks a successful answer to the end: signatures, hashes, the exchange of the code, and userinfo. */
  async function succeed(answer: Visit, sent: Record<string, string>, fields = {}): Promise<Success> {
    const parameters = receive(answer, sent)
    assert.equal(parameters['error'], undefined, parameters['error_description'])
    const front = await checkFront(parameters, sent)
    const { code, access_token, id_token = '' } = parameters
    const tokens = code === undefined ? undefined : (await exchange(code, fields)).json
    if (tokens) assert.ok(tokens.id_token, JSON.stringify(tokens))
    const back = tokens && (await verify(tokens.id_token, sent))
    if (tokens) assert.ok([undefined, half(tokens.access_token)].includes(back?.['at_hash'] as string | undefined))
    if (front && back) assert.deepEqual([front.sub, front.iss], [back.sub, back.iss])
    const claims = back ?? front
    assert.ok(claims)
    const token: string | undefined = tokens?.access_token ?? access_token
    const userinfo = token === undefined ? undefined : await server.send('/userinfo', { headers: bearer(token) })
    if (userinfo) assert.deepEqual([userinfo.status, userinfo.json.sub], [200, claims.sub])
    return {
      parameters,
      claims,
      id_token: tokens?.id_token ?? id_token,
      access_token: token,
      refresh_token: tokens?.refresh_token,
      userinfo: userinfo?.json,
    }
  }

  return {
    ...app,
    kinds,
    jwks,
    browser: createBrowser(server),
    parametersOf,
    addressOf,
    receive,
    exchangeByBasic: exchange,
    succeed,
    /** Sends a request of a browser, and follows it to the login page where the user must log in. */
    async request(browser: ReturnType<typeof createBrowser>, more: Record<string, string> = {}) {
      const sent = parametersOf(more)
      const answer = await browser.open(addressOf(sent))
      const asks = answer.text.includes('name="password"')
      return { sent, answer, asks }
    },
    /** Sends the form of a login page. */
    typePassword: (browser: ReturnType<typeof createBrowser>, page: Visit): Promise<Visit> =>
      browser.submit(formOf(page), { username: ada.email, password: ada.password }),
  }
}
