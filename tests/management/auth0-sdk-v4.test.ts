import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { runTour } from './sdk-house.ts'

let tour: Awaited<ReturnType<typeof runTour>>
let seen: typeof tour.seen

before(async () => {
  tour = await runTour('sdk-tour-v4.ts')
  seen = tour.seen
})

after(() => tour?.house.close())

describe("Auth0's Management SDK 4 over https", () => {
  it('makes a client and a connection with scripts that the client may use', () => {
    assert.match(seen.connection.id, /^con_[A-Za-z0-9]{16}$/)
    assert.equal(seen.connection.enabled_clients.length, 1)
    assert.deepEqual(
      seen.enabled.connections.map(({ name }: { name: string }) => name),
      ['legacy'],
    )
    assert.equal(seen.login, 200)
  })

  it('is told in its own errors why a user cannot be made', () => {
    assert.deepEqual([seen.twice.statusCode, seen.twice.errorCode], [409, 'auth0_idp_error'])
    assert.deepEqual([seen.unknown_field.statusCode, seen.unknown_field.errorCode], [400, 'invalid_body'])
    assert.equal(
      seen.unknown_field.message,
      "Payload validation error: 'Additional properties not allowed: shoe_size'.",
    )
  })

  it('lists users as an array, or with totals and only the fields it wants', () => {
    assert.deepEqual(seen.bare_list, ['u1@example.com', 'u2@example.com'])
    assert.deepEqual(seen.counted, {
      start: 0,
      limit: 3,
      length: 3,
      total: 4,
      users: [{ email: 'ada@legacy.example' }, { email: 'u0@example.com' }, { email: 'u1@example.com' }],
    })
  })

  it('finds a user by search and by address, and reads them', () => {
    assert.equal(seen.searched[0].user_id, 'auth0|7')
    assert.equal(seen.ada.user_id, 'auth0|7')
    assert.equal(seen.ada.given_name, 'Ada')
  })

  it('blocks a user', () => {
    assert.equal(seen.blocked.blocked, true)
    assert.equal(seen.blocked_login, 403)
    assert.deepEqual(seen.blocks, { blocked_for: [] })
  })

  it('deletes a user, twice without an error', () => {
    assert.deepEqual([seen.gone.statusCode, seen.gone.errorCode], [404, 'inexistent_user'])
  })

  it('reads logs with totals, from a checkpoint and of a user', () => {
    assert.equal(seen.logs.total, 1)
    assert.equal(seen.logs.logs[0].type, 's')
    assert.equal(seen.after_checkpoint.length, 2)
    assert.ok(seen.user_logs.includes('s'))
  })

  it('finds, changes and deletes the connection, and a user of it by address', () => {
    assert.equal(seen.connections, 1)
    assert.equal(seen.changed.options.disable_signup, true)
    assert.deepEqual(seen.users_left, ['u1@example.com', 'u2@example.com'])
    assert.equal(seen.connection_gone.errorCode, 'inexistent_connection')
  })

  it('reads grants, resource servers, locked addresses and settings', () => {
    assert.equal(seen.grants.total, 1)
    assert.equal(seen.servers.resource_servers[0].is_system, true)
    assert.equal(seen.address.statusCode, 404)
    assert.equal(seen.settings.session_lifetime, 168)
  })
})
