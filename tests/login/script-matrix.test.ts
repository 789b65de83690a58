// Each script in each mode in which it runs, against a real PostgreSQL. `npm run test:long -- script-matrix` runs the whole matrix.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { member } from '../support/requests.ts'
import { happenings, new_password, old_password, startMatrix, submitTicket, type Matrix } from './matrix-events.ts'

let matrix: Matrix
before(async () => {
  matrix = await startMatrix()
})
after(async () => await matrix?.close())

const user = async (user_id: string) => await matrix.server.must('GET', `users/${encodeURIComponent(user_id)}`)
const lastEvent = async () => {
  const [event] = await matrix.server.logs('NOT type:sapi')
  return [event?.['type'], member(member(event?.['details'], 'migration'), 'script')]
}

describe('legacy mode runs the script of each event, and then writes here', () => {
  test('sign-up: get_user, create, login; no password is kept, metadata is', async () => {
    const { row } = matrix.newUser()
    const answer = await happenings.sign_up(matrix, 'legacy', { row, user_id: '', refresh_token: undefined })
    assert.equal(answer.status, 200, answer.text)
    const calls = await matrix.store.takeCalls()
    const [get_user, get_by_name, create, login] = calls
    assert.deepEqual(
      [get_user, get_by_name],
      [
        ['get_user', row.email],
        ['get_user', row.username],
      ],
    )
    assert.equal(create?.[0], 'create')
    const { client_id } = matrix.client
    const { email, username } = row
    assert.deepEqual(create[1], {
      client_id,
      tenant: 'default',
      connection: 'legacy',
      email,
      password: new_password,
      username,
      user_metadata: { colour: 'blue' },
    })
    assert.deepEqual(login, ['login', email, new_password])
    assert.equal(calls.length, 4)
    const created = await user(`auth0|${answer.json._id}`)
    assert.deepEqual(created.user_metadata, { colour: 'blue' })
    assert.deepEqual(await matrix.server.internals.db.selectFrom('credentials').selectAll().execute(), [])
    assert.deepEqual(await lastEvent(), ['ss', 'create'])
    assert.equal((await matrix.login('legacy', email, new_password)).status, 200)
  })

  test('verification: verify; the address shows as verified after the next login', async () => {
    const person = await matrix.knownUser('legacy')
    const answer = await happenings.verification(matrix, 'legacy', person)
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(await matrix.store.takeCalls(), [['verify', person.row.email]])
    assert.equal((await matrix.store.rowOf(person.row.id))?.verified, true)
    assert.deepEqual(await lastEvent(), ['sv', 'verify'])
    assert.equal((await user(person.user_id)).email_verified, false)
    await matrix.login('legacy', person.row.email)
    assert.equal((await user(person.user_id)).email_verified, true)
  })

  test('reset: get_user mails the link, get_user and change_password change the password and revoke the tokens', async () => {
    const person = await matrix.knownUser('legacy')
    const { email } = person.row
    await matrix.store.takeCalls()
    await happenings.reset_request(matrix, 'legacy', person)
    assert.deepEqual(await matrix.store.takeCalls(), [['get_user', email]])
    assert.equal((await matrix.server.outbox(email)).length, 1)
    const answer = await happenings.reset_confirmation(matrix, 'legacy', person)
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(await matrix.store.takeCalls(), [
      ['get_user', email],
      ['change_password', email, new_password],
    ])
    assert.deepEqual(await lastEvent(), ['scp', 'change_password'])
    assert.equal((await happenings.refresh(matrix, 'legacy', person)).status, 403)
    assert.equal((await matrix.login('legacy', email, old_password)).status, 403)
    assert.equal((await matrix.login('legacy', email, new_password)).status, 200)
  })

  test('changes of the Management API: change_password, change_email, change_username, change_phone_number', async () => {
    const person = await matrix.knownUser('legacy')
    const { email, username, phone, id } = person.row
    const made = async (name: 'password_change' | 'email_change' | 'username_change' | 'phone_number_change') => {
      const answer = await happenings[name](matrix, 'legacy', person)
      assert.equal(answer.status, 200, answer.text)
      return [...(await matrix.store.takeCalls()), await lastEvent()]
    }
    assert.deepEqual(await made('password_change'), [
      ['change_password', email, new_password],
      ['scp', 'change_password'],
    ])
    assert.deepEqual(await made('email_change'), [
      ['get_user', `new-${email}`],
      ['change_email', email, `new-${email}`, false],
      ['sce', 'change_email'],
    ])
    assert.deepEqual(await made('username_change'), [
      ['change_username', username, `new${username}`],
      ['scu', 'change_username'],
    ])
    assert.deepEqual(await made('phone_number_change'), [
      ['change_phone_number', phone, `${phone}9`],
      ['scpn', 'change_phone_number'],
    ])
    const row = await matrix.store.rowOf(id)
    assert.deepEqual(
      [row?.email, row?.username, row?.phone, row?.password],
      [`new-${email}`, `new${username}`, `${phone}9`, new_password],
    )
    const shown = await user(person.user_id)
    assert.deepEqual([shown.email, shown.username, shown.phone_number], [row?.email, row?.username, row?.phone])
  })

  test('deletion: delete; the ledger keeps nothing of the user', async () => {
    const person = await matrix.knownUser('legacy')
    assert.equal((await happenings.deletion(matrix, 'legacy', person)).status, 204)
    assert.deepEqual(await matrix.store.takeCalls(), [['delete', String(person.row.id)]])
    assert.equal(await matrix.store.rowOf(person.row.id), undefined)
    assert.deepEqual(await lastEvent(), ['sdu', 'delete'])
    const records = await matrix.server.records(matrix.ids['legacy'] ?? '')
    assert.deepEqual(
      records.filter((record) => record['legacy_id'] === String(person.row.id)),
      [],
    )
    const again = await happenings.sign_up(matrix, 'legacy', person)
    assert.equal(again.status, 200, again.text)
  })
})

