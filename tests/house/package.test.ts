import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../support/free-port.ts'
import { tempFolder } from '../support/temp-folder.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = tempFolder('package')
const installed = join(folder, 'node_modules', 'wherry')

// The packed tarball, unpacked where npm would put it, beside the dependencies that the checkout has already.
before(() => {
  runToEnd('npm', ['pack', '--silent', '--pack-destination', folder], root)
  const [tarball] = globSync('wherry-*.tgz', { cwd: folder })
  mkdirSync(installed, { recursive: true })
  runToEnd('tar', ['-xzf', join(folder, tarball ?? ''), '--strip-components=1', '-C', installed], folder)
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  }
  const modules = join('sandbox-runtime', 'node_modules')
  symlinkSync(join(root, modules), join(installed, modules))
})

function runToEnd(command: string, args: string[], cwd: string): string {
  const ran = spawnSync(command, args, { cwd, encoding: 'utf8' })
  assert.equal(ran.status, 0, `${command}: ${ran.stdout}${ran.stderr}`)
  return ran.stdout
}

test('the package holds JavaScript with types, no source, no tests and no key', () => {
  const files = globSync('**/*', { cwd: installed, exclude: (name) => name === 'node_modules' })
  assert.ok(files.includes('dist/server/main.js') && files.includes('dist/server/main.d.ts'))
  assert.ok(files.includes('LICENSE') && files.includes('sandbox-runtime/package-lock.json'))
  const unwanted = files.filter((file) => /(?<!\.d)\.ts$|(?:^|\/)tests?\/|\.pem$|\.env$|^data\//.test(file))
  assert.deepEqual(unwanted, [])
})

test('the installed command says how it is used and which version it is', () => {
  const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
  const command = join(installed, 'bin', 'wherry.cjs')
  assert.equal(runToEnd(process.execPath, [command, '--version'], folder).trim(), version)
  assert.match(runToEnd(process.execPath, [command, '--help'], folder), /serve/)
})

test('the installed package serves: it answers, gives a token for its own client, and stops when asked', async () => {
  const port = await freePort()
  const env = {
    ...process.env,
    WHERRY_PORT: String(port),
    WHERRY_DATA_DIR: join(folder, 'data'),
    WHERRY_LOG_LEVEL: 'warn',
  }
  const server = spawn(process.execPath, [join(installed, 'bin', 'wherry.cjs'), 'serve'], { cwd: folder, env })
  let output = ''
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  const ended = once(server, 'exit').then(([code]) => code as number | null)
  try {
    const first_run = join(folder, 'data', 'first-run.json')
    const origin = `http://localhost:${port}`
    const alive = async (): Promise<boolean> =>
      (await fetch(`${origin}/health/ready`).catch(() => undefined))?.ok === true
    for (let tries = 0; !(existsSync(first_run) && (await alive())); tries += 1) {
      assert.ok(tries < 300 && server.exitCode === null, `it did not start:\n${output}`)
      await sleep(100)
    }
    const made = JSON.parse(readFileSync(first_run, 'utf8')) as Record<string, string>
    const answer = await fetch(`${origin}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'client_credentials',
        client_id: made['management_client_id'],
        client_secret: made['management_client_secret'],
        audience: made['management_audience'],
      }),
    })
    assert.equal(answer.status, 200, await answer.clone().text())
    server.kill('SIGTERM')
    assert.equal(await ended, 0, output)
  } finally {
    server.kill('SIGKILL')
  }
})
