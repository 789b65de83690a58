import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { SignJWT } from 'jose'
import { openDoor, type Door } from './door.ts'

let door: Door
let now = Date.now()
let client: { client_id: string; client_secret: string }
let user_id: string

before(async () => {
  door = await openDoor({ clock: { now: () => now } })
  client = await door.client({ grant_types: ['password', 'client_credentials'] })
  const connection_id = await door.connection('users', [client])
  user_id = await door.user(connection_id, 'ada@example.com', 'engine no. 1')
  await door.resourceServer('https://orders.test/', { scopes: [{ value: 'read:orders' }] })
  await door.clientGrant(client.client_id, 'https://orders.test/', 'all')
})

after(() => door.close())

async function token(scope: string, audience?: string): Promise<{ access_token: string; id_token: string }> {
  const { body } = await door.post('/oauth/token', {
    grant_type: 'password',
    ...client,
    realm: 'users',
    username: 'ada@example.com',
    password: 'engine no. 1',
    scope,
    audience,
  })
  return body
}

const asBearer = (value: string) => door.send('/userinfo', { headers: { authorization: `Bearer ${value}` } })

async function isRefused(value: string): Promise<void> {
  const { status, body, headers } = await asBearer(value)
  assert.equal(status, 401)
  assert.equal(body.error, 'invalid_token')
  assert.match(headers.get('www-authenticate') ?? '', /^Bearer error="invalid_token"$/)
}

