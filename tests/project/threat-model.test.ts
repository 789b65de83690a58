import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'

const root = resolve(import.meta.dirname, '../..')
const text = readFileSync(resolve(root, 'docs/threat-model.md'), 'utf8')
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter((cells) => !['asset', 'attack', 'what'].includes(cells[1] ?? '') && !/^-+$/.test(cells[1] ?? ''))

const namedIn = (cell: string | undefined): string[] =>
  [...(cell ?? '').matchAll(/`([a-z0-9/-]+\.test\.ts)`/g)].map((match) => match[1]!)

test('every line of the threat model names a test, and every named test exists', () => {
  assert.ok(rows.length > 50, 'the tables were not found')
  assert.deepEqual(
    rows.filter((cells) => namedIn(cells[3]).length === 0).map((cells) => cells[1]),
    [],
  )
  const missing = rows.flatMap((cells) => namedIn(cells[3])).filter((file) => !existsSync(resolve(root, 'tests', file)))
  assert.deepEqual(missing, [])
})
