import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { tempFolder } from '../support/temp-folder.ts'

const program = join(import.meta.dirname, '../../bin/wherry.cjs')
const env = { PATH: process.env['PATH'] }

test('a command whose output is on a full disk fails, and says so [guard: output-on-a-full-disk]', () => {
  const full = openSync('/dev/full', 'w')
  const args = [program, 'templates', 'list', '--json']
  const { status, stderr } = spawnSync(process.execPath, args, { env, stdio: ['ignore', full, 'pipe'] })
  closeSync(full)
  assert.equal(status, 1)
  assert.match(String(stderr), /^The output was not written to its end: ENOSPC.* Free space or choose another place/)
  assert.doesNotMatch(String(stderr), /\n +at /)
})

test('a command of whose output only the beginning fits on the disk fails [guard: output-cut-off]', (t) => {
  const small = tempFolder('small-disk')
  const script =
    'mount -t tmpfs -o size=8k none "$1" && "$0" "$2" templates list --json >"$1/out"; code=$?; stat -c %s "$1/out"; exit $code'
  const args = ['-rm', 'sh', '-c', script, process.execPath, small, program]
  const { status, stdout, stderr } = spawnSync('unshare', args, { env, encoding: 'utf8' })
  if (/unshare failed|Operation not permitted|permission denied/i.test(stderr)) {
    t.skip('users may make no namespaces here')
    return
  }
  assert.match(stderr, /^The output was not written to its end: ENOSPC/)
  assert.deepEqual([status, stdout], [1, '8192\n'])
})

test('a command writes its whole output to a file, and ends without an error where a program reads its beginning only', () => {
  const file = join(tempFolder('output'), 'templates.json')
  const run = (rest: string) =>
    spawnSync('sh', ['-c', `"$0" "$1" templates list --json ${rest}`, process.execPath, program, file], {
      env,
      encoding: 'utf8',
    })
  assert.equal(run('> "$2"').status, 0)
  assert.ok((JSON.parse(readFileSync(file, 'utf8')) as unknown[]).length > 30)
  const { stdout, stderr } = run('| head -c 1')
  assert.deepEqual([stdout, stderr], ['[', ''])
})