describe('/userinfo', () => {
  it('shows what the scope covers', async () => {
    const { access_token } = await token('openid profile email')
    const { status, body, headers } = await asBearer(access_token)
    const { updated_at, ...rest } = body
    assert.equal(status, 200)
    assert.ok(Date.parse(updated_at) > 0)
    assert.deepEqual(rest, {
      sub: user_id,
      name: 'Ada Lovelace',
      nickname: 'ada',
      given_name: 'Ada',
      family_name: 'Lovelace',
      email: 'ada@example.com',
      email_verified: true,
    })
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.deepEqual((await asBearer((await token('openid')).access_token)).body, { sub: user_id })
  })

  it('takes the token from the header, the query or a form', async () => {
    const { access_token } = await token('openid', 'https://orders.test/')
    assert.equal((await asBearer(access_token)).status, 200)
    assert.equal((await door.send(`/userinfo?access_token=${access_token}`)).status, 200)
    const authorization = { authorization: `bearer ${access_token}` }
    assert.equal((await door.send('/userinfo', { method: 'POST', headers: authorization })).status, 200)
    const empty = { ...authorization, 'content-type': 'application/json' }
    assert.equal((await door.send('/userinfo', { method: 'POST', headers: empty })).status, 200)
    const body = new URLSearchParams({ access_token })
    assert.equal((await door.send('/userinfo', { method: 'POST', body })).status, 200)
  })

  it('asks for a token where there is none', async () => {
    for (const init of [{}, { headers: { authorization: 'Basic eDp5' } }]) {
      const { status, headers } = await door.send('/userinfo', init)
      assert.equal(status, 401)
      assert.equal(headers.get('www-authenticate'), 'Bearer')
    }
  })

  it('refuses tokens that are not for it', async () => {
    const { body } = await door.post('/oauth/token', {
      grant_type: 'client_credentials',
      ...client,
      audience: 'https://orders.test/',
    })
    await isRefused(body.access_token)
    await isRefused((await token('openid')).id_token)
    await isRefused((await token('read:orders', 'https://orders.test/')).access_token)
    await isRefused((await token('profile')).access_token)
  })

  it('refuses what is no token, forged, unsigned, or signed for another tenant', async () => {
    const { access_token } = await token('openid', 'https://orders.test/')
    const [header = '', payload = '', signature = ''] = access_token.split('.')
    const { kid, private_key } = await door.keys.current(door.tenant_id)
    const claims = { sub: user_id, scope: 'openid', aud: `${door.issuer}userinfo` }
    const signed = async (issuer: string, more: { kid?: string } = { kid }): Promise<string> =>
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', ...more })
        .setIssuer(issuer)
        .setExpirationTime('1h')
        .sign(private_key)
    assert.equal((await asBearer(await signed(door.issuer))).status, 200)
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none', kid })).toString('base64url')
    const symmetric = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid })
      .setIssuer(door.issuer)
      .setExpirationTime('1h')
      .sign(Buffer.from(JSON.stringify((await door.keys.jwks(door.tenant_id)).keys[0])))
    const forgeries = [
      'nonsense',
      'a.b.c',
      `${header}.${payload}.`,
      `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
      `${header}.${Buffer.from(JSON.stringify({ ...claims, sub: 'auth0|root' })).toString('base64url')}.${signature}`,
      `${unsigned}.${payload}.`,
      symmetric,
      await signed('https://other.test/'),
      await signed(door.issuer, {}),
      await signed(door.issuer, { kid: 'unknown' }),
    ]
    for (const forgery of forgeries) await isRefused(forgery)
    assert.equal(door.logged().filter((line) => line.level >= 50).length, 0)
  })

  it('refuses opaque tokens that were altered, made elsewhere, or made for another tenant or key', async () => {
    const { sealer, keys } = door
    const { access_token } = await token('openid')
    const [kid = '', version = '', sealed = ''] = access_token.split(/\.(2\.0~)/)
    const content = { sub: user_id, client_id: client.client_id, scope: 'openid', exp: Math.floor(now / 1000) + 3600 }
    const made = (own: { use?: string; place?: string; kid?: string; exp?: number }): string => {
      const place = `${door.tenant_id}/${own.kid ?? kid}`
      const by = sealer.derived(`opaque access tokens/${own.use ?? place}`)
      const text = JSON.stringify({ ...content, exp: own.exp ?? content.exp })
      return `${own.kid ?? kid}.${by.seal(text, own.place ?? place).replace('$', '~')}`
    }
    assert.equal((await asBearer(made({}))).status, 200)
    const gone = await keys.rotate(door.tenant_id)
    const by_gone = (await token('openid')).access_token
    assert.equal((await asBearer(by_gone)).status, 200)
    assert.equal(by_gone.split('.')[0], gone)
    await keys.revoke(door.tenant_id, gone)
    const bytes = Buffer.from(sealed, 'base64url')
    const altered = [0, 12, 28, bytes.length - 1].map((at) => {
      const other = Buffer.from(bytes)
      other.writeUInt8(other.readUInt8(at) ^ 1, at)
      return `${kid}.${version}${other.toString('base64url')}`
    })
    const forgeries = [
      by_gone,
      ...altered,
      `${kid}.${version}`,
      `${kid}.${version}AAAA`,
      `${kid}.2.0$${sealed}`,
      `${kid}.1.0~${sealed}`,
      `${gone}.${version}${sealed}`,
      `.${version}${sealed}`,
      `${kid}.${version}${sealed}.`,
      made({ use: 'another tenant' }),
      made({ place: `another tenant/${kid}` }),
      made({ kid: 'unknown' }),
      made({ exp: Math.floor(now / 1000) }),
    ]
    for (const forgery of forgeries) await isRefused(forgery)
    assert.equal(door.logged().filter((line) => line.level >= 50).length, 0)
  })

  it('refuses a token that has expired', async () => {
    const { access_token } = await token('openid')
    now += 86_400_000
    await isRefused(access_token)
  })

  it('refuses the token of a user who is blocked or gone', async () => {
    const { access_token } = await token('openid')
    await door.blockUser(user_id, true)
    await isRefused(access_token)
    await door.blockUser(user_id, false)
    assert.equal((await asBearer(access_token)).status, 200)
    await door.db.deleteFrom('users').where('user_id', '=', user_id).execute()
    await isRefused(access_token)
  })
})
