import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, before, it, mock } from 'node:test'
import { openDoor, type Door } from './door.ts'

let door: Door
let client: { client_id: string; client_secret: string }
const password = 'engine no. 1'
const realm_grant = 'http://auth0.com/oauth/grant-type/password-realm'
const prepare = mock.method(DatabaseSync.prototype, 'prepare')

before(async () => {
  door = await openDoor()
  client = await door.client({ grant_types: ['password', 'refresh_token'] })
  await door.user(await door.connection('users', [client]), 'ada@example.com', password)
})

after(() => door.close())

async function round(address: string): Promise<void> {
  const ask = (fields: Record<string, unknown>) =>
    door.post('/oauth/token', { ...client, ...fields }, { 'x-forwarded-for': address })
  const person = {
    grant_type: realm_grant,
    realm: 'users',
    username: 'ada@example.com',
    scope: 'openid offline_access',
  }
  const { status, body } = await ask({ ...person, password })
  assert.equal(status, 200)
  assert.equal((await ask({ grant_type: 'refresh_token', refresh_token: body.refresh_token })).status, 200)
  assert.equal((await ask({ ...person, password: 'engine no. 2' })).status, 403)
  const reset = { client_id: client.client_id, connection: 'users', email: `lost-${address}@example.com` }
  assert.equal((await door.post('/dbconnections/change_password', reset)).status, 200)
  await door.background.drained()
  assert.equal((await ask({ ...person, username: `nobody-${address}@example.com`, password })).status, 403)
}

// A value written into the text of a statement makes a statement of its own, which is compiled and kept: a login then
// costs more, and memory grows with logins.
it('compiles no statement for a login, a refused one, a refresh or a reset that an earlier one has compiled', async () => {
  await round('203.0.113.1')
  await round('203.0.113.1')
  const known = prepare.mock.callCount()
  assert.ok(known > 0)
  for (let nth = 2; nth < 6; nth += 1) await round(`203.0.113.${nth}`)
  const made = prepare.mock.calls.slice(known).map((call) => call.arguments[0])
  assert.deepEqual(made, [])
})
