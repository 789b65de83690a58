// The finish of a migration: its steps, its rollback, and everything that people do afterwards without the legacy store.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { peopleOptions, type Scripted } from '../login/people-scripts.ts'
import { sandboxPids } from '../support/sandbox-pids.ts'
import type { Json, TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'
import {
  chooseByMail,
  filesWith,
  finishOfConnection,
  loadDirectory,
  mailTo,
  requestReset,
  sampleProgram,
  sealedSecrets,
  withScope,
  type Known,
} from './finish-kit.ts'

const password = 'Right-one-1'
const chosen = 'Chosen-here-2'
const config_secret = 'plain-secret-of-the-configuration'
const script_secret = 'plain-secret-in-a-source'
const log_secret = 'plain-line-of-the-log'

let server: TestServer
let client: TestClient
let connection_id: string
let finish: ReturnType<typeof finishOfConnection>

const names = ['moved', 'late', 'late2', 'linked', 'freed', 'disabled', 'gone', 'returns']
const people: Record<string, Scripted> = Object.fromEntries(
  names.map((id) => [`${id}@shop.example`, { password, profile: { user_id: id, email: `${id}@shop.example` } }]),
)
const known: Known[] = ['late', 'late2', 'linked', 'freed', 'disabled', 'gone', 'returns', 'excluded'].map(
  (id, nth) => ({
    id,
    email: `${id}@shop.example`,
    disabled: id === 'disabled',
    gone: id === 'gone',
    refused: id === 'excluded',
    ...(nth < 2 ? { last_activity_at: Date.now() - 40 * 86_400_000 } : {}),
  }),
)

function options(secret = config_secret, source = script_secret): JsonObject {
  const { customScripts, ...rest } = peopleOptions(people, {}, { SECRET: secret }) as { customScripts: JsonObject }
  const marked = `${String(customScripts['login'])}\n// ${source}\n`.replace("'login called'", `'${log_secret}'`)
  return { ...rest, customScripts: { ...customScripts, login: marked } }
}

const logIn = async (name: string, typed = password): Promise<number> =>
  (await server.login(client, 'shop', `${name}@shop.example`, typed)).status
const patch = (body: JsonObject): Promise<[number, unknown, string]> =>
  server.refused('PATCH', `connections/${connection_id}`, body)

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  connection_id = await server.createConnection('shop', options('first-secret-of-the-configuration', 'first source'), [
    client,
  ])
  await server.must('PATCH', `connections/${connection_id}`, { options: options() })
  await loadDirectory(server, connection_id, known)
  finish = finishOfConnection(server, connection_id, 'shop')
  assert.equal(await logIn('moved'), 200)
})
after(async () => await server.close())

test('the preflight counts what would break, and each step says what it will do', async () => {
  await requestReset(server, client.client_id, 'shop', 'late2@shop.example')
  await server.settle()
  const preflight = await server.must('GET', `${finish.path}/preflight`)
  const countsOf = (reasons: { reason: string; count: number }[]) =>
    Object.fromEntries(reasons.map(({ reason, count }) => [reason, count]))
  const counts = { not_moved: 8, no_mail_server: 8, open_resets: 1, recent_legacy_logins: 1 }
  assert.deepEqual(countsOf(preflight.reasons), { ...counts, undecided: 1 })
  assert.deepEqual([preflight.migrated, preflight.known, preflight.has_directory], [1, 9, true])
  const { record_id } = await finish.record('excluded@shop.example')
  await server.must('PUT', `${finish.path}/records/${record_id}/decision`, { kind: 'exclude' })
  assert.deepEqual(countsOf((await server.must('GET', `${finish.path}/preflight`)).reasons), counts)
  assert.deepEqual(
    preflight.reasons[0].by_last_activity.map(({ within, count }: { within: string; count: number }) => [
      within,
      count,
    ]),
    [
      ['30d', 0],
      ['90d', 2],
      ['365d', 0],
      ['older', 0],
      ['unknown', 6],
    ],
  )
  const status = await finish.status()
  assert.deepEqual([status.step, status.next], [null, 'no_op'])
  assert.deepEqual(
    status.steps.map(({ step }: { step: string }) => step),
    ['no_op', 'watch', 'convert', 'disconnect'],
  )
  assert.equal(await withScope(server, 'read:users', `${finish.path}/preflight`), 403)
  assert.equal(await withScope(server, 'read:migrations', `${finish.path}/finish`), 200)
})

