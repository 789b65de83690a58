import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { settings } from '../../src/config/settings.ts'
import { Refusal } from '../../src/contract/refusal.ts'
import { CommandFailed, sendCommand } from '../../src/server/command-client.ts'
import { commands, help } from '../../src/server/commands.ts'
import { command_guides, commandHelp, optionProblem } from '../../src/server/command-guides.ts'
import type { CommandOptions } from '../../src/server/command-options.ts'
import { freePort } from '../support/free-port.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { runCommandHere } from '../support/command-here.ts'
import { runCommand, startServerProcess } from '../support/server-process.ts'
import { addressOf, createTenantApi } from '../support/tenant-api.ts'
import { startTestServer } from '../support/test-server.ts'
import { withStore } from './stopped-store.ts'

test('--help names every command and every setting, in any environment', async () => {
  const { status, stdout, stderr } = await runCommand(['--help'], { env: { WHERRY_PORT: 'nonsense' } })
  assert.deepEqual([status, stderr], [0, ''])
  for (const name of [...Object.keys(commands), ...Object.keys(settings)]) assert.ok(stdout.includes(name), name)
})

test('--version prints the version of the package', async () => {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
    version: string
  }
  assert.deepEqual(await runCommand(['--version']), { status: 0, stdout: `${manifest.version}\n`, stderr: '' })
})

test('an unknown command or option exits with status 2, the reason and the usage', async () => {
  const cases: [string[], RegExp][] = [
    [['tenants', 'destroy'], /There is no command "tenants destroy"/],
    [['constructor'], /There is no command "constructor"\.\n/],
    [['sevre'], /There is no command "sevre"\. Did you mean "serve"\?/],
    [['keys', 'rotate', '--name', 'second'], /"keys rotate" has no option --name\. It has: --tenant\./],
    [['tenants', 'lsit'], /There is no command "tenants lsit"\. Did you mean "tenants list"\?/],
    [
      ['templates'],
      /There is no command "templates". There are: templates apply, templates propose, templates list, templates print\./,
    ],
    [['serve', '--prot', '1'], /--prot/],
    [['tenants', 'create', '--nme', 'x'], /Unknown option '--nme'\. Did you mean --name\?/],
    [['templates', 'aply', '--help'], /Did you mean "templates apply"\?/],
  ]
  assert.equal((await runCommand(['sevre'])).status, 2)
  for (const [args, reason] of cases) {
    const { status, stdout, stderr } = await runCommandHere(args)
    assert.deepEqual([status, stdout], [2, ''], args.join(' '))
    assert.match(stderr, reason)
    assert.ok(stderr.includes('Usage:') && !stderr.includes('    at '), 'usage, and no stack')
    assert.ok(stderr.split('\n').length < 12, 'the reason is still visible')
  }
})

test('missing and invalid options are refused before the store is opened', async () => {
  const data_dir = join(tempFolder('options'), 'data')
  const wrong: [string, CommandOptions, RegExp][] = [
    ['tenants create', { name: 'other' }, /Please give --domain/],
    ['tenants create', { domain: 'other.test' }, /Please give --name/],
    ['tenants create', { name: 'Other Tenant', domain: 'other.test' }, /--name must be/],
    ['tenants create', { name: 'x'.repeat(64), domain: 'other.test' }, /--name must be/],
    ['tenants create', { name: 'other', domain: 'https://other.test/' }, /--domain must be/],
    ['tenants create', { name: 'other', domain: 'other.test', plan: 'gold' }, /--plan must be one of free, developer/],
    ['tenants create', { name: 'default', domain: 'other.test' }, /first start/],
    ['tenants plan', { tenant: 'acme' }, /Please give --plan/],
    ['tenants plan', { plan: 'free' }, /Please give --tenant/],
    ['tenants plan', { tenant: 'acme', plan: 'Free' }, /--plan must be one of/],
    ['templates print', { template: 'postgres', name: 'my shop!', settings: 'x' }, /--name must be letters, digits/],
    ['templates print', { template: 'postgres', name: 'shop', settings: 'x', client: ' ' }, /--client is empty/],
    ['management-client reset', { client: '' }, /--client is empty/],
  ]
  for (const [name, options, reason] of wrong) {
    const run = commands[name]?.({ WHERRY_DATA_DIR: data_dir }, options)
    assert.ok(run)
    await assert.rejects(run, (error) => error instanceof Refusal && reason.test(error.message), reason.source)
  }
  assert.equal(existsSync(data_dir), false)
})

