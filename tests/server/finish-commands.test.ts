import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { runCommandHere } from '../support/command-here.ts'
import { loadDirectory } from '../migration/finish-kit.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
  await server.createConnection('shop', { enabledDatabaseCustomization: true, import_mode: true })
})
after(() => server?.close())

const finish = (command: string, ...more: string[]) =>
  runCommandHere(['finish', command, '--connection', 'shop', ...more], { env: server.env })

const status = () => runCommandHere(['status', '--connection', 'shop'], { env: server.env })

test('a finish is started, shown and rolled back by commands, in a running server and on the store itself', async () => {
  const preflight = await finish('preflight')
  assert.match(preflight.stdout, /^shop: 0 of 0 known people have moved\.\nno_directory\. No directory /)
  const listed_id = await server.createConnection('listed', { enabledDatabaseCustomization: true, import_mode: true })
  const people = ['ada', 'grace'].map((id) => ({ id, email: `${id}@shop.example` }))
  const day_ms = 86_400_000
  await loadDirectory(
    server,
    listed_id,
    people.map((person, nth) => (nth === 0 ? { ...person, last_activity_at: Date.now() - 40 * day_ms } : person)),
  )
  const listed = await runCommandHere(['finish', 'preflight', '--connection', 'listed'], { env: server.env })
  assert.match(
    listed.stdout,
    /\nnot_moved: 2\. They .*\n {2}by state: unseen 2\n {2}in the directory, by last activity: 90d 1, unknown 1\n/,
  )
  assert.match((await finish('status')).stdout, /the finish was not started\.\nNext: no_op\. Replaces the scripts/)
  const unconfirmed = await finish('start', '--step', 'no_op', '--confirm', 'Shop')
  assert.equal(unconfirmed.status, 1)
  assert.match(unconfirmed.stderr, /confirm must be the name of the connection, "shop"/)
  assert.match((await finish('start', '--step', 'stop', '--confirm', 'shop')).stderr, /--step must be one of no_op/)
  const started = await finish('start', '--step', 'no_op', '--confirm', 'shop', '--json')
  assert.equal(JSON.parse(started.stdout).step, 'no_op')
  await waitUntil(async () => (await finish('status')).stdout.includes('the step no_op is done'))
  assert.match(
    (await status()).stdout,
    /\n +finish +the step no_op is done.*\n +legacy store +not asked any more: the scripts/,
  )
  const wrong = await finish('start', '--step', 'watch', '--confirm', 'shop', '--accept', 'people=3')
  assert.match(wrong.stderr, /--accept is one of latecomers, unknown_identifiers, other_programs/)
  const accepted = ['latecomers=7', 'unknown_identifiers=any'].flatMap((each) => ['--accept', each])
  const watching = await finish('start', '--step', 'watch', '--confirm', 'shop', '--duration', '60', ...accepted)
  const { accepted: numbers } = JSON.parse((await finish('status', '--json')).stdout)
  assert.deepEqual([numbers.latecomers, numbers.unknown_identifiers], [7, null])
  assert.match((await status()).stdout, /directory +none was loaded.*\n +finish +the step watch is running/)
  assert.match(
    watching.stdout,
    /the step watch is running\.\nWatch until .*: 0 latecomers.*, other programs not sampled; within/,
  )
  assert.match((await finish('rollback', '--confirm', 'shop')).stdout, /the finish was not started/)
  const logged = (await server.logs()).map(({ description }) => description)
  assert.ok(logged.includes('Command: finish start') && logged.includes('Command: finish rollback'))

  await server.stop()
  const stopped = await finish('start', '--step', 'no_op', '--confirm', 'shop')
  assert.match(stopped.stdout, /the step no_op is running/)
  assert.equal(stopped.stderr, 'No server runs: the next one that starts does the step.\n')
})