test('a step starts in its order only, by the name of the connection, in import mode', async () => {
  assert.equal((await finish.start('watch')).json.errorCode, 'finish_step_order')
  assert.equal((await finish.start('no_op', { confirm: 'Shop' })).json.errorCode, 'finish_not_confirmed')
  assert.equal((await finish.start('no_op', { duration_s: 5 })).status, 400)
  const local = await server.createConnection('local')
  const refused = await server.refused('POST', `migrations/${local}/finish`, { step: 'no_op', confirm: 'local' })
  assert.deepEqual(refused.slice(0, 2), [409, 'finish_step_order'])
  assert.equal((await finish.rollBack()).json.errorCode, 'no_finish')
})

test('[guard: finish-keeps-scripts] from no_op on, scripts, configuration and mode change by the finish only; a rollback brings them back', async () => {
  const original = await server.must('GET', `connections/${connection_id}`)
  await finish.run('no_op')
  const no_ops = await server.must('GET', `connections/${connection_id}`)
  assert.match(no_ops.options.customScripts.login, /callback\(null, null\)/)
  assert.deepEqual(await logIn('returns'), 403, 'new people are not let in')
  assert.equal(await logIn('moved'), 200)
  // What a deploy tool sends: the options of its files.
  const deployed = await patch({ options: options() })
  assert.deepEqual(deployed.slice(0, 2), [409, 'finish_in_progress'])
  assert.match(deployed[2], /customScripts\.login/)
  assert.equal((await patch({ options: { ...no_ops.options, configuration: { SECRET: 'new' } } }))[0], 409)
  assert.equal((await patch({ options: { ...no_ops.options, import_mode: false } }))[0], 409)
  const [{ version }] = (
    await server.must('GET', `connections/${connection_id}/scripts/login/versions`)
  ).versions.slice(-1)
  const restored = await server.refused(
    'POST',
    `connections/${connection_id}/scripts/login/versions/${version}/restore`,
  )
  assert.equal(restored[0], 409)
  await server.must('PATCH', `connections/${connection_id}`, { display_name: 'Shop', options: no_ops.options })
  assert.equal((await finish.start('no_op')).json.errorCode, 'finish_step_order')

  assert.equal((await finish.rollBack()).status, 200)
  const after_rollback = await server.must('GET', `connections/${connection_id}`)
  assert.deepEqual(after_rollback.options, original.options)
  assert.equal(await logIn('returns'), 200, 'the legacy store is asked again')
  const { versions } = await server.must('GET', `connections/${connection_id}/scripts/login/versions`)
  assert.deepEqual(
    versions.slice(0, 3).map((each: { saved_by: { through: string } }) => each.saved_by.through),
    ['finish', 'finish', 'api'],
  )
})

test('a watch that counts more people than were accepted is to be repeated', async () => {
  await finish.run('no_op')
  assert.equal((await finish.start('watch', { duration_s: 60, accept: { latecomers: 0 } })).status, 202)
  assert.equal((await finish.start('convert')).json.errorCode, 'finish_step_running')
  assert.equal(await logIn('late'), 403)
  assert.equal(await logIn('late'), 403)
  assert.equal(await logIn('unknown'), 403)
  await sampleProgram(server, connection_id)
  await server.settle()
  server.advance(60_000)
  const { state, watch, latecomers } = await finish.ended()
  const { unknown_identifiers, other_programs, is_within } = watch
  assert.deepEqual(
    [state, watch.latecomers, unknown_identifiers, other_programs, is_within],
    ['exceeded', 1, 1, 1, false],
  )
  assert.deepEqual([latecomers.people, latecomers.days.length], [1, 1])
  assert.equal((await finish.start('convert')).json.errorCode, 'finish_numbers_exceeded')
  const again = await finish.run('watch', { duration_s: 60, accept: { latecomers: 1 } })
  assert.deepEqual([again.state, again.watch.latecomers], ['done', 0])
  const [late] = (await server.must('GET', `${finish.path}/latecomers`)).latecomers
  assert.deepEqual([late.record.legacy_id, late.attempts, late.last_through], ['late', 2, 'login'])
})

