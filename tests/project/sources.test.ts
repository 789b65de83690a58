import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { readSources } from './layers.ts'
import { exportsWithoutDocstring, foldersWithoutComment, longFiles, unfinishedWords } from './source-checks.ts'

const root = resolve(import.meta.dirname, '../..')
const sources = (pattern: string) =>
  readSources(
    root,
    globSync(pattern, { cwd: root, exclude: ['**/node_modules/**', '**/.next/**', '**/dist/**'] }).map((path) =>
      resolve(root, path),
    ),
  )
const product = sources('src/**/*.ts')
const dashboard = sources('dashboard/src/**/*.{ts,tsx}')
const everything = [
  ...product,
  ...dashboard,
  ...sources('{tests,tools,demo,bench,sandbox-runtime,examples}/**/*.{ts,cjs,js,jsx}'),
]

test('every export of the product has a docstring', () => {
  assert.ok(product.length > 50, 'the sources were not found')
  assert.deepEqual(exportsWithoutDocstring(product), [])
})

test('every folder of the product opens with what it owns', () => {
  assert.deepEqual(foldersWithoutComment(product), [])
})

test('no file has more than 300 lines', () => {
  assert.deepEqual(longFiles(everything, 300), [])
})

test('no work is unfinished, no test skipped, no check suppressed', () => {
  assert.deepEqual(unfinishedWords(everything), [])
})

test('the dashboard shows no text as markup', () => {
  assert.ok(dashboard.length > 30, 'the sources of the dashboard were not found')
  const as_markup = /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcDoc/
  assert.deepEqual(
    dashboard.filter(({ text }) => as_markup.test(text)).map(({ path }) => path),
    [],
  )
})

test('the checks find planted violations', () => {
  const bad = {
    path: 'src/users/x.ts',
    text: [
      `import { y } from './y.ts'`,
      'export const a = 1',
      '/** */',
      'export function b(): void {}',
      '/** Answers c. */',
      'export const c = 1',
      '/**',
      ' * Answers d.',
      ' */',
      'export async function d(): Promise<void> {}',
      `export { y } from './y.ts'`,
      `const later = '${'TO'}DO'`,
      `test.${'only'}('x')`,
    ].join('\n'),
  }
  assert.deepEqual(exportsWithoutDocstring([bad]), [
    'src/users/x.ts:2 a has no docstring',
    'src/users/x.ts:4 b has no docstring',
  ])
  assert.deepEqual(foldersWithoutComment([bad]), ['src/users'])
  assert.deepEqual(foldersWithoutComment([bad, { path: 'src/users/z.ts', text: '// Owns z.\nimport 1' }]), [])
  assert.deepEqual(longFiles([bad], 12), ['src/users/x.ts has 13 lines'])
  assert.equal(unfinishedWords([bad]).length, 2)
})
