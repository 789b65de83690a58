// Trying a script must leave nothing behind, and must not be a way around what protects logins and the legacy store.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonObject, JsonValue } from '../../src/base/json.ts'
import { createOtherTenant } from '../support/other-tenant.ts'
import { password, startTrying } from '../support/try-scripts.ts'
import { waitUntil } from '../support/wait-until.ts'

describe('a try', () => {
  let trying: Awaited<ReturnType<typeof startTrying>>
  let shop: Awaited<ReturnType<typeof trying.connect>>
  before(async () => {
    trying = await startTrying()
  })
  after(async () => await trying.close())
  beforeEach(async () => {
    shop = await trying.connect()
  })

  test('leaves no trace of its arguments or its source [guard: try-arguments-unlogged]', async () => {
    const secret = 'Unlogged-argument-9931'
    const source = `(email, password, cb) => { console.log(email, password); throw new Error(password + ' Unlogged-source-9931') }`
    await shop.run('login', [`${secret}@shop.example`, secret], { source })
    await shop.run('get_user', [`${secret}@shop.example`], {
      source: `(email, cb) => { console.error(email); cb(null) }`,
    })
    await shop.send('create', [{ email: secret, password: secret }])
    await shop.send('login', [secret])
    await trying.server.settle()
    const { db } = trying.server.internals
    const stored = JSON.stringify([
      await db.selectFrom('log_events').selectAll().execute(),
      await db.selectFrom('script_logs').selectAll().execute(),
      await db.selectFrom('script_versions').selectAll().execute(),
      trying.server.lines,
    ])
    assert.ok(!stored.includes('Unlogged-'), 'a log has an argument or the source')
    const files = readdirSync(trying.server.data_dir, { withFileTypes: true }).filter((entry) => entry.isFile())
    for (const { name } of files)
      assert.ok(!readFileSync(join(trying.server.data_dir, name)).includes('Unlogged-source'), name)
  })

  test('of a script that writes runs only with allow_writes [guard: try-writes-allowed]', async () => {
    const source = `async (...given) => {
      await fetch(configuration.URL + '?email=wrote')
      given.at(-1)(null, true)
    }`
    const calls: [script: string, args: JsonValue[]][] = [
      ['create', [{ email: 'a@b.example', password: 'x' }]],
      ['verify', ['a@b.example']],
      ['change_password', ['a@b.example', 'x']],
      ['change_email', ['a@b.example', 'b@b.example', true]],
      ['change_username', ['a', 'b']],
      ['change_phone_number', ['+1', '+2']],
      ['delete', ['7']],
    ]
    trying.service.asked.delete('wrote')
    for (const [script, args] of calls) {
      for (const more of [{}, { allow_writes: false }]) {
        const answer = await shop.send(script, args, { source, ...more })
        assert.equal(answer.status, 400, script)
        assert.match(answer.text, /can change the legacy store/)
      }
    }
    assert.equal(trying.service.asked.get('wrote'), undefined)
    for (const [script, args] of calls) {
      const tried = await shop.run(script, args, { source, allow_writes: true })
      assert.deepEqual([tried['outcome'], tried['result'], tried['error']], ['returned', true, null], script)
    }
    assert.equal(trying.service.asked.get('wrote'), calls.length)
  })

  test('counts failures with those of logins, and is refused with them [guard: try-counts-failures]', async () => {
    for (let failed = 0; failed < 9; failed += 1) {
      assert.equal((await shop.logIn('ada@shop.example', `wrong ${failed}`)).status, 403)
    }
    assert.equal((await shop.run('login', ['ada@shop.example', 'wrong']))['outcome'], 'wrong_password')
    const calls = trying.service.asked.get('ada@shop.example')
    const tried = await shop.run('login', ['ada@shop.example', password])
    assert.deepEqual([tried['outcome'], tried['result']], ['locked', null])
    assert.equal((await shop.logIn('ada@shop.example', password)).status, 429)
    assert.equal(trying.service.asked.get('ada@shop.example'), calls)
  })

  test('holds no reservation afterwards, and clears no failure by a success', async () => {
    for (const wrong of ['wrong', 'wrong again']) await shop.run('login', ['ada@shop.example', wrong])
    assert.equal((await shop.run('login', ['ada@shop.example', password]))['outcome'], 'moved')
    const counters = (await trying.server.internals.db.selectFrom('brute_force_counters').selectAll().execute()).filter(
      ({ description }) => description.includes(`"${shop.name}"`),
    )
    assert.ok(counters.length > 0)
    assert.ok(counters.every(({ failures, reserved }) => failures === 2 && reserved === 0))
  })

  test('of a draft leaves nothing in the process of the saved scripts', async () => {
    const login = "(email, password, cb) => cb(new UnauthorizedError('state: ' + global.planted))"
    await shop.change({ customScripts: { login } })
    const logIn = async () => String((await shop.logIn('eve@shop.example', 'x')).json['error_description'])
    assert.equal(await logIn(), 'state: undefined')
    const source =
      "(email, password, cb) => { const was = global.planted; global.planted = 'yes'; cb(null, { id: '1', email, was }) }"
    for (let round = 0; round < 2; round += 1) {
      const tried = await shop.run('login', ['eve@shop.example', 'x'], { source })
      assert.equal((tried['result'] as JsonObject)['was'] ?? null, null)
    }
    assert.equal(await logIn(), 'state: undefined')
  })

  test('ends what a draft left running [guard: try-process-ended]', async () => {
    const source = `(email, cb) => {
      setInterval(() => fetch(configuration.URL + '?email=afterwards').then(() => cb(null)), 50)
    }`
    await shop.run('get_user', ['a@b.example'], { source })
    const calls = () => trying.service.asked.get('afterwards') ?? 0
    assert.ok(calls() > 0)
    // Requests that were sent before the end of the process arrive a moment later.
    await waitUntil(async () => {
      const before = calls()
      await sleep(700)
      return calls() === before
    })
  })

  test('is refused beyond four at once in a tenant', async () => {
    const source = '(email, cb) => setTimeout(() => cb(null), 1500)'
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => shop.send('get_user', ['a@b.example'], { source })))
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 200, 200, 200, 429, 429],
    )
    assert.equal((await shop.send('get_user', ['a@b.example'])).status, 200)
  })

  test('of the connection of another tenant does not exist, and needs update:connections', async () => {
    const other = await createOtherTenant(trying.server, 'other', 'other.localhost')
    const body = { arguments: ['a@b.example'], source: '(email, cb) => cb(null)' }
    assert.equal((await other.api('POST', `connections/${shop.id}/scripts/get_user/try`, body)).status, 404)
    const token = await trying.server.managementToken('read:connections create:connections')
    const headers = { authorization: `Bearer ${token}` }
    assert.equal(
      (await trying.server.post(`/api/v2/connections/${shop.id}/scripts/get_user/try`, body, headers)).status,
      403,
    )
  })
})
