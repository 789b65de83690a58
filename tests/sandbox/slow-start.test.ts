// Runs in a process of its own: the launch command of the sandbox finds another setpriv, which delays or ends the start.
// No script and no rule is to be blamed for a process that starts slowly or not at all.
import assert from 'node:assert/strict'
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setImmediate, setInterval as ticks } from 'node:timers/promises'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import type { ActionTrigger } from '../../src/contract/action.ts'
import { member, objects, outcomeOf, type Answer, type TestClient } from '../support/requests.ts'
import { tempFolder } from '../support/temp-folder.ts'
import type { TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

const folder = tempFolder('slow-start')
const before_start = path.join(folder, 'before-start.sh')
/** What the launch command does before it starts Deno, in shell. */
const doBeforeStart = (commands: string): void => writeFileSync(before_start, `${commands}\n`)
const launcher = path.join(folder, 'setpriv')
// The runtime tries the program first, with `true` as the program that it runs.
const launcher_source = `#!/bin/sh
for last; do :; done
PATH=\${PATH#*:}
[ "$last" = true ] || . ${before_start}
exec setpriv "$@"
`
writeFileSync(launcher, launcher_source)
chmodSync(launcher, 0o755)
// The environment of the launch command is read when its module is imported.
process.env['PATH'] = `${folder}:${process.env['PATH']}`
const { openTestRuntime, open_egress, quick_limits } = await import('./test-runtime.ts')
const { startTestServer } = await import('../support/test-server.ts')
const { describeFailedCheck } = await import('../../src/connections/check-scripts.ts')
const { readScriptResult } = await import('../../src/connections/action-script-result.ts')
const { denoFile } = await import('../../src/sandbox/deno-file.ts')
const { startHostResolver } = await import('../../src/sandbox/host-resolver.ts')
const { makePrivateFolder, removePrivateFolder } = await import('../../src/sandbox/private-folder.ts')
const { createRestrictedTargets } = await import('../../src/sandbox/restricted-targets.ts')
const { probeWrappers } = await import('../../src/sandbox/spawn-command.ts')
const { startScriptWorker } = await import('../../src/sandbox/script-worker.ts')

/** Waits in real time, also while `setTimeout` is mocked. */
async function until(isTrue: () => boolean): Promise<void> {
  const times = ticks(10)[Symbol.asyncIterator]()
  while (!isTrue()) await times.next()
  await times.return?.()
}

beforeEach(() => doBeforeStart(''))

describe('a sandbox process', () => {
  test('that computes for seconds before it is ready is not ended for computing without a call', async () => {
    // The process has the id of this shell.
    doBeforeStart(`end=$(($(date +%s) + 6)); while [ "$(date +%s)" -lt $end ]; do
      i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done; done`)
    const runtime = openTestRuntime()
    assert.equal(await runtime.value('(cb) => cb(null, 1)'), 1)
    const { started, ended } = runtime.usage()[0]!.since_start
    assert.deepEqual([started, ended], [1, {}])
  })

  test('that is not ready within the limit of a start is given up, and the call was not run', async (t) => {
    const began = path.join(folder, 'began')
    doBeforeStart(`: >${began}; exec sleep 60`)
    const runtime = openTestRuntime()
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const call = runtime.run('(cb) => cb(null, 1)')
    let is_settled = false
    void call.finally(() => (is_settled = true))
    await until(() => existsSync(began))
    for (let second = 0; second < 19; second += 1) {
      t.mock.timers.tick(1000)
      await setImmediate()
    }
    assert.equal(is_settled, false, 'it may still become ready')
    await until(() => {
      t.mock.timers.tick(1000)
      return is_settled
    })
    const result = await call
    assert.ok(result.kind === 'saturated', JSON.stringify(result))
    assert.equal(result.reason, 'no sandbox process could be started: it did not start within 20 s')
    const read = readScriptResult(result)
    assert.ok(read.kind === 'failed' && read.outcome === 'saturated')
    assert.match(describeFailedCheck(result), /^no sandbox process could be started: .*; its syntax was not checked/)
    assert.equal(runtime.usage()[0]!.since_start.started, 1, 'the caller has waited long enough')
    t.mock.timers.reset()
    doBeforeStart('')
    assert.equal(await runtime.value('(cb) => cb(null, 2)'), 2)
  })

  const endings: [how: string, commands: string, reason: RegExp][] = [
    ['is killed', 'kill -KILL $$', /it ended by SIGKILL$/],
    ['ends', 'echo no memory >&2; exit 3', /it ended itself with status 3: no memory$/],
    ['writes a line and ends', 'echo hello; exit 3', /it ended itself with status 3$/],
    ['closes its streams and ends', 'exec <&- >&- 2>&-; exit 3', /it ended itself with status 3$/],
    ['floods its output', 'while :; do echo hello; done', /it wrote more than \d+ lines of output$/],
  ]
  for (const [how, commands, reason] of endings) {
    test(`that ${how} before it is ready has not run the script`, async () => {
      doBeforeStart(commands)
      const runtime = openTestRuntime()
      const result = await runtime.run('(cb) => cb(null, 1)')
      assert.ok(result.kind === 'saturated', JSON.stringify(result))
      assert.match(result.reason ?? '', reason)
      assert.match(result.reason ?? '', /^no sandbox process could be started: /)
      const { ended, restarted } = runtime.usage()[0]!.since_start
      assert.deepEqual([ended, restarted], [{ not_started: 3 }, 0], 'scripts ended none of them')
      doBeforeStart('')
      assert.equal(await runtime.value('(cb) => cb(null, 2)'), 2)
    })
  }

  test('that is being ended takes no call', async () => {
    const private_folder = makePrivateFolder()
    const exited = Promise.withResolvers<string>()
    const worker = startScriptWorker({
      unit: { tenant_id: 't', unit_id: 'u', version: 1 },
      folder: private_folder,
      cpu: undefined,
      deno_file: denoFile(),
      wrappers: probeWrappers,
      policy: open_egress,
      limits: quick_limits,
      restrictedTargets: createRestrictedTargets(() => [], []),
      resolver: startHostResolver(),
      onSample: () => {},
      onLog: () => {},
      onCapacity: () => {},
      onExit: ({ reason }) => exited.resolve(reason),
    })
    await until(() => worker.ready())
    worker.kill({ kind: 'stopped', reason: 'it kept computing with no call in flight' })
    assert.equal(worker.ready(), false)
    assert.equal(await exited.promise, 'it kept computing with no call in flight')
    removePrivateFolder(private_folder)
  })
})

describe('where no sandbox process starts', () => {
  const login_script = `function login(email, password, callback) { callback(null, { user_id: email.split('@')[0], email }) }`
  const get_user = 'function getUser(email, callback) { callback(null) }'
  const password = 'Chosen-Pass-1'
  const audience = 'https://api.example.com/'
  const rule = 'function (user, context, callback) { callback(null, user, context) }'
  const stop = (): void => doBeforeStart('exit 3')
  let server: TestServer
  let client: TestClient
  let connection_id: string

  before(async () => {
    doBeforeStart('')
    // bubblewrap replaces setpriv where it is installed.
    server = await startTestServer({ env: { WHERRY_SANDBOX_HARDENED: 'off' } })
    client = await server.createClient()
    const customScripts = { login: login_script, get_user }
    const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts }
    connection_id = await server.createConnection('legacy', options, [client])
    await server.createConnection('local', {}, [client])
    await server.createResourceServer(audience, {})
    await server.createClientGrant(client.client_id, audience, [])
  })
  after(() => server.close())

  const logIn = (email: string, realm: string, scope = 'openid') =>
    server.post('/oauth/token', {
      grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
      ...client,
      username: email,
      password,
      realm,
      scope,
    })
  const signUp = (email: string) =>
    server.post('/dbconnections/signup', { client_id: client.client_id, connection: 'local', email, password })
  async function bind(trigger: ActionTrigger, on: string): Promise<void> {
    const code = `exports.${on} = async () => {}`
    const action = { name: trigger, supported_triggers: [{ id: trigger }], code, deploy: true }
    const { id } = await server.must('POST', 'actions/actions', action)
    const bindings = [{ ref: { type: 'action_id', value: String(id) } }]
    await server.must('PATCH', `actions/triggers/${trigger}/bindings`, { bindings })
  }
  const scriptLogs = async (): Promise<JsonObject[]> =>
    objects(await server.must('GET', 'script-logs?take=100'), 'script_logs')
  const eventOf = async (email: string): Promise<JsonObject | undefined> =>
    (await server.logs(`user_name:"${email}"`)).find(({ type }) => type === 'f')

  test('a login by a script is answered as an outage that passes, counts as no failure, and succeeds later', async () => {
    stop()
    const answer = await logIn('ada@legacy.example', 'legacy')
    assert.equal(answer.status, 503, answer.text)
    assert.equal(answer.headers.get('retry-after'), '5')
    assert.equal(member(answer.json, 'error'), 'temporarily_unavailable')
    const event = await eventOf('ada@legacy.example')
    assert.equal(outcomeOf(event), 'saturated')
    assert.match(String(event?.['description']), /^The script was not run: no sandbox process could be started: /)
    assert.deepEqual(await server.internals.db.selectFrom('brute_force_counters').selectAll().execute(), [])
    doBeforeStart('')
    assert.equal((await logIn('ada@legacy.example', 'legacy')).status, 200)
  })

  test('saved scripts and rules have a warning with the reason, and tried ones were not run', async () => {
    stop()
    const warned = /The (script|source) could not be checked: no sandbox process could be started: .* 3; its syntax was/
    const customScripts = { login: `${login_script} // 2`, get_user }
    const { script_warnings } = await server.must('PATCH', `connections/${connection_id}`, {
      options: { enabledDatabaseCustomization: true, import_mode: true, customScripts },
    })
    assert.match(JSON.stringify(script_warnings), warned)
    const { id } = await server.must('POST', 'rules', { name: 'passes', script: rule, enabled: false })
    await waitUntil(async () =>
      (await scriptLogs()).some(({ text }) => String(text).startsWith('rule "passes": ') && warned.test(String(text))),
    )
    await server.must('DELETE', `rules/${String(id)}`)

    const not_run = /^The (script was|rules were) not run: no sandbox process could be started: /
    const of_rule = await server.must('POST', 'rules/try', { script: rule, arguments: { user: {}, context: {} } })
    assert.equal(of_rule['outcome'], 'not_run')
    assert.match(String(of_rule['message']), not_run)
    const of_script = await server.must('POST', `connections/${connection_id}/scripts/login/try`, {
      arguments: ['ada@legacy.example', password],
    })
    assert.equal(of_script['outcome'], 'saturated')
    assert.match(String(member(of_script['error'], 'message')), not_run)
  })

  test('rules and actions are not blamed: a login, a refresh, a sign-up and a token request may be repeated', async () => {
    assert.equal((await signUp('bob@local.example')).status, 200)
    const first = await logIn('bob@local.example', 'local', 'openid offline_access')
    const requests: Record<string, () => Promise<Answer>> = {
      login: () => logIn('bob@local.example', 'local'),
      refresh: () =>
        server.post('/oauth/token', {
          grant_type: 'refresh_token',
          ...client,
          refresh_token: String(member(first.json, 'refresh_token')),
        }),
      'sign-up': () => signUp('eve@local.example'),
      'token request': () => server.post('/oauth/token', { grant_type: 'client_credentials', ...client, audience }),
    }
    await server.must('POST', 'rules', { name: 'passes', script: rule, enabled: true })
    await bind('pre-user-registration', 'onExecutePreUserRegistration')
    await bind('credentials-exchange', 'onExecuteCredentialsExchange')
    stop()
    for (const [name, request] of Object.entries(requests)) {
      const answer = await request()
      assert.equal(answer.status, 503, `${name}: ${answer.text}`)
      assert.equal(answer.headers.get('retry-after'), '5', name)
      assert.match(answer.text, /"temporarily_unavailable"/, name)
    }
    const ends = (await scriptLogs()).filter(({ outcome }) => outcome === 'rules_not_run')
    assert.deepEqual(ends.map(({ script }) => String(script)).toSorted(), [
      'credentials_exchange',
      'post_login',
      'post_login',
      'pre_user_registration',
    ])
    doBeforeStart('')
    for (const [name, request] of Object.entries(requests)) assert.equal((await request()).status, 200, name)
  })
})
