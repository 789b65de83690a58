import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { test } from 'node:test'

const root = resolve(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

test('each test file that has a long variant, itself or in what it imports, runs in the long tier', () => {
  const files = globSync('tests/**/*.ts', { cwd: root }).filter((file) => !file.startsWith('tests/long/'))
  const having = files.filter((file) => /^import .*\b(?:inTier|testedStore)\b/m.test(read(file)))
  const isTest = (file: string): boolean => file.endsWith('.test.ts')
  const helpers = having
    .filter((file) => !isTest(file) && !file.startsWith('tests/support/'))
    .map((file) => basename(file))
  const with_variant = files.filter(
    (file) => isTest(file) && (having.includes(file) || helpers.some((helper) => read(file).includes(`/${helper}'`))),
  )
  assert.ok(with_variant.length > 10)
  const variants = read('tests/long/variants.test.ts')
  assert.deepEqual(
    with_variant.filter((file) => !variants.includes(`'../${file.slice('tests/'.length)}'`)),
    [],
  )
})
