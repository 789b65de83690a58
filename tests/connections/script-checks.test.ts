import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { member, objects } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

const right = 'function login(email, password, callback) { callback(null) }'
const get_user = 'function getByEmail(email, callback) { callback(null) }'

describe('the check of scripts when they are saved', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(async () => await server.close())

  let names = 0
  const create = (customScripts: JsonObject, more: JsonObject = {}) => {
    names += 1
    const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts, ...more }
    return server.api('POST', 'connections', { name: `c${names}`, strategy: 'auth0', options })
  }
  const warningsOf = async (login: string): Promise<JsonObject[]> => {
    const answer = await create({ login, get_user })
    assert.equal(answer.status, 201, answer.text)
    return objects(member(answer.json, 'script_warnings') ?? [])
  }
  // Lines are stored in batches.
  const linesOf = async (id: string): Promise<JsonObject[]> => {
    const read = async () => objects((await server.must('GET', `connections/${id}/script-logs`))['script_logs'])
    await waitUntil(async () => (await read()).length > 0)
    return await read()
  }

  const refused: [what: string, source: string, message: RegExp][] = [
    [
      'a missing bracket',
      'function login(email, password, callback) {\n  callback(null, {)\n}',
      /'Syntax error in line 2, column 19: Unexpected token' on property options\.customScripts\.login/,
    ],
    [
      'a brace too many',
      'function login(email, password, callback) {\n  callback(null)\n}\n}',
      /in line 4, column 1: Unexpected token/,
    ],
    [
      'an anonymous function with an error',
      '\nfunction (email, password, callback) {\n  let a = 1; let a = 2\n}',
      /line 3, column 18/,
    ],
    [
      'export default',
      'const a = 1\nexport default async function login(email, password) {}',
      /in line 2, column 1: `export` is not supported/,
    ],
    [
      'import',
      "import axios from 'axios'\nfunction login(email, password, callback) {}",
      /in line 1, column 1: `import` is not supported: load modules with require\(\)/,
    ],
    [
      'TypeScript',
      'interface Row { id: string }\nasync function login(email: string, password: string, callback: any) {}',
      /in line 1, column 11: TypeScript is not supported/,
    ],
    [
      'TypeScript in an expression',
      'async function login(\n  email: string, password: string, callback: any) {}',
      /in line 2, column 8: TypeScript is not supported/,
    ],
  ]

  for (const [what, login, message] of refused) {
    test(`refuses ${what} with its line [guard: script-syntax-checked-at-save]`, async () => {
      const answer = await create({ login, get_user })
      assert.equal(answer.status, 400, answer.text)
      assert.match(String(member(answer.json, 'message')), message)
    })
  }

  test('refuses it in an update, and keeps the scripts that were', async () => {
    const id = await server.createConnection('kept', { customScripts: { login: right, get_user } })
    const answer = await server.api('PATCH', `connections/${id}`, {
      options: { customScripts: { login: right, get_user: 'function (' } },
    })
    assert.equal(answer.status, 400)
    assert.match(String(member(answer.json, 'message')), /options\.customScripts\.get_user/)
    const kept = await server.must('GET', `connections/${id}`)
    assert.deepEqual(member(kept['options'], 'customScripts'), { login: right, get_user })
  })

  test('saves a missing module with a warning in the answer and in the script log', async () => {
    const login = `function login(email, password, callback) {
      // require('in-a-comment')
      const couchbase = require('couchbase@2.0.0'), path = './config'
      require(path)
      require('couchbase@2.0.0')
      module.require('other')
    }`
    const answer = await create({ login, get_user })
    assert.equal(answer.status, 201, answer.text)
    const warnings = objects(member(answer.json, 'script_warnings'))
    assert.deepEqual(
      warnings.map(({ script, line }) => [script, line]),
      [['login', 3]],
    )
    assert.match(
      String(warnings[0]?.['message']),
      /Cannot find module 'couchbase@2\.0\.0'\. Action scripts can require/,
    )
    const id = String(member(answer.json, 'id'))
    const shown = await server.must('GET', `connections/${id}`)
    assert.equal(shown['script_warnings'], undefined)
    const lines = await linesOf(id)
    assert.deepEqual(
      lines.map(({ script, level }) => [script, level]),
      [['login', 'warn']],
    )
    assert.match(String(lines[0]?.['text']), /^line 3: Cannot find module 'couchbase@2\.0\.0'/)
  })

  test('saves a source that throws at its top level, has no function, never ends or exits, with a warning', async () => {
    const cases: [string, RegExp, line?: number][] = [
      [`\nconst hosts = configuration.HOSTS.split(',')\n${right}`, /throws before there is a function.*undefined/, 2],
      ['{ const a = 1 }', /The source is not a function/],
      [`process.exit(3)\n${right}`, /its top level ends its process/],
    ]
    for (const [login, message, line] of cases) {
      const warnings = await warningsOf(login)
      assert.equal(warnings[0]?.['line'], line, login)
      assert.equal(warnings.length, 1, login)
      assert.match(String(warnings[0]?.['message']), message)
    }
  })

  test('saves a function that cannot answer with a warning', async () => {
    const cannot = [
      'function login(email, password) {\n  [1].map((one) => { return one })\n}',
      '(email, password) => { if (!email) return; setTimeout(() => { throw new Error() }) }',
      'module.exports = { login(email, password) {} }.login',
      'function login(email, password) { return 1 }',
      '(email, password) => `${email} ${password}`',
    ]
    for (const source of cannot) {
      const warnings = await warningsOf(`// the script\n${source}`)
      assert.deepEqual(
        warnings.map(({ line }) => line),
        [2],
        source,
      )
      assert.match(
        String(warnings[0]?.['message']),
        /^The function cannot answer: .* parameter 3, and returns no promise/,
      )
    }
    const can = [
      'async function login(email, password) { return null }',
      'function login(email, password) { return Promise.resolve(null) }',
      '(email, password) => Promise.resolve(null)',
      'function login(email, password) { throw new Error("closed") }',
      'function login(email, password, callback = undefined) { callback(null) }',
      'function login(...all) { all.at(-1)(null) }',
      'function login() { arguments[2](null) }',
      'module.exports = { login(email, password, callback) { callback(null) } }.login',
      '(function (email, password, callback) { callback(null) }).bind({})',
    ]
    for (const source of can) assert.deepEqual(await warningsOf(source), [], source)
  })

  test('counts the context as a parameter, but for the scripts that may leave it out', async () => {
    const answer = await create(
      {
        login: right,
        get_user,
        change_email: 'function changeEmail(email, next, verified, callback) { callback(null, true) }',
      },
      { import_mode: false, enable_script_context: true },
    )
    assert.equal(answer.status, 201, answer.text)
    const warnings = objects(member(answer.json, 'script_warnings') ?? [])
    assert.deepEqual(
      warnings.map(({ script }) => script),
      ['login', 'get_user'],
    )
    assert.match(String(warnings[0]?.['message']), /parameter 4/)
  })

  test('finds nothing in scripts that run, and checks only those that have changed', async () => {
    assert.deepEqual(await warningsOf(right), [])
    assert.deepEqual(await warningsOf(`/* a */ async (email, password, callback) => callback(null) // end`), [])
    const noisy = `const a = require('missing-module')\n${right}`
    const id = await server.createConnection('noisy', { customScripts: { login: noisy, get_user } })
    const options = { customScripts: { login: noisy, get_user: `${get_user} // changed` } }
    const answer = await server.must('PATCH', `connections/${id}`, { options })
    assert.equal(answer['script_warnings'], undefined)
  })

  test('gives the script no configuration and no network, and writes nothing else to its log [guard: script-check-confined]', async (context) => {
    const seen: string[] = []
    const listener = createServer((socket) => {
      seen.push('a connection')
      socket.end()
    })
    context.after(() => listener.close())
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    const address = listener.address()
    const port = address !== null && typeof address === 'object' ? address.port : 0
    const login = `console.log('top level')
      global.count = (global.count || 0) + 1
      require('net').connect(${port}, '127.0.0.1').on('error', () => {})
      const end = Date.now() + 300
      while (Date.now() < end);
      const { length } = configuration.SECRET
      function login(email, password, callback) { callback(null, { user_id: String(global.count), email }) }`
    const answer = await create(
      { login, get_user },
      { configuration: { SECRET: 'a value' }, egress: { mode: 'open', allow: [`127.0.0.1:${port}`] } },
    )
    const [warning, ...others] = objects(member(answer.json, 'script_warnings'))
    assert.match(String(warning?.['message']), /without configuration.*undefined/)
    assert.deepEqual(others, [])
    const id = String(member(answer.json, 'id'))
    const logged = await linesOf(id)
    assert.deepEqual(seen, [])
    assert.deepEqual(
      logged.map(({ text }) => text),
      [`line 6: ${String(warning?.['message'])}`],
    )
    // The script runs in another process than its check.
    const client = await server.createClient()
    await server.enableClient(id, client)
    const moved = await server.login(client, `c${names}`, 'ada@legacy.example', 'a password')
    assert.equal(moved.status, 200, moved.text)
    const [record] = await server.records(id)
    assert.equal(record?.['user_id'], 'auth0|1')
    // The script does not wait for its connection.
    await waitUntil(() => seen.length === 1)
  })

  test('a connection that needs get_user for its logins is saved with a warning, until it has the script', async () => {
    const verify_password_here = { verify_password_here: true }
    const answer = await create({}, verify_password_here)
    const [warning, ...others] = objects(member(answer.json, 'script_warnings'))
    assert.deepEqual([warning?.['script'], others], ['get_user', []])
    assert.match(String(warning?.['message']), /no get_user script.*all logins fail/)
    const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: { get_user } }
    const change = { options: { ...options, ...verify_password_here } }
    const completed = await server.must('PATCH', `connections/${String(member(answer.json, 'id'))}`, change)
    assert.equal(member(completed, 'script_warnings'), undefined)
  })
})
