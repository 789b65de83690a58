// A server without what scripts need says so at its start, with the command that installs it, and mistakes have a message without a stack.
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { logEntries, runCommand, startServerProcess } from '../support/server-process.ts'
import { tempFolder } from '../support/temp-folder.ts'

const root = resolve(import.meta.dirname, '../..')

/** A copy of the project as an installation leaves it that left something out. */
function copyOfProject({ modules, without }: { modules: boolean; without: string[] }): string {
  const folder = tempFolder('installation')
  for (const name of ['bin', 'src', 'templates', 'script-templates', 'package.json']) {
    cpSync(join(root, name), join(folder, name), { recursive: true })
  }
  mkdirSync(join(folder, 'node_modules'))
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (without.includes(name)) continue
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  }
  mkdirSync(join(folder, 'sandbox-runtime'))
  for (const name of readdirSync(join(root, 'sandbox-runtime'))) {
    if (name === 'node_modules' && !modules) continue
    symlinkSync(join(root, 'sandbox-runtime', name), join(folder, 'sandbox-runtime', name))
  }
  return join(folder, 'bin', 'wherry.cjs')
}

const warnings = (lines: string[]): unknown[] =>
  logEntries(lines)
    .filter((entry) => entry['msg'] === 'action scripts cannot require modules')
    .map((entry) => entry['reason'])

test('after npm ci --ignore-scripts the start says that logins by scripts fail, and what to run', async () => {
  const server = await startServerProcess({ program: copyOfProject({ modules: false, without: [] }) })
  const [reason] = warnings(server.lines())
  assert.match(
    String(reason),
    /--ignore-scripts.*logins by scripts fail\. Run: node .*tools\/ensure-sandbox-modules\.cjs$/,
  )
  await server.stop()
})

test('a complete installation says nothing of the kind', async () => {
  const server = await startServerProcess()
  assert.deepEqual(warnings(server.lines()), [])
  await server.stop()
})

test('without the sandbox the server does not start, and says what to install', async () => {
  const program = copyOfProject({ modules: true, without: ['deno', '@deno'] })
  const ended = await runCommand(['serve'], { program, env: { WHERRY_PORT: '0', WHERRY_DATA_DIR: tempFolder('data') } })
  assert.equal(ended.status, 1)
  assert.match(ended.stderr, /^Action scripts cannot run: the package @deno\/\S+ is not installed\. Run npm ci /)
  assert.ok(!ended.stderr.includes('    at '), ended.stderr)
})

test('a data folder that is a file, or cannot be created, and a foreign host of a certificate are refused without a stack', async () => {
  const file = join(tempFolder('file'), 'data')
  writeFileSync(file, 'a letter to my aunt')
  const cases: [string[], string, RegExp][] = [
    [['serve'], file, /^ENOTDIR: .*data is a file, not a folder\. Check WHERRY_DATA_DIR\.\n$/],
    [['serve'], join(file, 'below'), /^ENOTDIR: .*data is a file, not a folder\. Check WHERRY_DATA_DIR\.\n$/],
    [['serve'], '/proc/wherry/data', /^ENOENT: .*\/proc\/wherry.*\. Check WHERRY_DATA_DIR\.\n$/],
    [['dev-cert', '--host', 'shop.test'], file, /^A development certificate is for this machine only: shop\.test /],
  ]
  for (const [args, data_dir, reason] of cases) {
    const ended = await runCommand(args, { env: { WHERRY_PORT: '0', WHERRY_DATA_DIR: data_dir } })
    assert.deepEqual([ended.status, ended.stdout], [1, ''], args.join(' '))
    assert.match(ended.stderr, reason)
    assert.ok(!ended.stderr.includes('    at '), ended.stderr)
  }
})
