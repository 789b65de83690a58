// What starts the server passes signals on to it, and does not leave it running: npm, and the launcher on an older Node.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { freePort } from '../support/free-port.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { waitUntil } from '../support/wait-until.ts'
import { withStore } from './stopped-store.ts'

const root = resolve(import.meta.dirname, '../..')

type Started = { child: ChildProcess; data_dir: string; log(): string; answers(): Promise<boolean> }

function processGroupExists({ pid = 0 }: ChildProcess): boolean {
  try {
    return process.kill(-pid, 0)
  } catch {
    return false
  }
}

/** Starts a program that starts a server, and waits until the server is ready. */
async function start(command: string, args: string[], cwd: string): Promise<Started> {
  const [port, data_dir, log_file] = [String(await freePort()), tempFolder('data'), join(tempFolder('log'), 'log')]
  const output = openSync(log_file, 'a')
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, NODE_OPTIONS: '', WHERRY_PORT: port, WHERRY_DATA_DIR: data_dir, WHERRY_ADMIN_URL: 'off' },
    stdio: ['ignore', output, output],
    detached: true,
  })
  closeSync(output)
  // What a failed test leaves running is in the process group of the child.
  process.once('exit', () => {
    if (processGroupExists(child)) process.kill(-(child.pid ?? 0), 'SIGKILL')
  })
  const answers = async (): Promise<boolean> =>
    (await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined))?.ok === true
  await waitUntil(answers)
  return { child, data_dir, log: () => readFileSync(log_file, 'utf8'), answers }
}

/** The server has stopped in order, and the data folder is free. */
async function assertStopped({ data_dir, log, answers }: Started): Promise<void> {
  await waitUntil(async () => !(await answers()))
  await withStore(data_dir, async (db) => {
    assert.equal((await db.selectFrom('tenants').selectAll().execute()).length, 2)
  })
  assert.match(log(), /"signal":"SIGTERM","msg":"stopping/)
}

/** The launcher where the Node that runs it is too old: a preload says so, and the Node beside it is the real one. */
function olderNode(): string[] {
  const folder = tempFolder('older')
  const preload = join(folder, 'older.cjs')
  writeFileSync(
    preload,
    `if (process.argv[1]?.endsWith('wherry.cjs'))
  Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.0.0' } })`,
  )
  for (const made of ['bin', 'node_modules/.bin']) mkdirSync(join(folder, made), { recursive: true })
  copyFileSync(join(root, 'bin/wherry.cjs'), join(folder, 'bin/wherry.cjs'))
  symlinkSync(join(root, 'src'), join(folder, 'src'))
  symlinkSync(process.execPath, join(folder, 'node_modules/.bin/node'))
  return ['--require', preload, join(folder, 'bin/wherry.cjs'), 'serve']
}

const npm_start = ['start', '--silent']

test('SIGTERM for npm stops the server, and npm ends after it [guard: npm-passes-signals-on]', async () => {
  const started = await start('npm', npm_start, root)
  started.child.kill('SIGTERM')
  await once(started.child, 'exit')
  assert.equal(await started.answers(), false, 'npm has waited for the server')
  await assertStopped(started)
})

test('a killed npm leaves no server [guard: server-ends-with-npm]', async () => {
  const started = await start('npm', npm_start, root)
  started.child.kill('SIGKILL')
  await assertStopped(started)
})

test('on an older Node SIGTERM stops the server, and the launcher ends as the server ends', async () => {
  const started = await start(process.execPath, olderNode(), tempFolder('cwd'))
  started.child.kill('SIGTERM')
  const [status] = (await once(started.child, 'exit')) as [number]
  assert.equal(status, 0)
  assert.equal(await started.answers(), false)
  await assertStopped(started)
})

test('on an older Node a killed launcher leaves no server [guard: server-ends-with-launcher]', async () => {
  const started = await start(process.execPath, olderNode(), tempFolder('cwd'))
  started.child.kill('SIGKILL')
  await assertStopped(started)
})
