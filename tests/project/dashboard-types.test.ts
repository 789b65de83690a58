import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { removeTempFolder, tempFolder } from '../support/temp-folder.ts'

const root = resolve(import.meta.dirname, '../..')
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')
const copy = tempFolder('dashboard-types')
const using = 'dashboard/src/users/user-name.ts'

after(() => removeTempFolder(copy))

/** What `tsc` prints for the file that uses the contract, checked with the settings of the dashboard. */
function check(): Promise<string> {
  return new Promise((done) => {
    execFile(process.execPath, [compiler, '--noEmit', '-p', join(copy, 'dashboard')], (_error, stdout) => done(stdout))
  })
}

test('renaming a member of the contract breaks the type check of the dashboard', async () => {
  for (const path of ['src/contract', 'src/base', 'tsconfig.json', using, 'dashboard/src/client/contract-types.ts']) {
    mkdirSync(dirname(join(copy, path)), { recursive: true })
    cpSync(join(root, path), join(copy, path), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  const settings = JSON.parse(readFileSync(join(root, 'dashboard/tsconfig.json'), 'utf8')) as object
  writeFileSync(
    join(copy, 'dashboard/tsconfig.json'),
    JSON.stringify({ ...settings, files: ['src/users/user-name.ts'], include: [] }),
  )
  assert.equal(await check(), '')
  const contract = join(copy, 'src/contract/user.ts')
  const text = readFileSync(contract, 'utf8')
  const renamed = text.replace(
    '    username: Type.Optional(Type.String()),',
    '    login_name: Type.Optional(Type.String()),',
  )
  assert.notEqual(renamed, text)
  writeFileSync(contract, renamed)
  assert.match(await check(), /user-name\.ts.*Property 'username' does not exist/)
})
