import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { runSdkCalls } from './sdk-process.ts'

let run: Awaited<ReturnType<typeof runSdkCalls>>
let answers: typeof run.answers

before(async () => {
  run = await runSdkCalls('sdk-calls-v4.ts')
  answers = run.answers
})

after(() => run?.server.close())

describe("Auth0's Management SDK 4 over https", () => {
  it('creates a client and a connection with scripts that is enabled for the client', () => {
    assert.match(answers.connection.id, /^con_[A-Za-z0-9]{16}$/)
    assert.equal(answers.connection.enabled_clients.length, 1)
    assert.deepEqual(
      answers.enabled.connections.map(({ name }: { name: string }) => name),
      ['legacy'],
    )
    assert.equal(answers.login, 200)
  })

  it('gets errors of its own types where a user is refused', () => {
    assert.deepEqual([answers.twice.statusCode, answers.twice.errorCode], [409, 'auth0_idp_error'])
    assert.deepEqual([answers.unknown_field.statusCode, answers.unknown_field.errorCode], [400, 'invalid_body'])
    assert.equal(
      answers.unknown_field.message,
      "Payload validation error: 'Additional properties not allowed: shoe_size'.",
    )
  })

  it('lists users as an array, or with totals and selected fields', () => {
    assert.deepEqual(answers.bare_list, ['u1@example.com', 'u2@example.com'])
    assert.deepEqual(answers.counted, {
      start: 0,
      limit: 3,
      length: 3,
      total: 4,
      users: [{ email: 'ada@legacy.example' }, { email: 'u0@example.com' }, { email: 'u1@example.com' }],
    })
  })

  it('finds a user by search and by address, and reads them', () => {
    assert.equal(answers.searched[0].user_id, 'auth0|7')
    assert.equal(answers.ada.user_id, 'auth0|7')
    assert.equal(answers.ada.given_name, 'Ada')
  })

  it('blocks a user', () => {
    assert.equal(answers.blocked.blocked, true)
    assert.equal(answers.blocked_login, 403)
    assert.deepEqual(answers.blocks, { blocked_for: [] })
  })

  it('deletes a user, also twice', () => {
    assert.deepEqual([answers.gone.statusCode, answers.gone.errorCode], [404, 'inexistent_user'])
  })

  it('reads logs with totals, from a checkpoint and of a user', () => {
    assert.equal(answers.logs.total, 1)
    assert.equal(answers.logs.logs[0].type, 's')
    assert.equal(answers.after_checkpoint.length, 2)
    assert.ok(answers.user_logs.includes('s'))
  })

  it('finds, changes and deletes the connection, and a user of it by address', () => {
    assert.equal(answers.connections, 1)
    assert.equal(answers.changed.options.disable_signup, true)
    assert.deepEqual(answers.users_left, ['u1@example.com', 'u2@example.com'])
    assert.equal(answers.connection_gone.errorCode, 'inexistent_connection')
  })

  it('reads grants, resource servers, locked addresses and settings', () => {
    assert.equal(answers.grants.total, 1)
    assert.equal(answers.servers.resource_servers[0].is_system, true)
    assert.equal(answers.address.statusCode, 404)
    assert.equal(answers.settings.session_lifetime, 168)
  })
})
