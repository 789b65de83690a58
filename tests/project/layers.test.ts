import assert from 'node:assert/strict'
import { globSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { importCycles, layers, layerViolations, readSources, type SourceFile } from './layers.ts'

const root = resolve(import.meta.dirname, '../..')
const patterns = ['{src,tests,tools,demo,bench,dashboard}/**/*.{ts,tsx}', 'sandbox-runtime/**/*.{ts,js,cjs,mjs}']
const paths = globSync(patterns, { cwd: root, exclude: ['**/node_modules/**'] }).map((path) => resolve(root, path))
const files = readSources(root, paths)

test('every import stays in its own layer or goes down', () => {
  assert.ok(files.filter(({ path }) => path.startsWith('src/')).length > 50, 'the sources were not found')
  assert.deepEqual(layerViolations(files), [])
})

test('no files of the product import each other in a cycle', () => {
  const product = files.filter(({ path }) => path.startsWith('src/') || path.startsWith('dashboard/'))
  assert.deepEqual(importCycles(product), [])
})

test('every entry of src is a layer', () => {
  const order: readonly string[] = layers
  assert.deepEqual(
    readdirSync(resolve(root, 'src')).filter((name) => !order.includes(name)),
    [],
  )
})

const planted: { what: string; file: SourceFile; reports: RegExp }[] = [
  {
    what: 'an import that goes up',
    file: { path: 'src/store/x.ts', text: `import { y } from '../login/y.ts'` },
    reports: /^src\/store\/x\.ts:1 goes up from store to login/,
  },
  {
    what: 'a type import that goes up',
    file: { path: 'src/contract/x.ts', text: `\nimport type {\n  Y,\n} from '../store/y.ts'` },
    reports: /^src\/contract\/x\.ts:2 goes up/,
  },
  {
    what: 'a re-export and a dynamic import that go up',
    file: { path: 'src/users/x.ts', text: `export * from '../oauth/y.ts'` },
    reports: /goes up from users to oauth/,
  },
  {
    what: 'a dynamic import that goes up',
    file: { path: 'src/users/x.ts', text: `const y = await import('../server/y.ts')` },
    reports: /goes up from users to server/,
  },
  {
    what: 'an import of a test from the product',
    file: { path: 'src/server/x.ts', text: `import { y } from '../../tests/support/y.ts'` },
    reports: /imports from tests\//,
  },
  {
    what: 'an import of what runs in the sandbox',
    file: { path: 'src/sandbox/x.ts', text: `import '../../${'sandbox-runtime'}/runner/y.cjs'` },
    reports: /inside the sandbox/,
  },
  {
    what: 'a value import of the dashboard from the contract',
    file: { path: 'dashboard/src/x.tsx', text: `import { y } from '../../src/contract/y.ts'` },
    reports: /types of the contract/,
  },
  {
    what: 'HTTP in a domain layer',
    file: { path: 'src/login/x.ts', text: `import type { FastifyRequest } from 'fastify'` },
    reports: /knows no HTTP/,
  },
  {
    what: 'a folder that is not a layer',
    file: { path: 'src/utils/x.ts', text: `import { y } from '../base/y.ts'` },
    reports: /which is not a layer/,
  },
]

for (const { what, file, reports } of planted) {
  test(`the check finds ${what}`, () => {
    const violations = layerViolations([file])
    assert.equal(violations.length, 1)
    assert.match(violations[0]!, reports)
  })
}

test('the check finds a cycle of three files', () => {
  const cycle = ['a', 'b', 'c'].map((name, at, all) => ({
    path: `src/users/${name}.ts`,
    text: `import type { X } from './${all[(at + 1) % 3]}.ts'`,
  }))
  assert.deepEqual(importCycles(cycle), ['src/users/a.ts → src/users/b.ts → src/users/c.ts → src/users/a.ts'])
})

test('imports in comments and downward imports are no violations', () => {
  const text = `// import { y } from '../server/y.ts'\n/* import '../../tests/z.ts' */\nimport { z } from '../store/z.ts'`
  assert.deepEqual(layerViolations([{ path: 'src/users/x.ts', text }]), [])
})
