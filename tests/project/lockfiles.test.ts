import assert from 'node:assert/strict'
import { globSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { lockfileProblems } from '../../tools/lockfile-problems.ts'
import { tempFolder } from '../support/temp-folder.ts'

const root = resolve(import.meta.dirname, '../..')

test('every lockfile can be installed on any host', () => {
  const lockfiles = globSync('**/package-lock.json', { cwd: root, exclude: ['**/node_modules/**', 'data/**'] })
  assert.ok(lockfiles.includes('package-lock.json'))
  for (const file of lockfiles) assert.deepEqual(lockfileProblems(resolve(root, file)), [], file)
})

test('the check finds entries without a version, checksum or platform package, with an address, and without an exact pin', () => {
  const folder = tempFolder('lockfile')
  const packages = {
    '': { dependencies: { a: '1.0.0' } },
    'node_modules/a': {
      version: '1.0.0',
      integrity: 'sha512-x',
      optionalDependencies: { 'a-linux': '1.0.0', b: '1.0.0' },
    },
    'node_modules/a/node_modules/b': { version: '1.0.0', integrity: 'sha512-x' },
    'node_modules/c': { resolved: 'https://mirror.example/c.tgz', integrity: 'sha512-x' },
    'node_modules/d': { version: '1.0.0' },
  }
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }))
  const dependencies = { a: '1.0.0', e: '^1.0.0', f: 'latest', g: 'npm:@x/g@2.0.1' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies }))
  assert.deepEqual(lockfileProblems(join(folder, 'package-lock.json')), [
    'a-linux, optional for node_modules/a, is not locked',
    'node_modules/c has no version',
    'node_modules/c has a resolved address',
    'node_modules/d has no checksum',
    'e is not pinned to an exact version: "^1.0.0"',
    'f is not pinned to an exact version: "latest"',
  ])
})
