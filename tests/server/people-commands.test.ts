// One person, the other programs of a legacy store and the closing report, by commands.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { failures_per_identifier } from '../../src/login/brute-force-protection.ts'
import { legacyScripts } from '../management/legacy-scripts.ts'
import { runCommandHere } from '../support/command-here.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
const people = [{ user_id: '7', email: 'ada@legacy.example', given_name: 'Ada' }]

before(async () => {
  server = await startTestServer()
  const client = await server.createClient()
  const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: legacyScripts(people) }
  await server.createConnection('shop', options, [client])
  for (let nth = 0; nth < failures_per_identifier; nth += 1)
    await server.login(client, 'shop', 'ada@legacy.example', `guess ${nth}`)
  await server.post('/dbconnections/signup', {
    client_id: client.client_id,
    connection: 'shop',
    email: 'ada@legacy.example',
    password: 'Chosen-here-1',
  })
  await server.settle()
})
after(() => server?.close())

const run = (command: string, ...more: string[]) =>
  runCommandHere([...command.split(' '), '--connection', 'shop', ...more], { env: server.env })

test('a person is found on both sides, unlocked, and mailed a link to the address on record', async () => {
  const found = await run('people find', '--query', 'ada@legacy.example', '--legacy-profile')
  assert.match(found.stdout, /^record +mrc_\w+ seen .*\nlegacy id +7\n/, found.stderr)
  assert.match(found.stdout, /\nlocked +(?:7, ada@legacy\.example|ada@legacy\.example, 7)\n/)
  assert.match(found.stdout, /attempt .* wrong_password Wrong email or password\.\n/)
  assert.match(found.stdout, /legacy store: .*"outcome":"found".*"given_name":"Ada"/)
  assert.match((await run('people find', '--query', 'eve@legacy.example')).stdout, /^No person was found/)
  const [, record = ''] = /(mrc_\w+)/.exec(found.stdout) ?? []
  assert.match((await run('people unlock', '--record', record, '--user', 'x')).stderr, /--record or --user/)
  assert.equal((await run('people unlock', '--record', record)).status, 0)
  const { stdout } = await run('people find', '--query', '7', '--json')
  assert.deepEqual(JSON.parse(stdout).people[0].locks, [])
  assert.match((await run('people send-link', '--record', record)).stdout, /sent to ada@legacy\.example/)
  assert.equal((await server.outbox('ada@legacy.example')).length, 1)
  const logged = (await server.logs()).map(({ description }) => description)
  for (const text of ['Command: people find', 'Command: people send-link', 'User unblocked'])
    assert.ok(logged.includes(text), text)
})

test('the report is printed in its formats, and a sampling is refused with its reason', async () => {
  const { stdout } = await run('report')
  assert.equal(JSON.parse(stdout).people.total, 1)
  assert.match(
    (await run('report', '--format', 'csv')).stdout,
    /^section,name,detail,value\r?\nreport,connection,,shop/,
  )
  assert.match((await run('report', '--format', 'html')).stdout, /<\/html>\n$/)
  assert.match((await run('report', '--format', 'pdf')).stderr, /--format must be one of json, html, csv/)
  assert.match((await run('legacy-activity show')).stderr, /sampl/i)
  assert.match((await run('legacy-activity start', '--duration', '5')).stderr, /at least 10 seconds/)
  const refused = await run('legacy-activity start', '--duration', '60')
  assert.deepEqual([refused.status, /DATABASE_URL|address/.test(refused.stderr)], [1, true], refused.stderr)
})
