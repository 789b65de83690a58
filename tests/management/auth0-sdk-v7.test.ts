import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { runSdkCalls } from './sdk-process.ts'

let run: Awaited<ReturnType<typeof runSdkCalls>>
let answers: typeof run.answers

before(async () => {
  run = await runSdkCalls('sdk-calls-v7.ts')
  answers = run.answers
})

after(() => run?.server.close())

const emails = [0, 1, 2, 3, 4, 5, 6].map((index) => `u${index}@example.com`)

describe("Auth0's Management SDK 7 over https", () => {
  it('creates a connection with scripts, and reads its configuration back sealed', () => {
    assert.match(answers.connection.id, /^con_[A-Za-z0-9]{16}$/)
    assert.match(answers.connection_read.options.customScripts.login, /WrongUsernameOrPasswordError/)
    assert.notEqual(answers.connection_read.options.configuration.THE_PASSWORD, 'right one')
    assert.deepEqual(answers.connection_read.options.configuration, answers.connection.options.configuration)
  })

  it('sends options back with the sealed configuration, which the scripts still read', () => {
    assert.equal(answers.connection_updated.options.disable_signup, true)
    assert.deepEqual([answers.wrong, answers.login], [403, 200])
  })

  it('creates a client and enables the connection for it', () => {
    assert.match(answers.client.client_id, /^[A-Za-z0-9]{32}$/)
    assert.match(answers.client.client_secret, /^[A-Za-z0-9_-]{64}$/)
    assert.deepEqual(answers.connection_clients, [{ client_id: answers.client.client_id }])
  })

  it('gets a conflict for a user who exists here, or only in the legacy store', () => {
    for (const refused of [answers.twice, answers.known_in_legacy]) {
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
    assert.deepEqual(answers.listed, ['ada@legacy.example', ...emails])
  })

  it('searches users by connection, prefix, metadata and plan, in the requested order', () => {
    assert.deepEqual(answers.searched, emails.toReversed())
    assert.deepEqual(answers.by_metadata, ['u3@example.com'])
    assert.deepEqual(answers.by_plan, ['ada@legacy.example'])
    assert.equal(answers.bad_search.body.errorCode, 'invalid_query_string')
  })

  it('reads the user who moved', () => {
    assert.equal(answers.ada.user_id, 'auth0|7')
    assert.equal(answers.ada.email_verified, true)
    assert.deepEqual(answers.ada.identities, [
      { connection: 'legacy', user_id: '7', provider: 'auth0', isSocial: false },
    ])
    assert.deepEqual(answers.fields, { user_id: 'auth0|7', email: 'ada@legacy.example' })
  })

  it('changes metadata', () => {
    assert.deepEqual(answers.changed.user_metadata, { a: { b: 1 } })
    assert.deepEqual(answers.changed.app_metadata, { plan: 'silver' })
  })

  it('blocks and unblocks a user', () => {
    assert.equal(answers.blocked.blocked, true)
    assert.deepEqual([answers.blocked_login, answers.unblocked_login], [403, 200])
  })

  it('reads and removes the lock after ten failed logins', () => {
    assert.equal(answers.locked_login, 429)
    assert.deepEqual(answers.blocks, {
      blocked_for: [{ identifier: 'u1@example.com', ip: '127.0.0.1', connection: 'legacy' }],
    })
    assert.deepEqual(answers.no_blocks, { blocked_for: [] })
    assert.equal(answers.lifted_login, 200)
  })

  it('deletes a user, who does not move again', () => {
    assert.equal(answers.gone.body.errorCode, 'inexistent_user')
    assert.equal(answers.tombstoned_login, 403)
  })

  it('reads logs: all, searched, one, and those of a user', () => {
    for (const type of ['s', 'fp', 'fu', 'sapi', 'sdu', 'limit_wc', 'ublkdu'])
      assert.ok(answers.log_types.includes(type), type)
    assert.equal(answers.ada_logins.length, 2)
    assert.ok(answers.ada_logins.every((event: { user_id: string }) => event.user_id === 'auth0|7'))
    assert.equal(answers.event.log_id, answers.ada_logins[0].log_id)
    assert.equal(answers.ada_logins[1].details.migration.outcome, 'moved')
    assert.ok(answers.user_logs.includes('sdu'))
  })

  it('creates resource servers and grants, and finds a resource server by its identifier', () => {
    assert.equal(answers.server.identifier, 'https://orders.example/')
    assert.deepEqual(
      answers.grants.map(({ audience, scope }: { audience: string; scope: string[] }) => [audience, scope]),
      [['https://orders.example/', ['read:orders']]],
    )
  })

  it('lists clients, gives one a new secret, and changes the settings', () => {
    assert.deepEqual(answers.client_names, ['Management API client', 'shop'])
    assert.notEqual(answers.rotated.client_secret, answers.client.client_secret)
    assert.equal(answers.settings.friendly_name, 'Shop')
  })

  it('creates tickets for a user', () => {
    assert.match(answers.reset_ticket.ticket, /^https:.*\/u\/reset-verify\?ticket=[A-Za-z0-9]{32}#$/)
    assert.match(answers.verification_ticket.ticket, /^https:.*\/u\/email-verification\?ticket=[A-Za-z0-9]{32}#$/)
  })

  it('reads statistics, and configures attack protection, mail and log streams', () => {
    assert.equal(answers.active_users, 1)
    assert.equal(answers.daily.length, 30)
    assert.equal(answers.brute_force.max_attempts, 20)
    assert.equal(answers.throttling.stage['pre-login'].max_attempts, 100)
    assert.deepEqual([answers.mail_service.name, answers.mail_service.credentials.smtp_port], ['smtp', 587])
    assert.deepEqual([answers.mail_template.subject, answers.mail_template.body], ['Hi', '<p>Hello</p>'])
    assert.deepEqual(
      answers.streams.map(({ name, status }: { name: string; status: string }) => [name, status]),
      [['siem', 'active']],
    )
  })

  it('reads, rotates and revokes signing keys', () => {
    const [current, next] = answers.keys
    assert.deepEqual([current.current, next.next, answers.keys.length], [true, true, 2])
    assert.deepEqual([answers.rotated_key.kid, answers.key.current], [next.kid, true])
    assert.equal(answers.previous_key.kid, current.kid)
    assert.match(answers.revoked_key.cert, /^-----BEGIN CERTIFICATE-----/)
    assert.equal(answers.unknown_key.statusCode, 404)
  })

  it('gets 403 for unknown paths, as for a missing scope', () => {
    assert.equal(answers.unimplemented.statusCode, 403)
    assert.equal(answers.unimplemented.body.message, 'Insufficient scope, expected any of: read:organizations')
  })

  it('deletes the connection with its users', () => {
    assert.deepEqual([answers.connections, answers.users_left], [[], []])
  })
})