describe('import mode runs login and get_user for users unknown here, and no other script', () => {
  test('login moves a user; sign-up, reset and changes look identifiers up', async () => {
    await matrix.store.takeCalls()
    const moving = await matrix.unknownUser()
    assert.equal((await happenings.login(matrix, 'import', moving)).status, 200)
    assert.deepEqual(await matrix.store.takeCalls(), [['login', moving.row.email, old_password]])
    const resetting = await matrix.unknownUser()
    assert.equal((await happenings.reset_confirmation(matrix, 'import', resetting)).status, 200)
    assert.deepEqual(await matrix.store.takeCalls(), [['get_user', resetting.row.email]])
    assert.equal((await matrix.store.rowOf(resetting.row.id))?.password, old_password)
    assert.equal((await happenings.sign_up(matrix, 'import', await matrix.unknownUser())).status, 400)
    assert.equal((await happenings.email_change(matrix, 'import', moving)).status, 200)
    const scripts = (await matrix.store.takeCalls()).map(([script]) => script)
    assert.deepEqual(scripts, ['get_user', 'get_user'])
  })

  test('[guard: import-changes-nothing-there] a moved user is changed and deleted here only', async () => {
    const person = await matrix.knownUser('import')
    const before_row = await matrix.store.rowOf(person.row.id)
    for (const name of ['verification', 'reset_confirmation', 'password_change', 'phone_number_change'] as const) {
      const answer = await happenings[name](matrix, 'import', person)
      assert.equal(answer.status, 200, `${name}: ${answer.text}`)
    }
    assert.equal((await happenings.deletion(matrix, 'import', person)).status, 204)
    assert.deepEqual(await matrix.store.takeCalls(), [])
    assert.deepEqual(await matrix.store.rowOf(person.row.id), before_row)
  })
})

describe('what is kept elsewhere and cannot be changed', () => {
  test('without its script an event is refused, and says which script is missing', async () => {
    await matrix.connect('bare', ['login', 'get_user'])
    const person = await matrix.unknownUser()
    assert.equal((await matrix.login('bare', person.row.email)).status, 200)
    await matrix.store.takeCalls()
    for (const [name, script] of [
      ['password_change', 'change_password'],
      ['email_change', 'change_email'],
      ['username_change', 'change_username'],
      ['phone_number_change', 'change_phone_number'],
      ['deletion', 'delete'],
      ['sign_up', 'create'],
      ['reset_request', 'change_password'],
    ] as const) {
      const answer = await happenings[name](matrix, 'bare', person)
      assert.equal(answer.status, 400, `${name}: ${answer.text}`)
      assert.match(answer.text, new RegExp(`${script} script does not exist: .* kept elsewhere`))
    }
    assert.equal((await user(person.user_id)).email, person.row.email)
    assert.deepEqual(await matrix.store.takeCalls(), [])
  })

  test('attributes that each login overwrites are not updatable, unless logins leave them', async () => {
    const person = await matrix.knownUser('legacy')
    const path = `users/${encodeURIComponent(person.user_id)}`
    const refused = await matrix.server.refused('PATCH', path, { name: 'Ada', email: null })
    assert.equal(refused[0], 400)
    assert.match(refused[2], /cannot be updated: name, email\./)
    const two = await matrix.server.refused('PATCH', path, { phone_number: '+15550', password: new_password })
    assert.match(two[2], /Cannot update password and phone_number simultaneously/)
    assert.equal((await matrix.server.api('PATCH', path, { user_metadata: { a: 1 }, blocked: true })).status, 200)
    assert.deepEqual(await matrix.store.takeCalls(), [])
    await matrix.connect('first', ['login', 'get_user'], { set_user_root_attributes: 'on_first_login' })
    const other = await matrix.unknownUser()
    await matrix.login('first', other.row.email)
    await matrix.server.must('PATCH', `users/${encodeURIComponent(other.user_id)}`, { name: 'Ada' })
    await matrix.login('first', other.row.email)
    assert.equal((await user(other.user_id)).name, 'Ada')
  })
})

