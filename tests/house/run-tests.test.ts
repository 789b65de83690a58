import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { tempFolder } from '../support/temp-folder.ts'

const runner = resolve(import.meta.dirname, '../../tools/run-tests.ts')

function run(text: string, env: Record<string, string> = {}): { status: number | null; output: string; last: string } {
  const file = join(tempFolder('runner'), 'planted.test.ts')
  writeFileSync(file, `import { test } from 'node:test'\n${text}\n`)
  const { NODE_TEST_CONTEXT: _, ...clean } = process.env
  const ran = spawnSync(process.execPath, [runner, file], { encoding: 'utf8', env: { ...clean, ...env } })
  const lines = ran.stdout.trimEnd().split('\n')
  return { status: ran.status, output: ran.stdout, last: lines.at(-1) ?? '' }
}

test('passing tests end with their count and status 0', () => {
  const { status, last } = run(`test('a', () => {}); test('b', async (t) => { await t.test('c', () => {}) })`)
  assert.deepEqual([status, last], [0, '3 passed, 0 failed'])
})

test('a failing test is named with its reason, and the status is 1', () => {
  const { status, output, last } = run(
    `test('adds up', () => { throw new Error('one is not two') })\ntest('b', () => {})`,
  )
  assert.deepEqual([status, last], [1, '1 passed, 1 failed'])
  assert.match(output, /✗ adds up\n.*one is not two/)
})

test('a file that dies, holds no test, or never ends counts as failed', () => {
  assert.deepEqual(run('process.exit(3)').last, '0 passed, 1 failed')
  assert.deepEqual(run(`import './missing.ts'`).last, '0 passed, 1 failed')
  assert.match(run('').output, /holds no test\n[^]*0 passed, 1 failed\n$/)
  const endless = run(`test('waits', () => { while (true) {} })`, { WHERRY_TEST_LIMIT_S: '2' })
  assert.match(endless.output, /did not end within 2 s/)
  assert.deepEqual([endless.status, endless.last], [1, '0 passed, 1 failed'])
})

test('a test that leaves a timer behind does not hold up the run', () => {
  const started = Date.now()
  assert.equal(run(`test('a', () => { setInterval(() => {}, 1000) })`).last, '1 passed, 0 failed')
  assert.ok(Date.now() - started < 20_000)
})
