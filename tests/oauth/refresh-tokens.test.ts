import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { decodeJwt } from 'jose'
import { purgeTokenFamilies } from '../../src/store/refresh-tokens.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { newCredential, setPassword } from '../../src/users/write-credential.ts'
import { openDoor, type Answer, type Door } from './door.ts'

let door: Door
let now = Date.now()
let client: { client_id: string; client_secret: string }
let connection_id: string
let user_id: string
const grant_types = ['password', 'refresh_token']
const orders = 'https://orders.test/'
const day_ms = 24 * 3600 * 1000

before(async () => {
  door = await openDoor({ clock: { now: () => now } })
  await door.resourceServer(orders, {
    allow_offline_access: true,
    scopes: [{ value: 'read:orders' }],
    token_lifetime: 600,
  })
})

beforeEach(async () => {
  client = await door.client({ grant_types })
  const name = `users-${client.client_id}`
  connection_id = await door.connection(name, [client])
  user_id = await door.user(connection_id, 'ada@example.com', 'engine no. 1')
})

after(() => door.close())

const begin = async (fields: Record<string, unknown> = {}): Promise<string> => {
  const { status, body } = await door.post('/oauth/token', {
    grant_type: 'password',
    ...client,
    realm: `users-${client.client_id}`,
    username: 'ada@example.com',
    password: 'engine no. 1',
    scope: 'openid profile email offline_access',
    ...fields,
  })
  assert.equal(status, 200)
  return body.refresh_token
}

const refresh = (refresh_token: string, fields: Record<string, unknown> = {}): Promise<Answer> =>
  door.post('/oauth/token', { grant_type: 'refresh_token', ...client, refresh_token, ...fields })

const unknown = { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' }

async function isRefused(refresh_token: string): Promise<void> {
  const { status, body } = await refresh(refresh_token)
  assert.equal(status, 403)
  assert.deepEqual(body, unknown)
}

describe('a refresh token', () => {
  it('gives new tokens of every kind and is replaced', async () => {
    const first = await begin()
    const { status, body } = await refresh(first)
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(body).sort(), [
      'access_token',
      'expires_in',
      'id_token',
      'refresh_token',
      'scope',
      'token_type',
    ])
    assert.equal(decodeJwt(body.id_token).sub, user_id)
    assert.equal(body.scope, 'openid profile email offline_access')
    assert.match(body.refresh_token, /^[A-Za-z0-9_-]{64}$/)
    assert.notEqual(body.refresh_token, first)
    assert.equal((await refresh(body.refresh_token)).status, 200)
  })

  it('keeps its audience', async () => {
    const token = await begin({ audience: orders, scope: 'openid read:orders offline_access' })
    const { body } = await refresh(token)
    assert.deepEqual(decodeJwt(body.access_token).aud, [orders, `${door.issuer}userinfo`])
    assert.equal(body.expires_in, 600)
  })

  it('lets the scope narrow, never widen, and keeps what was not asked for', async () => {
    const token = await begin({ scope: 'openid email offline_access' })
    const narrow = await refresh(token, { scope: 'email profile admin' })
    assert.equal(narrow.body.scope, 'email')
    assert.equal(narrow.body.id_token, undefined)
    const whole = await refresh(narrow.body.refresh_token)
    assert.equal(whole.body.scope, 'openid email offline_access')
    assert.ok(whole.body.id_token)
  })

  it('is kept as a digest alone', async () => {
    const token = await begin()
    const tables = [
      await door.db.selectFrom('refresh_tokens').selectAll().execute(),
      await door.db.selectFrom('token_families').selectAll().execute(),
      await door.db.selectFrom('log_events').selectAll().execute(),
    ]
    assert.ok(!JSON.stringify(tables).includes(token))
  })

  it('shows what is true of the user now', async () => {
    const token = await begin()
    await door.db.updateTable('users').set({ name: 'Countess' }).where('user_id', '=', user_id).execute()
    assert.equal(decodeJwt((await refresh(token)).body.id_token)['name'], 'Countess')
  })

  it('is of no use to another client, which does not harm it', async () => {
    const token = await begin()
    const other = await door.client({ grant_types })
    const { status, body } = await refresh(token, other)
    assert.equal(status, 403)
    assert.deepEqual(body, unknown)
    assert.equal((await refresh(token)).status, 200)
  })

  it('that nobody issued is refused', async () => {
    await isRefused('never issued')
  })
})

