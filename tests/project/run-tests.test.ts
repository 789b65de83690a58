import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { tempFolder } from '../support/temp-folder.ts'

const runner = resolve(import.meta.dirname, '../../tools/run-tests.ts')
const { NODE_TEST_CONTEXT: _, ...environment } = process.env

type Run = { status: number | null; output: string; last: string }

function run(text: string, env: Record<string, string> = {}): Run {
  return runFiles([testFile(text)], { ...environment, ...env })
}

function runFiles(files: string[], env: NodeJS.ProcessEnv): Run {
  const ran = spawnSync(process.execPath, [runner, ...files], { encoding: 'utf8', env })
  const lines = ran.stdout.trimEnd().split('\n')
  return { status: ran.status, output: ran.stdout, last: lines.at(-1) ?? '' }
}

function testFile(text: string): string {
  const file = join(tempFolder('runner'), 'planted.test.ts')
  writeFileSync(file, `import { after, test } from 'node:test'\n${text}\n`)
  return file
}

/** Answers the text of a test file that starts a server process, writes its port to `port_file`, and then runs `then`. */
function startingServer(port_file: string, then: string): string {
  const server = `require('net').createServer().listen(0, '127.0.0.1', function () {
    require('fs').writeFileSync('${port_file}', String(this.address().port)) })`
  return `import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
test('starts a server', async () => {
  spawn(process.execPath, ['-e', ${JSON.stringify(server)}], { stdio: 'inherit' }).unref()
  while (!(statSync('${port_file}', { throwIfNoEntry: false })?.size > 0)) await setTimeout(10)
  ${then}
})`
}

