import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { importsOf } from '../../tools/module-imports.ts'

const root = resolve(import.meta.dirname, '../..')
const manifest = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
}

// Run by scripts of package.json or read by the type checker; no file imports them.
const commands = ['oxfmt', 'oxlint', 'oxlint-tsgolint', 'typescript']

function packagesOf(pattern: string): Set<string> {
  const files = globSync(pattern, { cwd: root, exclude: ['**/node_modules/**', '**/.next/**', '**/dist/**'] })
  const specifiers = files.flatMap((file) => {
    const text = readFileSync(resolve(root, file), 'utf8')
    const resolved = [...text.matchAll(/(?:\.resolve|createRequire\([^)]*\))\(\s*['"]([^'"]+)['"]/g)].map(
      (match) => match[1]!,
    )
    return [...importsOf(text).map(({ specifier }) => specifier), ...resolved]
  })
  const packages = specifiers.filter((specifier) => !/^(?:\.|node:|\/)/.test(specifier)).map(packageName)
  return new Set(packages.filter((name) => !builtinModules.includes(name)))
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

test('the product imports only its dependencies', () => {
  const undeclared = [...packagesOf('src/**/*.ts')].filter((name) => manifest.dependencies[name] === undefined)
  assert.deepEqual(undeclared, [])
})

test('every dependency of the product is used', () => {
  const used = packagesOf('src/**/*.ts')
  assert.ok(used.size > 5)
  assert.deepEqual(
    Object.keys(manifest.dependencies).filter((name) => !used.has(name)),
    [],
  )
})

test('every development dependency is used', () => {
  const used = packagesOf('{tests,tools,demo,bench,examples,dashboard}/**/*.{ts,tsx,cjs,js,jsx}')
  const unused = Object.keys(manifest.devDependencies).filter(
    (name) => !used.has(name) && !name.startsWith('@types/') && !commands.includes(name),
  )
  assert.deepEqual(unused, [])
})

test('the decision records give a reason for every runtime dependency', () => {
  const reasons = readFileSync(resolve(root, 'docs/adr/0012-dependencies.md'), 'utf8')
  assert.deepEqual(
    Object.keys(manifest.dependencies).filter((name) => !new RegExp(`^\\| \`${name}\` +\\| \\S`, 'm').test(reasons)),
    [],
  )
})
