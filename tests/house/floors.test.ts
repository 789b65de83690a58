import assert from 'node:assert/strict'
import { globSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { floorBreaches, floors, importRings, readSources, type SourceFile } from './floor-plan.ts'

const root = resolve(import.meta.dirname, '../..')
const patterns = ['{src,tests,tools,demo,bench,dashboard}/**/*.{ts,tsx}', 'sandbox-runtime/**/*.{ts,js,cjs,mjs}']
const paths = globSync(patterns, { cwd: root, exclude: ['**/node_modules/**'] }).map((path) => resolve(root, path))
const files = readSources(root, paths)

test('every import stays on its own floor or goes down', () => {
  assert.ok(files.filter(({ path }) => path.startsWith('src/')).length > 50, 'the sources were not found')
  assert.deepEqual(floorBreaches(files), [])
})

test('no files of the product import each other in a ring', () => {
  const product = files.filter(({ path }) => path.startsWith('src/') || path.startsWith('dashboard/'))
  assert.deepEqual(importRings(product), [])
})

test('every folder of src is a floor, and holds no file beside the floors', () => {
  const order: readonly string[] = floors
  assert.deepEqual(
    readdirSync(resolve(root, 'src')).filter((name) => !order.includes(name)),
    [],
  )
})

const planted: { what: string; file: SourceFile; says: RegExp }[] = [
  {
    what: 'an import that goes up',
    file: { path: 'src/store/x.ts', text: `import { y } from '../login/y.ts'` },
    says: /^src\/store\/x\.ts:1 goes up from store to login/,
  },
  {
    what: 'a type import that goes up',
    file: { path: 'src/contract/x.ts', text: `\nimport type {\n  Y,\n} from '../store/y.ts'` },
    says: /^src\/contract\/x\.ts:2 goes up/,
  },
  {
    what: 'a re-export and a dynamic import that go up',
    file: { path: 'src/users/x.ts', text: `export * from '../oauth/y.ts'` },
    says: /goes up from users to oauth/,
  },
  {
    what: 'a dynamic import that goes up',
    file: { path: 'src/users/x.ts', text: `const y = await import('../server/y.ts')` },
    says: /goes up from users to server/,
  },
  {
    what: 'an import of a test from the product',
    file: { path: 'src/server/x.ts', text: `import { y } from '../../tests/support/y.ts'` },
    says: /imports from tests\//,
  },
  {
    what: 'an import of what runs in the sandbox',
    file: { path: 'src/sandbox/x.ts', text: `import '../../${'sandbox-runtime'}/runner/y.cjs'` },
    says: /inside the sandbox/,
  },
  {
    what: 'a value import of the dashboard from the contract',
    file: { path: 'dashboard/src/x.tsx', text: `import { y } from '../../src/contract/y.ts'` },
    says: /types of the contract/,
  },
  {
    what: 'HTTP in a room',
    file: { path: 'src/login/x.ts', text: `import type { FastifyRequest } from 'fastify'` },
    says: /knows no HTTP/,
  },
  {
    what: 'a folder that is no floor',
    file: { path: 'src/utils/x.ts', text: `import { y } from '../base/y.ts'` },
    says: /which is no floor/,
  },
]

for (const { what, file, says } of planted) {
  test(`the check finds ${what}`, () => {
    const breaches = floorBreaches([file])
    assert.equal(breaches.length, 1)
    assert.match(breaches[0]!, says)
  })
}

test('the check finds a ring of three files', () => {
  const ring = ['a', 'b', 'c'].map((name, at, all) => ({
    path: `src/users/${name}.ts`,
    text: `import type { X } from './${all[(at + 1) % 3]}.ts'`,
  }))
  assert.deepEqual(importRings(ring), ['src/users/a.ts → src/users/b.ts → src/users/c.ts → src/users/a.ts'])
})

test('imports in comments and ordinary downward imports are no breach', () => {
  const text = `// import { y } from '../server/y.ts'\n/* import '../../tests/z.ts' */\nimport { z } from '../store/z.ts'`
  assert.deepEqual(floorBreaches([{ path: 'src/users/x.ts', text }]), [])
})
