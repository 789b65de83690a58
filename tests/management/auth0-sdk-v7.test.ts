import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { runTour } from './sdk-house.ts'

let tour: Awaited<ReturnType<typeof runTour>>
let seen: typeof tour.seen

before(async () => {
  tour = await runTour('sdk-tour-v7.ts')
  seen = tour.seen
})

after(() => tour?.house.close())

const emails = [0, 1, 2, 3, 4, 5, 6].map((index) => `u${index}@example.com`)

describe("Auth0's Management SDK 7 over https", () => {
  it('makes a connection with scripts, and reads its configuration back sealed', () => {
    assert.match(seen.connection.id, /^con_[A-Za-z0-9]{16}$/)
    assert.match(seen.connection_read.options.customScripts.login, /WrongUsernameOrPasswordError/)
    assert.notEqual(seen.connection_read.options.configuration.THE_PASSWORD, 'right one')
    assert.deepEqual(seen.connection_read.options.configuration, seen.connection.options.configuration)
  })

  it('sends options back with the sealed configuration, which still opens for the scripts', () => {
    assert.equal(seen.connection_updated.options.disable_signup, true)
    assert.deepEqual([seen.wrong, seen.login], [403, 200])
  })

  it('makes a client and lets it use the connection', () => {
    assert.match(seen.client.client_id, /^[A-Za-z0-9]{32}$/)
    assert.match(seen.client.client_secret, /^[A-Za-z0-9_-]{64}$/)
    assert.deepEqual(seen.connection_clients, [{ client_id: seen.client.client_id }])
  })

  it('is told that a user exists who is known here, or only in the legacy store', () => {
    for (const refused of [seen.twice, seen.known_in_legacy]) {
      assert.equal(refused.statusCode, 409)
      assert.deepEqual(refused.body, {
        statusCode: 409,
        error: 'Conflict',
        message: 'The user already exists.',
        errorCode: 'auth0_idp_error',
      })
    }
  })

  it('lists users page by page to the end', () => {
    assert.deepEqual(seen.listed, ['ada@legacy.example', ...emails])
  })

  it('searches users by connection, prefix, metadata and plan, in the order it asks for', () => {
    assert.deepEqual(seen.searched, emails.toReversed())
    assert.deepEqual(seen.by_metadata, ['u3@example.com'])
    assert.deepEqual(seen.by_plan, ['ada@legacy.example'])
    assert.equal(seen.bad_search.body.errorCode, 'invalid_query_string')
  })

  it('reads the user who moved', () => {
    assert.equal(seen.ada.user_id, 'auth0|7')
    assert.equal(seen.ada.email_verified, true)
    assert.deepEqual(seen.ada.identities, [{ connection: 'legacy', user_id: '7', provider: 'auth0', isSocial: false }])
    assert.deepEqual(seen.fields, { user_id: 'auth0|7', email: 'ada@legacy.example' })
  })

  it('changes metadata', () => {
    assert.deepEqual(seen.changed.user_metadata, { a: { b: 1 } })
    assert.deepEqual(seen.changed.app_metadata, { plan: 'silver' })
  })

  it('blocks a user and lets them in again', () => {
    assert.equal(seen.blocked.blocked, true)
    assert.deepEqual([seen.blocked_login, seen.unblocked_login], [403, 200])
  })

  it('sees a login that is locked after ten failures, and unlocks it', () => {
    assert.equal(seen.locked_login, 429)
    assert.deepEqual(seen.blocks, {
      blocked_for: [{ identifier: 'u1@example.com', ip: '127.0.0.1', connection: 'legacy' }],
    })
    assert.deepEqual(seen.no_blocks, { blocked_for: [] })
    assert.equal(seen.lifted_login, 200)
  })

  it('deletes a user, whom the legacy store cannot bring back', () => {
    assert.equal(seen.gone.body.errorCode, 'inexistent_user')
    assert.equal(seen.tombstoned_login, 403)
  })

  it('reads logs: all, searched, one, and those of a user', () => {
    for (const type of ['s', 'fp', 'fu', 'sapi', 'sdu', 'limit_wc', 'ublkdu'])
      assert.ok(seen.log_types.includes(type), type)
    assert.equal(seen.ada_logins.length, 2)
    assert.ok(seen.ada_logins.every((event: { user_id: string }) => event.user_id === 'auth0|7'))
    assert.equal(seen.event.log_id, seen.ada_logins[0].log_id)
    assert.equal(seen.ada_logins[1].details.migration.outcome, 'moved')
    assert.ok(seen.user_logs.includes('sdu'))
  })

  it('makes resource servers and grants, and finds a resource server by its identifier', () => {
    assert.equal(seen.server.identifier, 'https://orders.example/')
    assert.deepEqual(
      seen.grants.map(({ audience, scope }: { audience: string; scope: string[] }) => [audience, scope]),
      [['https://orders.example/', ['read:orders']]],
    )
  })

  it('lists clients, gives one a new secret, and changes the settings', () => {
    assert.deepEqual(seen.client_names, ['Management API client', 'shop'])
    assert.notEqual(seen.rotated.client_secret, seen.client.client_secret)
    assert.equal(seen.settings.friendly_name, 'Shop')
  })

  it('makes links for a user', () => {
    assert.match(seen.reset_ticket.ticket, /^https:.*\/u\/reset-verify\?ticket=[A-Za-z0-9]{32}#$/)
    assert.match(seen.verification_ticket.ticket, /^https:.*\/u\/email-verification\?ticket=[A-Za-z0-9]{32}#$/)
  })

  it('reads, rotates and revokes signing keys', () => {
    const [current, next] = seen.keys
    assert.deepEqual([current.current, next.next, seen.keys.length], [true, true, 2])
    assert.deepEqual([seen.rotated_key.kid, seen.key.current], [next.kid, true])
    assert.equal(seen.previous_key.kid, current.kid)
    assert.match(seen.revoked_key.cert, /^-----BEGIN CERTIFICATE-----/)
    assert.equal(seen.unknown_key.statusCode, 404)
  })

  it('skips what is not there, as if its token did not reach that far', () => {
    assert.equal(seen.unimplemented.statusCode, 403)
    assert.equal(seen.unimplemented.body.message, 'Insufficient scope, expected any of: read:log_streams')
  })

  it('deletes the connection with its users', () => {
    assert.deepEqual([seen.connections, seen.users_left], [[], []])
  })
})