describe('a rotated refresh token that comes back', () => {
  it('ends the whole family, and is logged as reuse', async () => {
    const first = await begin()
    const second = (await refresh(first)).body.refresh_token
    const third = (await refresh(second)).body.refresh_token
    now += 1
    await isRefused(first)
    await isRefused(third)
    const events = await door.db
      .selectFrom('log_events')
      .selectAll()
      .where('client_id', '=', client.client_id)
      .execute()
    assert.equal(events.filter((event) => event.type === 'ferrt').length, 1)
    assert.ok(events.every((event) => !JSON.stringify(event).includes(first)))
  })

  it('leaves the other logins of the user alone', async () => {
    const other = await begin()
    const first = await begin()
    await refresh(first)
    await isRefused(first)
    assert.equal((await refresh(other)).status, 200)
  })

  it('works once more within the leeway that the client has, and not after it', async () => {
    const settings = { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 10 }
    await door.changeClient(client.client_id, { grant_types, refresh_token: settings })
    const first = await begin()
    const second = (await refresh(first)).body.refresh_token
    now += 9000
    const again = await refresh(first)
    assert.equal(again.status, 200)
    assert.notEqual(again.body.refresh_token, second)
    assert.equal((await refresh(second)).status, 200)
    now += 2000
    await isRefused(first)
    await isRefused(again.body.refresh_token)
  })
})

describe('twenty uses at once', () => {
  it('succeed once', async () => {
    const token = await begin()
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(token)))
    assert.equal(answers.filter((answer) => answer.status === 200).length, 1)
    for (const answer of answers) if (answer.status !== 200) assert.deepEqual(answer.body, unknown)
    const tokens = await door.db
      .selectFrom('refresh_tokens')
      .innerJoin('token_families', 'token_families.family_id', 'refresh_tokens.family_id')
      .select('rotated_at')
      .where('client_id', '=', client.client_id)
      .execute()
    assert.equal(tokens.length, 2)
    const success = await door.db
      .selectFrom('log_events')
      .select('log_id')
      .where('client_id', '=', client.client_id)
      .where('type', '=', 'sertft')
      .execute()
    assert.equal(success.length, 1)
  })

  it('within the leeway all succeed, and every token they give is good', async () => {
    const settings = { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 60 }
    await door.changeClient(client.client_id, { grant_types, refresh_token: settings })
    const token = await begin()
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(token)))
    assert.ok(answers.every((answer) => answer.status === 200))
    for (const answer of answers) assert.equal((await refresh(answer.body.refresh_token)).status, 200)
  })
})

describe('a client without rotation', () => {
  it('keeps its refresh token, and is given no other', async () => {
    const settings = { rotation_type: 'non-rotating', expiration_type: 'non-expiring' }
    await door.changeClient(client.client_id, { grant_types, refresh_token: settings })
    const token = await begin()
    for (let use = 0; use < 3; use += 1) {
      now += 300 * day_ms
      const { status, body } = await refresh(token)
      assert.equal(status, 200)
      assert.equal(body.refresh_token, undefined)
    }
  })
})

describe('the end of a refresh token', () => {
  it('comes after 15 days of rest, and after 30 days in any case', async () => {
    const idle = await begin()
    now += 15 * day_ms
    await isRefused(idle)
    let used = await begin()
    for (const days of [14, 14]) {
      now += days * day_ms
      used = (await refresh(used)).body.refresh_token
      assert.ok(used)
    }
    now += 2 * day_ms
    await isRefused(used)
  })

  it('is what the client says', async () => {
    const settings = {
      rotation_type: 'rotating',
      expiration_type: 'expiring',
      token_lifetime: 100,
      infinite_idle_token_lifetime: true,
    }
    await door.changeClient(client.client_id, { grant_types, refresh_token: settings })
    const token = await begin()
    now += 99_000
    const { body } = await refresh(token)
    now += 1000
    await isRefused(body.refresh_token)
  })

  it('leaves nothing behind', async () => {
    await begin()
    const rows = (table: 'token_families' | 'refresh_tokens') => door.db.selectFrom(table).select('tenant_id').execute()
    now += 31 * day_ms
    const lasting = await door.db
      .selectFrom('token_families')
      .select('family_id')
      .where('expires_at', 'is', null)
      .execute()
    await purgeTokenFamilies(door.db, door.tenant_id, now)
    assert.equal((await rows('token_families')).length, lasting.length)
    assert.equal((await rows('refresh_tokens')).length, lasting.length)
  })
})

describe('a refresh token of a user', () => {
  it('who is blocked is refused, and works again afterwards', async () => {
    const token = await begin()
    await door.blockUser(user_id, true)
    const { status, body } = await refresh(token)
    assert.equal(status, 403)
    assert.deepEqual(body, { error: 'unauthorized', error_description: 'user is blocked' })
    await door.blockUser(user_id, false)
    assert.equal((await refresh(token)).status, 200)
  })

  it('who was deleted is unknown', async () => {
    const token = await begin()
    await door.db.deleteFrom('users').where('user_id', '=', user_id).execute()
    await isRefused(token)
  })

  it('whose connection was deleted is unknown, also while the user still is being deleted', async () => {
    const token = await begin()
    await door.db.deleteFrom('connections').where('connection_id', '=', connection_id).execute()
    await isRefused(token)
  })

  it('whose password changes ends with the old password', async () => {
    const token = await begin()
    const password_hash = await door.passwords.hash('engine no. 2')
    await inTransaction(door.db, (trx) =>
      setPassword(trx, door.tenant_id, user_id, newCredential(password_hash, 'reset'), now),
    )
    await isRefused(token)
  })
})
