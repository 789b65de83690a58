import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePort } from '../support/free-port.ts'
import { runCommand, startServerProcess } from '../support/server-process.ts'
import { tempFolder } from '../support/temp-folder.ts'

test('settings are read from a .env file in the working directory; the environment overrides it; paths are relative to the directory', async () => {
  const cwd = tempFolder('env')
  const port = await freePort()
  writeFileSync(
    join(cwd, '.env'),
    [
      '# how we run it',
      'WHERRY_PORT=1',
      'WHERRY_DATA_DIR="./kept here"',
      "WHERRY_PUBLIC_URL='http://from-file.test'",
      'WHERRY_PLAN=developer # for a start',
      'SOMETHING_ELSE=1',
      '',
    ].join('\r\n'),
  )
  const env = { WHERRY_PORT: String(port), WHERRY_DATA_DIR: './kept here' }
  const server = await startServerProcess({ cwd, env })
  await server.stop()
  assert.ok(existsSync(join(cwd, 'kept here', 'first-run.json')))
  const listed = await runCommand(['tenants', 'list'], { cwd })
  assert.equal(listed.status, 0, listed.stderr)
  assert.match(listed.stdout, /^default\tfrom-file\.test\tdeveloper\tten_\w+\t\(default\)\n$/)
})

test('an error in the .env file is reported like one in the environment, without its secrets', async () => {
  const cwd = tempFolder('env')
  writeFileSync(
    join(cwd, '.env'),
    'WHERRY_PROT=3000\nWHERRY_SECRET_KEY=too-short-secret\nDATABASE_URL=mysql://u:too-short-secret@h/d\n',
  )
  const { status, stdout, stderr } = await runCommand(['serve'], { cwd })
  assert.deepEqual([status, stdout], [1, ''])
  assert.match(stderr, /3 problems/)
  assert.match(stderr, /WHERRY_PROT is not a setting of Wherry\. Did you mean WHERRY_PORT\?/)
  assert.ok(!stderr.includes('too-short-secret') && !stderr.includes('    at '), stderr)
})