test('a lost first-run.json is made again: a new management client, or a new secret for the first one, whose old secret is refused', async () => {
  const server = await startTestServer()
  const lost = server.first_run
  rmSync(join(server.data_dir, 'first-run.json'))
  const statusWith = async (printed: string): Promise<number> =>
    (await createTenantApi(addressOf(JSON.parse(printed) as typeof lost)).requestToken()).status
  const command = (...args: string[]) => runCommandHere(['management-client', ...args], { env: server.env })

  const created = await command('create')
  assert.deepEqual([created.status, created.stderr], [0, ''])
  assert.equal(await statusWith(created.stdout), 200)
  assert.equal(await statusWith(JSON.stringify(lost)), 200)

  const reset = await command('reset')
  const found = JSON.parse(reset.stdout) as typeof lost
  assert.deepEqual(
    { ...found, management_client_secret: '', admin_setup_url: '' },
    { ...lost, management_client_secret: '', admin_setup_url: '' },
  )
  assert.equal(await statusWith(reset.stdout), 200)
  assert.equal(await statusWith(JSON.stringify(lost)), 401, 'the old secret')
  const { management_client_id } = JSON.parse(created.stdout) as typeof lost
  const chosen = await command('reset', '--client', management_client_id)
  assert.equal(await statusWith(chosen.stdout), 200)
  assert.equal(await statusWith(created.stdout), 401)

  const unknown = await command('reset', '--client', 'nothing')
  assert.deepEqual([unknown.status, unknown.stdout], [1, ''])
  assert.match(
    unknown.stderr,
    /has no management client nothing\. Create one with the command management-client create/,
  )
  await server.close()
})

test('a lower plan under which logins would stop is chosen only with --yes, and the command says for how many people', async (t) => {
  const server = await startTestServer()
  t.after(() => server.close())
  const client = await server.createClient()
  const customScripts = {
    login: 'function login(email, password, callback) { callback(new WrongUsernameOrPasswordError("7")) }',
    get_user: 'function getByEmail(email, callback) { callback(null) }',
  }
  const custom = { enabledDatabaseCustomization: true, customScripts }
  await server.createConnection('shop', { ...custom, import_mode: true }, [client])
  await server.createConnection('intranet', { ...custom, import_mode: false }, [client])
  assert.equal((await server.login(client, 'shop', 'ada@legacy.example', 'wrong')).status, 403)
  const change = (...args: string[]) =>
    runCommandHere(['tenants', 'plan', '--tenant', 'default', ...args], { env: server.env })
  const plan = async () => (await server.must('GET', 'tenants/plan'))['plan']

  const of_shop =
    'connection shop: those who have not moved, 1 person of them known, cannot log in or reset a password, and no one can sign up. Those who have moved log in as before.'
  const of_intranet =
    'connection intranet: no one can log in: 0 users who came by, and everybody else whom the legacy store has.'
  const kept = 'It counts at the next login, and nothing is deleted: a higher plan brings everything back.'
  const effects = (name: string) => `What the plan ${name} does to the tenant "default":`
  const refused = await change('--plan', 'free')
  assert.deepEqual([refused.status, refused.stdout], [1, ''])
  const lines = [effects('free'), of_shop, of_intranet, kept, 'Repeat the command with --yes.']
  assert.equal(refused.stderr.trim(), lines.join('\n'))
  assert.equal(await plan(), 'enterprise')

  const lower = await change('--plan', 'developer', '--yes')
  const developer = 'The tenant "default" has the plan developer now.'
  assert.deepEqual([lower.status, lower.stderr], [0, ''])
  assert.equal(lower.stdout.trim(), [effects('developer'), of_intranet, kept, developer].join('\n'))
  assert.equal(await plan(), 'developer')
  assert.equal((await change('--plan', 'free')).stderr.includes('intranet'), false, 'it stopped before')
  const higher = await change('--plan', 'developer_pro')
  assert.equal(higher.stdout.trim(), 'The tenant "default" has the plan developer_pro now.')
})

test('only the user of the server can open the socket of commands, which ends with the server, and a killed server leaves none that disturbs [guard: private-command-socket]', async () => {
  const server = await startServerProcess()
  const socket = join(server.data_dir, 'commands.sock')
  assert.equal(statSync(socket).mode & 0o777, 0o600)
  const nonsense = await sendToSocket(socket, '{"name":"constructor","options":{}}')
  assert.deepEqual(Object.keys(JSON.parse(nonsense) as object), ['refused'])
  assert.equal((await sendToSocket(socket, 'x'.repeat(100_000))).length, 0)
  assert.equal((await runCommandHere(['tenants', 'list'], { env: server.env })).status, 0, 'it still runs commands')
  await server.kill()
  assert.ok(existsSync(socket), 'left behind')
  assert.equal((await runCommandHere(['tenants', 'list'], { env: server.env })).status, 0, 'on the store itself')
  await server.start()
  assert.equal((await runCommandHere(['tenants', 'list'], { env: server.env })).status, 0)
  await server.stop()
  assert.equal(existsSync(socket), false)
})