// A killed process closes its sockets a moment later.
async function assertEnds(port: number): Promise<void> {
  for (const start = Date.now(); await isListening(port); await sleep(20)) {
    assert.ok(Date.now() - start < 5000, `port ${port} is still open`)
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

test('passing tests end with their count and status 0, and a timer that one leaves behind does not hold up the run', () => {
  const started = Date.now()
  const left = `test('a', () => { setInterval(() => {}, 1000) })`
  const { status, last } = run(`${left}; test('b', async (t) => { await t.test('c', () => {}) })`)
  assert.deepEqual([status, last], [0, '3 passed, 0 failed'])
  assert.ok(Date.now() - started < 20_000)
})

test('a folder and a file that does not exist are named with the usage, and the status is 2', () => {
  for (const file of [tempFolder('runner'), join(tempFolder('runner'), 'missing.test.ts')]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [runner, file], {
      encoding: 'utf8',
      env: environment,
    })
    assert.deepEqual([status, stdout], [2, ''])
    assert.ok(stderr.startsWith(`${file} is no file.\nUsage: node tools/run-tests.ts `), stderr)
  }
})

/** How each of these files ended in one run: its line, without the time, and what was printed below it. */
function endings<Name extends string>(texts: Record<Name, string>): Run & { of: Record<Name, string> } {
  const files = Object.values<string>(texts).map((text) => testFile(text))
  const ran = runFiles(files, { ...environment, WHERRY_TEST_CONCURRENCY: '1' })
  const parts = ran.output.split(/^(?=(?:ok|FAILED|skipped) +\S+planted\.test\.ts )/m).slice(-files.length)
  const of = Object.keys(texts).map((name, index) => [name, parts[index]?.replace(/, [\d.]+ s$/m, '') ?? ''])
  return { ...ran, of: Object.fromEntries(of) as Record<Name, string> }
}

test('each file that fails, dies, holds no test, ends before its last test or cannot run is reported and counted', () => {
  const { of, status, last } = endings({
    fails: `test('adds up', () => { throw new Error('one is not two') })\ntest('b', () => {})`,
    fails_by_subtests: `test('a', (t) => t.test('b', () => { throw new Error('no') }))`,
    hook_fails: `after(() => { throw new Error('no') })\ntest('a', () => {})`,
    dies: 'process.exit(3)',
    cannot_be_loaded: `import './missing.ts'`,
    holds_no_test: '',
    ends_early: `test('a', () => process.exit(0))`,
    cannot_run: `console.error('PostgreSQL was not found'); process.exit(77)`,
  })
  assert.match(of.fails, /^FAILED .*planted\.test\.ts {2}1 passed, 1 failed\n/)
  assert.match(of.fails, /planted\.test\.ts:2:1\n✖ adds up .*\n.*one is not two/)
  assert.match(of.fails_by_subtests, / {2}0 passed, 1 failed\n/)
  assert.match(of.hook_fails, / {2}1 passed, 1 failed\n/)
  assert.match(of.dies, / {2}0 passed, 1 failed\n {2}ended with status 3\n/)
  assert.match(of.cannot_be_loaded, / {2}0 passed, 1 failed\n/)
  assert.match(of.holds_no_test, / {2}0 passed, 1 failed\n {2}holds no test\n/)
  assert.match(of.ends_early, / {2}0 passed, 1 failed\n {2}ended before the last one\n/)
  assert.match(of.cannot_run, /^skipped .*planted\.test\.ts .*\n {2}not run\nPostgreSQL was not found\n/)
  assert.deepEqual([status, last], [1, '2 passed, 7 failed, 1 skipped'])
})

test('a run of nothing but a file that cannot run fails', () => {
  const { status, last } = run(`process.exit(77)`)
  assert.deepEqual([status, last], [1, '0 passed, 0 failed, 1 skipped'])
})

test('a file that never ends is killed and counts as failed', () => {
  const endless = run(`test('waits', () => { while (true) {} })`, { WHERRY_TEST_LIMIT_S: '1' })
  assert.match(endless.output, /did not end within 1 s/)
  assert.deepEqual([endless.status, endless.last], [1, '0 passed, 1 failed'])
})

test('a process that a test leaves running ends with the file, also when the file is killed', async () => {
  for (const [then, limit_s, last] of [
    ['', '60', '1 passed, 0 failed'],
    ['await setTimeout(60_000)', '15', '0 passed, 1 failed'],
  ] as const) {
    const port_file = join(tempFolder('port'), 'port')
    assert.equal(run(startingServer(port_file, then), { WHERRY_TEST_LIMIT_S: limit_s }).last, last)
    await assertEnds(Number(readFileSync(port_file, 'utf8')))
  }
})

test('SIGINT ends the run, its files and their processes', async () => {
  const port_file = join(tempFolder('port'), 'port')
  const file = testFile(startingServer(port_file, 'await setTimeout(60_000)'))
  const child = spawn(process.execPath, [runner, file], { env: environment, stdio: 'ignore' })
  while (!existsSync(port_file) || readFileSync(port_file, 'utf8') === '') await sleep(10)
  const port = Number(readFileSync(port_file, 'utf8'))
  assert.equal(await isListening(port), true)
  child.kill('SIGINT')
  await once(child, 'exit')
  assert.equal(child.exitCode, 1)
  await assertEnds(port)
})

test('several files share one PostgreSQL and one MariaDB, which end with the run', async () => {
  const urls_file = join(tempFolder('urls'), 'urls')
  const text = `import { appendFileSync } from 'node:fs'
const { WHERRY_TEST_POSTGRES_URL, WHERRY_TEST_MARIADB_URL } = process.env
test('a', () => appendFileSync('${urls_file}', WHERRY_TEST_POSTGRES_URL + ' ' + WHERRY_TEST_MARIADB_URL + '\\n'))`
  const own = Object.entries(environment).filter(([name]) => !name.startsWith('WHERRY_TEST_'))
  assert.equal(runFiles([testFile(text), testFile(text)], Object.fromEntries(own)).last, '2 passed, 0 failed')
  const [first, second] = readFileSync(urls_file, 'utf8').trimEnd().split('\n')
  assert.equal(first, second)
  for (const url of first!.split(' ')) await assertEnds(Number(new URL(url).port))
})

test('files share a process, until one of them fails or dies', () => {
  const pids_file = join(tempFolder('pids'), 'pids')
  const noting = (then: string) =>
    testFile(`import { appendFileSync } from 'node:fs'
appendFileSync('${pids_file}', process.pid + '\\n')
test('a', () => { ${then} })`)
  const files = ['', '', `throw new Error('no')`, '', 'process.exit(3)', ''].map(noting)
  const { output, last } = runFiles(files, { ...environment, WHERRY_TEST_CONCURRENCY: '1' })
  assert.equal(last, '4 passed, 2 failed')
  assert.match(output, /ran in one process after /)
  const [first, second, failed, fourth, died, last_pid] = readFileSync(pids_file, 'utf8').trimEnd().split('\n')
  assert.deepEqual([second, failed, died], [first, first, fourth])
  assert.equal(new Set([first, fourth, last_pid]).size, 3)
})
