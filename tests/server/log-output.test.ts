// The process log while its file or pipe cannot be written: the server goes on, and lines are lost only then.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLogOutput } from '../../src/server/log-output.ts'
import { freePort } from '../support/free-port.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const program = join(import.meta.dirname, '../../bin/wherry.cjs')
const lineOf = (nth: number): string => `${JSON.stringify({ nth, text: 'x'.repeat(1000) })}\n`

/** A pipe whose writer does not wait while it is full, as one that a server has for its standard output. */
function openPipe(): { writer: number; read(): string; close(): void } {
  const file = join(tempFolder('pipe'), 'log')
  execFileSync('mkfifo', [file])
  const reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  const writer = openSync(file, constants.O_WRONLY | constants.O_NONBLOCK)
  const buffer = Buffer.alloc(1 << 20)
  return {
    writer,
    read() {
      try {
        return buffer.toString('utf8', 0, readSync(reader, buffer))
      } catch {
        return ''
      }
    },
    close() {
      closeSync(reader)
      closeSync(writer)
    },
  }
}

const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

test('lines that a full pipe does not take wait in their order, and are written when it is read or the process ends', async () => {
  const pipe = openPipe()
  const output = createLogOutput(pipe.writer)
  for (let nth = 0; nth < 300; nth += 1) output.write(lineOf(nth))
  let text = ''
  await waitUntil(() => (text += pipe.read()).split('\n').length === 301)
  for (let nth = 300; nth < 400; nth += 1) output.write(lineOf(nth))
  text += pipe.read()
  output.flush()
  text += pipe.read()
  assert.deepEqual(
    linesOf(text).map(({ nth }) => nth),
    Array.from({ length: 400 }, (_, nth) => nth),
  )
  pipe.close()
})

test('beyond 1 MiB lines are dropped and counted [guard: bounded-process-log]', async () => {
  const pipe = openPipe()
  const output = createLogOutput(pipe.writer)
  for (let nth = 0; nth < 5000; nth += 1) output.write(lineOf(nth))
  let text = ''
  await waitUntil(() => (text += pipe.read()).includes('dropped_lines'))
  output.write(lineOf(5000))
  text += pipe.read()
  const lines = linesOf(text)
  const last = lines.at(-1)
  const { level, dropped_lines, msg } = lines.at(-2) ?? {}
  const written = lines.slice(0, -2).map(({ nth }) => nth)
  assert.deepEqual(
    written,
    Array.from({ length: written.length }, (_, nth) => nth),
  )
  assert.ok(written.length > 1000 && written.length < 1300, `${written.length} lines were written`)
  assert.deepEqual([level, dropped_lines, last?.['nth']], [40, 5000 - written.length, 5000])
  assert.match(String(msg), /lines of it were dropped/)
  pipe.close()
})

test('a server whose log is on a full disk starts, answers and stops [guard: log-on-a-full-disk]', async () => {
  const data_dir = tempFolder('data')
  const port = await freePort()
  const full = openSync('/dev/full', 'w')
  const env = {
    PATH: process.env['PATH'],
    WHERRY_DATA_DIR: data_dir,
    WHERRY_PORT: String(port),
    WHERRY_ADMIN_URL: 'off',
  }
  const child = spawn(process.execPath, [program, 'serve'], { env, cwd: data_dir, stdio: ['ignore', full, full] })
  const kill = (): boolean => child.kill('SIGKILL')
  process.once('exit', kill)
  try {
    const at = `http://localhost:${port}/health/`
    const statusOf = async (name: string): Promise<number> =>
      await fetch(at + name, { signal: AbortSignal.timeout(5000) }).then(
        ({ status }) => status,
        () => 0,
      )
    await waitUntil(async () => (await statusOf('ready')) === 200)
    for (let nth = 0; nth < 20; nth += 1) assert.equal(await statusOf('live'), 200)
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    assert.deepEqual((await Promise.race([ended, sleep(20_000, ['it goes on'])]))[0], 0)
    assert.match(readFileSync(join(data_dir, 'first-run.json'), 'utf8'), /management_client_id/)
  } finally {
    kill()
    process.off('exit', kill)
    closeSync(full)
  }
})
