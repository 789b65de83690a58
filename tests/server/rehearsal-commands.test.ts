import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { peopleOptions } from '../login/people-scripts.ts'
import { fillDirectory } from '../migration/rehearsal-kit.ts'
import { runCommandHere } from '../support/command-here.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
  const people = Object.fromEntries(
    ['one', 'two'].map((id) => [
      `${id}@shop.example`,
      { password: 'right', profile: { user_id: id, email: `${id}@shop.example`, username: 'both' } },
    ]),
  )
  const connection_id = await server.createConnection('shop', peopleOptions(people))
  const listed = ['one', 'two', 'left'].map((id) => ({ legacy_id: id, email: `${id}@shop.example` }))
  await fillDirectory(
    server,
    connection_id,
    listed.map((user) => (user.legacy_id === 'left' ? user : { ...user, username: 'both' })),
  )
})
after(() => server?.close())

const run = (command: string[], ...more: string[]) =>
  runCommandHere([...command, '--connection', 'shop', ...more], { env: server.env })

test('a rehearsal is followed to its report, and the decisions that it shows are exported, filled in and loaded', async () => {
  const rehearsed = await run(['rehearse'], '--rate', '100')
  assert.match(rehearsed.stdout, /is completed: 3 of 3 users\.\n {2}shared_identifier: 2\n {2}unknown_user: 1\n/)
  assert.match(rehearsed.stdout, /\n3 calls, [\d.]+ per second of the 100 asked for; p50 /)
  assert.match((await run(['rehearse'], '--rate', 'fast')).stderr, /--rate must be a number of calls per second/)
  const { stdout } = await run(['decisions', 'export'])
  const [head = '', ...rows] = stdout.trim().split(/\r?\n/)
  assert.equal(rows.length, 2)
  assert.match(head, /,decision(,\w+){5}$/)
  const file = join(server.data_dir, 'decisions.csv')
  const fill = (row: string, decision: string): string => row.replace(/,{6}$/, `,${decision},,,,,`)
  writeFileSync(file, [head, fill(rows[0] ?? '', 'keep'), fill(rows[1] ?? '', 'remove')].join('\n'))
  const refused = await run(['decisions', 'load'], '--file', file)
  assert.deepEqual([refused.status, /Line 3: the decision must be one of/.test(refused.stderr)], [1, true])
  writeFileSync(file, [head, fill(rows[0] ?? '', 'keep'), rows[1]].join('\n'))
  const loaded = await run(['decisions', 'load'], '--file', file)
  assert.equal(loaded.stdout, '2 rows. Decisions: keep 1. Without a decision: 1.\n')
  assert.match((await run(['decisions', 'export'], '--decided')).stdout, /,keep,/)
  const again = await run(['rehearse'], '--rate', '100', '--json')
  assert.deepEqual(JSON.parse(again.stdout).changes, { shared_identifier: { moved: 1, collision: 1 } })
  const logged = (await server.logs()).map(({ description }) => description)
  assert.ok(logged.includes('Command: rehearse') && logged.includes('Command: decisions load'))
})

test('a rehearsal whose calls are slow names the index that the look-up needs', async () => {
  const get_user = `function getUser(email, callback) {
    const sql = 'SELECT id FROM shop.customers WHERE lower(mail) = lower(?) OR lower("login name") = ?'
    setTimeout(() => callback(null, sql === email ? {} : null), 400)
  }`
  const customScripts = { login: 'function login(email, password, callback) { callback(null, null) }', get_user }
  const slow = { enabledDatabaseCustomization: true, import_mode: true, customScripts }
  const slow_id = await server.createConnection('slow', slow)
  await fillDirectory(server, slow_id, [{ legacy_id: 'one', email: 'one@shop.example' }])
  const { stdout } = await runCommandHere(['rehearse', '--connection', 'slow', '--rate', '100'], { env: server.env })
  assert.match(
    stdout,
    /Half of the calls took [\d,]{3,} ms, which is slow\. .* it needs indexes on lower\(mail\) and lower\("login name"\) of the table shop\.customers; /,
  )
})
