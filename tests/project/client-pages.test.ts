import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { test } from 'node:test'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
// An excerpt may be indented less than in its file.
const withoutIndents = (code: string): string => code.replace(/^ +/gm, '')
const pages = globSync('docs/clients/*.md', { cwd: root }).filter((path) => basename(path) !== 'README.md')

type Manifest = Record<'dependencies' | 'devDependencies', Record<string, string>>
const manifestOf = (path: string): Manifest => JSON.parse(read(path)) as Manifest

const examplesOf = (page: string): string[] => [
  ...new Set([...page.matchAll(/\]\(\.\.\/\.\.\/examples\/([a-z-]+)\)/g)].map(([, name = '']) => name)),
]

test('the pages of applications show the code of their examples', () => {
  assert.ok(pages.length >= 6)
  for (const path of pages) {
    const page = read(path)
    const examples = examplesOf(page)
    assert.ok(examples.length > 0, `${path} links to no example`)
    const patterns = examples.map((name) => `examples/${name}/**/*.{js,jsx}`)
    const sources = globSync(patterns, { cwd: root, exclude: ['**/node_modules/**', '**/.next/**', '**/dist/**'] }).map(
      (file) => withoutIndents(read(file)),
    )
    const blocks = [...page.matchAll(/^```jsx?\n(.*?)^```$/gms)].map(([, code = '']) => withoutIndents(code))
    assert.ok(blocks.length > 0, `${path} shows no code`)
    for (const code of blocks)
      assert.ok(
        sources.some((source) => source.includes(code)),
        `${path}:\n${code}`,
      )
  }
})

test('the index names every page and every example', () => {
  const index = read('docs/clients/README.md')
  for (const path of pages) assert.ok(index.includes(`](${basename(path)})`), path)
  const examples = globSync('examples/*/package.json', { cwd: root }).map((path) => path.split(/[\\/]/)[1])
  assert.deepEqual(new Set(examplesOf(index)), new Set(examples))
})

test('the examples use the releases of packages that the project has, too', () => {
  const { dependencies, devDependencies } = manifestOf('package.json')
  const own: Record<string, string> = { ...dependencies, ...devDependencies }
  const different = globSync('examples/*/package.json', { cwd: root }).flatMap((path) =>
    Object.entries(manifestOf(path).dependencies)
      .filter(([name, version]) => own[name] !== undefined && own[name] !== version)
      .map(([name, version]) => `${path}: ${name} ${version} instead of ${own[name]}`),
  )
  assert.deepEqual(different, [])
})
