// Runs the commands of the README and the requests of the guides, in their order, as a reader would paste them.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import bcrypt from 'bcryptjs'
import pg from 'pg'
import { copyProject } from '../support/copy-project.ts'
import { freePort } from '../support/free-port.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'
import { startPostgres } from '../support/servers.ts'
import type { DatabaseServer } from '../support/test-database.ts'

type Fence = { language: string; text: string }

/** The fenced blocks of a Markdown text; of the README, those of one section. */
function fences(markdown: string, section?: string): Fence[] {
  const text =
    section === undefined ? markdown : (markdown.split(/^## /m).find((each) => each.startsWith(section)) ?? '')
  const found = [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)]
  assert.ok(found.length > 0, `no commands in ${section ?? 'the guide'}`)
  return found.map(([, language, block]) => ({ language: language || 'sh', text: block ?? '' }))
}

const project = copyProject()
const readme = readFileSync(join(project, 'README.md'), 'utf8')
const steps = fences(readme, 'From your user table').map(({ text }) => text)
const prelude = steps.find((text) => text.startsWith('field() {')) ?? ''

const trusting = { NODE_EXTRA_CA_CERTS: 'certs/ca.pem', CURL_CA_BUNDLE: 'certs/ca.pem' }

type Ran = { status: number | null; output: string }

async function run(command: string, args: string[], env: Record<string, string> = {}): Promise<Ran> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:WHERRY_|DATABASE_URL$|NODE_)/.test(name))
  const path = `${join(process.execPath, '..')}:${process.env['PATH']}`
  const child = spawn(command, args, { cwd: project, env: { ...Object.fromEntries(inherited), PATH: path, ...env } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  await once(child, 'close')
  return { status: child.exitCode, output }
}

/** Runs commands after those of step 2, which define `api` and `field`. */
async function paste(commands: string, env: Record<string, string> = {}): Promise<string> {
  const { status, output } = await run('bash', ['-euo', 'pipefail', '-c', `${prelude}\n${commands}`], env)
  assert.equal(status, 0, `${commands}\n${output}`)
  return output
}

/** Pastes requests to the Management API, and fails where one is refused. */
async function pasteRequests(commands: string, env: Record<string, string>): Promise<string> {
  const output = await paste(commands, env)
  assert.doesNotMatch(output, /"statusCode":|"error":/, commands)
  return output
}

describe('the README', () => {
  let postgres: DatabaseServer
  let server: ServerProcess
  let settings: Record<string, string>
  const known: Record<string, string> = {}

  before(async () => {
    postgres = await startPostgres()
    const { url } = await postgres.createDatabase('shop')
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query('create table customers (customer_no text, email text, full_name text, password_hash text)')
    const hash = bcrypt.hashSync('her old password', 4)
    await client.query("insert into customers values ('7', 'ada@example.com', 'Ada Lovelace', $1)", [hash])
    await client.end()
    settings = { url }
    const port = String(await freePort())
    const of_reader = { cwd: project, program: join(project, 'bin', 'wherry.cjs') }
    server = await startServerProcess({
      ...of_reader,
      env: { WHERRY_PORT: port, WHERRY_DATA_DIR: join(project, 'data') },
    })
  })
  after(async () => {
    await server?.stop()
    await postgres?.stop()
  })

  const step = (beginning: string): string => {
    const text = steps.find((each) => each.startsWith(beginning))
    assert.ok(text, `the README has no step that begins with ${beginning}`)
    return text
  }

  test('leads from a user table to the first moved user', async () => {
    const commands = [
      step('CLIENT_ID='),
      step('cat > shop.json').replace('postgres://reader:secret@127.0.0.1:5432/shop', settings['url'] ?? ''),
      step('npm run -s wherry -- templates apply'),
      step('curl -i ${ISSUER}oauth/token'),
      step('curl -i ${ISSUER}oauth/token'),
      step('api migrations/'),
      'echo "IDS $CLIENT_ID $CONNECTION_ID"',
    ]
    const output = await paste(commands.join('\n'))
    assert.deepEqual(output.match(/^HTTP\/1\.1 \d+/gm), ['HTTP/1.1 200', 'HTTP/1.1 200'], output)
    assert.match(output, /"state":"migrated"/)
    assert.match(output, /"outcome":"moved"/)
    assert.match(output, /"outcome":"found"/)
    const [, client_id, connection_id] = /IDS (\S+) (\S+)/.exec(output) ?? []
    assert.ok(client_id && connection_id, output)
    Object.assign(known, { CLIENT_ID: client_id, CONNECTION_ID: connection_id })
  })

  test('leads to programs with the SDK over https', async () => {
    const [serving, ...rest] = fences(readme, "Using Auth0's SDKs")
    const port = String(await freePort())
    const [certificate, ...starting] = String(serving?.text).replaceAll('8443', port).split('\n')
    await server.stop()
    const made = await run('bash', ['-c', String(certificate)])
    assert.equal(made.status, 0, made.output)
    const env = Object.fromEntries(
      [...starting.join(' ').matchAll(/(WHERRY_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
    ) as Record<string, string>
    const of_reader = { cwd: project, program: join(project, 'bin', 'wherry.cjs') }
    server = await startServerProcess({
      ...of_reader,
      env: { ...env, WHERRY_PORT: port, WHERRY_DATA_DIR: join(project, 'data') },
    })
    const [manage, log_in] = rest.filter(({ language }) => language === 'js').map(({ text }) => text)
    const [create, enable] = rest
      .filter(({ language }) => language === 'sh')
      .flatMap(({ text }) => text.trimEnd().split('\n'))
    const output = await pasteRequests(
      `MADE=$(${create}); id() { echo "$MADE" | field $1; }
${String(enable).replace('\'[{"client_id": "<its client_id>", "status": true}]\'', '"[{\\"client_id\\": \\"$(id client_id)\\", \\"status\\": true}]"')}
echo "CLIENT $(id client_id) $(id client_secret)"`,
      { ...trusting, ...known },
    )
    const [, client_id, client_secret] = /CLIENT (\S+) (\S+)/.exec(output) ?? []
    const values = { clientId: client_id, clientSecret: client_secret, username: 'ada@example.com' }
    const constants = Object.entries({ ...values, password: 'her old password' })
      .map(([name, value]) => `const ${name} = ${JSON.stringify(value)}`)
      .join('\n')
    const programs = {
      'manage.mjs': `${manage}\nconsole.log(users.length)`,
      'log-in.mjs': `${constants}\n${log_in}\nconsole.log(data.token_type)`,
    }
    const printed: Record<string, string> = {}
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(join(project, name), text.replaceAll('8443', port))
      printed[name] = (await run('node', [name], trusting)).output.trim()
    }
    assert.deepEqual(printed, { 'manage.mjs': '1', 'log-in.mjs': 'Bearer' })
  })

  for (const guide of ['embedded-login', 'hosted-pages', 'operating', 'rules-and-actions']) {
    test(`has requests in the guide ${guide} that are accepted`, async () => {
      const blocks = fences(readFileSync(join(project, 'docs/guides', `${guide}.md`), 'utf8'))
      const scripts = blocks.filter(({ language }) => language === 'js').map(({ text }) => text)
      const file = (name: string, text: string | undefined) => writeFileSync(join(project, name), text ?? '')
      file(
        'rule.js',
        scripts.find((text) => text.startsWith('function (user')),
      )
      file(
        'action.js',
        scripts.find((text) => text.includes('onExecutePostLogin')),
      )
      file('login.html', '<script>@@config@@</script>')
      const requests = blocks.filter(
        ({ language, text }) => language === 'sh' && /\bapi |api\/v2\//.test(text) && !text.includes('<'),
      )
      assert.ok(requests.length > 0)
      for (const { text } of requests) await pasteRequests(text, { ...trusting, ...known })
    })
  }
})
