// docs/README.md lists the architecture decision records in order.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'

const docs = resolve(import.meta.dirname, '../../docs')
const files = readdirSync(resolve(docs, 'adr')).toSorted()
const numberOf = (file: string): number => Number(file.slice(0, 4))

test('the records are numbered from 1 on, each with a number of its own that its title repeats', () => {
  assert.deepEqual(
    files.map(numberOf),
    files.map((_, index) => index + 1),
  )
  const titled = files.map((file) => /^# (\d+)\. /.exec(readFileSync(resolve(docs, 'adr', file), 'utf8'))?.[1])
  assert.deepEqual(titled.map(Number), files.map(numberOf))
})

test('docs/README.md lists each record once, in order', () => {
  const listed = [...readFileSync(resolve(docs, 'README.md'), 'utf8').matchAll(/^- ADR (\d+): \[.+\]\(adr\/(.+)\)$/gm)]
  assert.deepEqual(
    listed.map(([, number, file]) => [Number(number), file]),
    files.map((file) => [numberOf(file), file]),
  )
})