test('after convert everything is local, and latecomers get in by the address of the directory', async () => {
  await finish.run('convert')
  const { options: converted } = await server.must('GET', `connections/${connection_id}`)
  assert.deepEqual([converted.enabledDatabaseCustomization, converted.import_mode], [false, false])
  assert.equal((await patch({ options: options() }))[0], 409)

  const sign_up = (name: string) =>
    server.post('/dbconnections/signup', {
      client_id: client.client_id,
      connection: 'shop',
      email: `${name}@shop.example`,
      password: chosen,
    })
  assert.equal((await sign_up('new')).status, 200)
  assert.ok(await mailTo(server, 'new@shop.example'), 'a verification mail')
  const taken = await sign_up('late')
  const exists = await sign_up('moved')
  assert.deepEqual([taken.status, taken.text], [exists.status, exists.text], 'a known identifier counts as existing')

  const answers = []
  for (const name of ['moved', 'late', 'disabled', 'gone', 'excluded', 'unknown']) {
    const answer = await requestReset(server, client.client_id, 'shop', `${name}@shop.example`)
    answers.push(answer.text)
  }
  assert.equal(new Set(answers).size, 1)
  assert.match(answers[0] ?? '', /get in touch with us/)
  assert.equal(await chooseByMail(server, await mailTo(server, 'moved@shop.example'), chosen), 200)
  assert.equal(await logIn('moved', chosen), 200)
  for (const name of ['disabled', 'gone', 'excluded', 'unknown'])
    assert.equal(await mailTo(server, `${name}@shop.example`), undefined)
  assert.deepEqual(await server.must('GET', 'users-by-email?email=late@shop.example'), [])
  assert.equal(await chooseByMail(server, await mailTo(server, 'late@shop.example'), chosen), 200)
  assert.equal(await logIn('late', chosen), 200)
  const { state, user_id, migrated_through } = await finish.record('late@shop.example')
  assert.deepEqual([state, user_id, migrated_through], ['migrated', 'auth0|late', 'reset_confirm'])
  assert.equal((await server.must('GET', 'users/auth0%7Clate')).name, 'Name of late', 'the whole user')

  const [new_user] = await server.must('GET', 'users-by-email?email=new@shop.example')
  const path = `users/${encodeURIComponent(new_user.user_id)}`
  assert.equal((await server.api('PATCH', path, { email: 'freed@shop.example' })).status, 409, "a latecomer's address")
  await server.must('PATCH', path, { email: 'newer@shop.example' })
  await server.must('PATCH', path, { password: 'Another-one-3' })
  assert.equal(await logIn('newer', 'Another-one-3'), 200)
  assert.equal((await server.api('DELETE', 'users/auth0%7Cmoved')).status, 204)
  assert.equal(await logIn('moved', chosen), 403)
})

test('[guard: directory-confirms-reset] a link is good only while the directory has the latecomer with that address', async () => {
  const { db } = server.internals
  if ((await finish.status()).step === null) await finish.run('no_op')
  await requestReset(server, client.client_id, 'shop', 'late2@shop.example')
  const text = await mailTo(server, 'late2@shop.example')
  const change = (columns: { email?: string; disabled?: 0 | 1 }) =>
    db.updateTable('directory_rows').set(columns).where('given_legacy_id', '=', 'late2').execute()
  await change({ email: 'elsewhere@shop.example' })
  assert.equal(await chooseByMail(server, text, chosen), 400)
  await change({ email: 'late2@shop.example', disabled: 1 })
  assert.equal(await chooseByMail(server, text, chosen), 400)
  await change({ disabled: 0 })
  assert.equal(await chooseByMail(server, text, chosen), 200)
})