/** Sends a body to the socket of commands, and answers that of the response. */
async function sendToSocket(socketPath: string, body: string): Promise<string> {
  const sent = request({ socketPath, method: 'POST', path: '/' })
  sent.on('error', () => undefined)
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream]
  return await text(response)
}

test('a command delivers no mail and runs no job', async () => {
  const server = await startTestServer()
  await server.stop()
  await withStore(server.data_dir, async (db) => {
    const { tenant_id } = await db
      .selectFrom('tenants')
      .select('tenant_id')
      .where('is_default', '=', 1)
      .executeTakeFirstOrThrow()
    const times = { next_attempt_at: 0, created_at: 1, expires_at: Date.now() + 3_600_000 }
    const message = {
      tenant_id,
      message_id: 'msg_1',
      message_sealed: '',
      channel: 'mail',
      status: 'waiting',
      attempts: 0,
    }
    await db
      .insertInto('outbox')
      .values({ ...message, ...times, last_error: null })
      .execute()
    await db.updateTable('jobs').set({ run_at: 0 }).execute()
  })
  const env = { ...server.env, WHERRY_SMTP_URL: `smtp://127.0.0.1:${await freePort()}` }
  assert.equal((await runCommandHere(['tenants', 'list'], { env })).status, 0)
  await withStore(server.data_dir, async (db) => {
    const rows = await db.selectFrom('outbox').select(['status', 'attempts']).execute()
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      [{ status: 'waiting', attempts: 0 }],
    )
    const jobs = await db.selectFrom('jobs').select('run_at').execute()
    assert.ok(jobs.length > 0 && jobs.every(({ run_at }) => run_at === 0))
  })
})

test('a command whose server ends before its answer says what becomes of its job', async () => {
  const folder = tempFolder('ended-server')
  const listener = createServer((socket) => socket.once('data', () => socket.destroy()))
  await once(listener.listen(join(folder, 'commands.sock')), 'listening')
  try {
    await assert.rejects(sendCommand(folder, { name: 'jobs list', options: {} }), (error) => {
      assert.ok(error instanceof CommandFailed)
      assert.match(error.message, /goes on when a server runs again/)
      return true
    })
  } finally {
    listener.close()
  }
})

test('a command on a folder without a store reports that', async () => {
  const env = { WHERRY_DATA_DIR: join(tempFolder('new'), 'data') }
  const { status, stderr } = await runCommandHere(['admin-link'], { env })
  assert.equal(status, 1)
  assert.match(stderr, /There is no store in .*, and no server uses it/)
  assert.equal(existsSync(env.WHERRY_DATA_DIR), false, 'it makes no store')
})

test('the help of each command has its usage, its options and an example that the command has', async () => {
  assert.deepEqual(Object.keys(command_guides).toSorted(), Object.keys(commands).toSorted())
  for (const [name, { options, example }] of Object.entries(command_guides)) {
    const described = help.split('\n').find((line) => `${line} `.startsWith(`  ${name} `)) ?? ''
    const own = commandHelp(name, 'wherry')
    assert.ok(own.includes(`Usage: wherry ${name}`), own)
    assert.ok(own.includes(`Example\n  wherry ${name}`), own)
    for (const option of Object.keys(options)) {
      assert.ok(described.includes(`--${option}`) && own.includes(`\n  --${option} `), `${name} --${option}`)
    }
    const given = [...example.matchAll(/--([a-z-]+)/g)].map((match) => match[1] ?? '')
    assert.equal(optionProblem(name, given), undefined)
    for (const [option, { required }] of Object.entries(options)) {
      if (required === true) assert.ok(given.includes(option), `${name} --${option}`)
    }
  }
  const { status, stdout } = await runCommandHere(['tenants', 'create', '--help'])
  assert.deepEqual([status, stdout], [0, `${commandHelp('tenants create', 'npm run -s wherry --')}\n`])
  assert.equal((await runCommandHere(['help', 'tenants', 'create'])).stdout, stdout)
})

test('a variable of .env that no setting has is named once, with the setting that it may mean', async () => {
  const cwd = tempFolder('env')
  writeFileSync(join(cwd, '.env'), 'DATABSE_URL=postgres://x\nPGHOST=y\nWHERRY_PORT=3000\n')
  const { stderr } = await runCommand(['templates', 'list'], { cwd })
  assert.equal(
    stderr,
    '.env: DATABSE_URL is not a setting of Wherry and is ignored. Did you mean DATABASE_URL?\n.env: PGHOST is not a setting of Wherry and is ignored.\n',
  )
})
