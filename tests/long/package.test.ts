import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { before, test } from 'node:test'
import { runCommand, startServerProcess } from '../support/server-process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import type { startScriptRuntime } from '../../src/sandbox/script-runtime.ts'
import { open_egress, quick_limits } from '../sandbox/test-runtime.ts'
import { addressOf, createTenantApi } from '../support/tenant-api.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = tempFolder('package')
const installed = join(folder, 'node_modules', 'wherry')
const program = join(installed, 'bin', 'wherry.cjs')

// The packed tarball, unpacked where npm would put it, beside the dependencies of the checkout.
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

function runToEnd(command: string, args: string[], cwd: string): void {
  const ran = spawnSync(command, args, { cwd, encoding: 'utf8' })
  assert.equal(ran.status, 0, `${command}: ${ran.stdout}${ran.stderr}`)
}

test('the package holds JavaScript with types, and no sources, tests or keys', () => {
  const files = globSync('**/*', { cwd: installed, exclude: (name) => name === 'node_modules' })
  assert.ok(files.includes('dist/server/main.js') && files.includes('dist/server/main.d.ts'))
  assert.ok(files.includes('LICENSE') && files.includes('sandbox-runtime/package-lock.json'))
  const unwanted = files.filter((file) => /(?<!\.d)\.ts$|(?:^|\/)tests?\/|\.pem$|\.env$|^data\//.test(file))
  assert.deepEqual(unwanted, [])
})

test('the installed command prints its usage and version', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  assert.deepEqual(await runCommand(['--version'], { program }), { status: 0, stdout: `${version}\n`, stderr: '' })
  assert.match((await runCommand(['--help'], { program })).stdout, /serve/)
})

test('the installed package serves, issues a token for its first client, and stops on SIGTERM', async () => {
  const server = await startServerProcess({ program })
  assert.equal((await createTenantApi(addressOf(server.firstRun())).requestToken()).status, 200)
  assert.equal(await server.stop(), 0)
})

test('the installed commands check the installation, import, export and find users, with a server and without', async () => {
  const server = await startServerProcess({ program, env: { WHERRY_ADMIN_URL: 'off' } })
  const run = (...args: string[]) => runCommand(args, { program, env: server.env })
  const api = createTenantApi(addressOf(server.firstRun()))
  await api.createConnection('shop', {}, [await api.createClient()])
  const users = join(folder, 'users.ndjson')
  writeFileSync(users, '{"email":"ada@example.com"}\n{"email":"no address"}\n')
  for (const state of ['running', 'stopped'] as const) {
    if (state === 'stopped') await server.stop()
    const examined = await run('doctor')
    assert.deepEqual([examined.status, examined.stdout.includes('ok      store')], [0, true], examined.stdout)
    const imported = await run('import', '--file', users, '--connection', 'shop', '--upsert')
    assert.equal(imported.status, 1)
    assert.match(imported.stdout, /1 refused\n {2}line 2 {2}no address/)
    const exported = join(folder, `${state}.json`)
    assert.equal((await run('export', '--file', exported)).status, 0)
    assert.equal(JSON.parse(readFileSync(exported, 'utf8')).email, 'ada@example.com')
    assert.match((await run('users', 'find')).stdout, /ada@example\.com/)
    assert.match((await run('status')).stdout, /shop: local, with 1 user/)
  }
  assert.match((await run('import', '--help')).stdout, /Usage: npx wherry import --file F/)
})

test('scripts of the installed package may require legacy-passwords', async () => {
  const { startScriptRuntime: start } = (await import(join(installed, 'dist/sandbox/script-runtime.js'))) as {
    startScriptRuntime: typeof startScriptRuntime
  }
  // The modules are linked here from the checkout, and a mount namespace has no files of the checkout.
  const runtime = start({ onLog: () => {}, reserved: () => [], hardened: 'off' })
  const result = await runtime.run({
    unit: { tenant_id: 'tenant', unit_id: 'unit', version: 1 },
    script: 'login',
    source: `(stored, cb) => require('legacy-passwords').verify('test12345', stored).then((ok) => cb(null, ok), cb)`,
    args: ['$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0'],
    configuration: {},
    egress: open_egress,
    limits: quick_limits,
    retry: false,
  })
  await runtime.close()
  assert.ok(result.kind === 'returned', JSON.stringify(result))
  assert.deepEqual(result.values, [true])
})

test('the installed package exports wherry/passwords with its types', () => {
  const program = `import { verify, detect } from 'wherry/passwords'
    console.log(await verify('test12345', '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0'), (await detect(['{noop}x'])).formats[0].format)`
  const ran = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: folder, encoding: 'utf8' })
  assert.equal(ran.stdout, 'true plain\n', ran.stderr)
  assert.ok(globSync('dist/passwords/library.d.ts', { cwd: installed }).length === 1)
})