describe('a legacy store in which letter case counts', () => {
  test('its scripts are called with the address in its own letters, and get_user with what was typed', async () => {
    const { store, server } = matrix
    const row = await store.addUser('Mixed.Case')
    const person = { row, user_id: `auth0|${row.id}`, refresh_token: undefined }
    assert.equal((await happenings.reset_confirmation(matrix, 'legacy', person)).status, 200)
    assert.deepEqual(await store.takeCalls(), [
      ['get_user', row.email],
      ['change_password', row.email, new_password],
    ])
    assert.equal((await matrix.login('legacy', row.email, new_password)).status, 200)
    assert.equal((await user(person.user_id)).email, row.email)
    await store.takeCalls()
    assert.equal((await happenings.verification(matrix, 'legacy', person)).status, 200)
    assert.equal((await happenings.email_change(matrix, 'legacy', person)).status, 200)
    const calls = await store.takeCalls()
    assert.deepEqual(calls[0], ['verify', row.email])
    assert.deepEqual(calls.at(-1), ['change_email', row.email, `new-${row.email}`, false])
    assert.equal((await user(person.user_id)).email, `new-${row.email}`)
    const moved = await store.addUser('Moves.Here')
    const moving = { row: moved, user_id: `auth0|${moved.id}`, refresh_token: undefined }
    assert.equal((await happenings.reset_confirmation(matrix, 'import', moving)).status, 200)
    assert.equal((await server.must('GET', `users/auth0%7C${moved.id}`)).email, moved.email.toLowerCase())
  })
})

describe('while the legacy store is away', () => {
  test('a mailed link stays valid, and is used when the store is back', async () => {
    const { store, server } = matrix
    const person = await matrix.knownUser('legacy')
    const { email } = person.row
    const input = { connection_id: matrix.ids['legacy'] ?? '', email }
    const reset = (await server.must('POST', 'tickets/password-change', input)).ticket
    const { user_id } = person
    const verification = (await server.must('POST', 'tickets/email-verification', { user_id })).ticket
    const submit = async () => [
      (await submitTicket(matrix, '/u/email-verification', verification, {})).status,
      (
        await submitTicket(matrix, '/u/reset-password', reset, {
          password: new_password,
          password_repeat: new_password,
        })
      ).status,
    ]
    await store.switchOff()
    try {
      assert.deepEqual(await submit(), [503, 503])
    } finally {
      await store.switchOn()
    }
    matrix.server.advance(60_000)
    assert.deepEqual(await submit(), [200, 200])
    assert.deepEqual(await submit(), [400, 400])
    assert.equal((await matrix.login('legacy', email, new_password)).status, 200)
  })

  test('[guard: script-before-local-write] each event is answered 503 and nothing changes; local_only deletes here and leaves a tombstone', async () => {
    const person = await matrix.knownUser('legacy')
    const before_user = await user(person.user_id)
    await matrix.store.switchOff()
    try {
      for (const name of ['deletion', 'password_change', 'email_change', 'username_change', 'sign_up'] as const) {
        const answer = await happenings[name](matrix, 'legacy', person)
        assert.equal(answer.status, 503, `${name}: ${answer.text}`)
        assert.equal(answer.headers.has('retry-after'), true)
        assert.doesNotMatch(answer.text, /wrong|incorrect/i)
      }
      const verification = await happenings.verification(matrix, 'legacy', person)
      assert.equal(verification.status, 503, verification.text)
      assert.deepEqual(await user(person.user_id), before_user)
      assert.equal((await happenings.refresh(matrix, 'legacy', person)).status, 200)
      const path = `users/${encodeURIComponent(person.user_id)}?local_only=true`
      assert.equal((await matrix.server.api('DELETE', path)).status, 204)
    } finally {
      await matrix.store.switchOn()
    }
    matrix.server.advance(60_000)
    const records = await matrix.server.records(matrix.ids['legacy'] ?? '')
    const record = records.find((each) => each['legacy_id'] === String(person.row.id))
    assert.equal(record?.['state'], 'deleted')
    const [event] = await matrix.server.logs('type:sdu')
    assert.deepEqual(event?.['details'], { local_only: true })
    const refused = await matrix.login('legacy', person.row.email)
    assert.deepEqual([refused.status, refused.json.error], [403, 'invalid_grant'], refused.text)
  })
})