test('an admin links a latecomer to a user, or releases the address', async () => {
  const linked = await finish.record('linked@shop.example')
  const freed = await finish.record('freed@shop.example')
  const [user] = await server.must('GET', 'users-by-email?email=newer@shop.example')
  const link = `${finish.path}/records/${linked.record_id}/link`
  assert.equal((await server.api('POST', link, { user_id: 'auth0|unknown' })).status, 404)
  const moved = await server.must('POST', link, { user_id: user.user_id })
  assert.deepEqual([moved.state, moved.user_id], ['migrated', user.user_id])
  assert.equal((await server.api('POST', link, { user_id: user.user_id })).json.errorCode, 'not_a_latecomer')
  const released = await server.must('POST', `${finish.path}/records/${freed.record_id}/release`)
  assert.deepEqual([released.state, released.identifiers], ['unseen', []])
  const signed_up = await server.post('/dbconnections/signup', {
    client_id: client.client_id,
    connection: 'shop',
    email: 'freed@shop.example',
    password: chosen,
  })
  assert.equal(signed_up.status, 200, signed_up.text)
})

test('a rollback from convert strands no one who moved, and a linked person is no second user', async () => {
  const { rollback } = await finish.status()
  assert.equal(rollback.is_possible, true)
  assert.match(rollback.loses.join(' '), /2 users signed up/)
  assert.equal((await finish.rollBack()).status, 200)
  assert.equal(await logIn('late', chosen), 200)
  assert.equal(await logIn('late'), 403, 'the password of this store counts')
  assert.equal(await logIn('linked'), 403, 'the password of the linked user counts')
  const { total } = await server.must('GET', 'users?include_totals=true')
  const emails = ['late', 'late2', 'newer', 'freed', 'returns']
  assert.equal(total, emails.length)
})

test('[guard: wipe-bytes] after disconnect the store, its log and a backup have no byte of the secrets, and no sandbox is left', async () => {
  await server.api('GET', `connections/${connection_id}/script-logs`)
  const { sealed, hashes } = await sealedSecrets(server, connection_id)
  await finish.run('no_op')
  await finish.run('watch', { duration_s: 1 })
  await server.must('GET', `${finish.path}/preflight`)
  await finish.run('convert')
  const { days } = await server.must('GET', `${finish.path}/report`)
  assert.ok(days.some((day: Json) => day.calls > 0 && day.versions.length > 4))
  const { state, wiped, rollback } = await finish.run('disconnect')
  assert.deepEqual((await server.must('GET', `${finish.path}/report`)).days, days)
  assert.deepEqual([state, rollback.is_possible], ['done', false])
  const counts = Object.fromEntries(wiped.map(({ what, count }: { what: string; count: number }) => [what, count]))
  assert.deepEqual([counts['settings of the scripts'], counts['scripts'], counts['egress entries']], [3, 2, 1])
  assert.ok(sealed.length > 5 && counts['versions of scripts'] > 4 && counts['lines of the script log'] > 0)
  assert.equal(counts['password hashes of the directory'], hashes.length)
  const plain = [config_secret, script_secret, log_secret, 'first-secret-of-the-configuration']
  assert.deepEqual(filesWith(server, [...plain, ...sealed, ...hashes]), [])
  await waitUntil(() => sandboxPids().length === 0)
  const shown = await server.must('GET', `connections/${connection_id}`)
  assert.deepEqual(
    [shown.options.customScripts, shown.options.configuration, shown.options.egress],
    [undefined, undefined, undefined],
  )
  assert.equal((await finish.rollBack()).json.errorCode, 'finish_disconnected')
  assert.equal((await patch({ options: options() }))[0], 409)
  await server.createUser('shop', { email: 'last@shop.example', password: chosen })
  assert.equal(await logIn('last', chosen), 200)
})
