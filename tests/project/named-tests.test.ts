// Documentation that names tests by file and title.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'

const root = resolve(import.meta.dirname, '../..')

/** The rows of the tables of a page, each with its cells. */
function rowsOf(path: string): string[][] {
  return readFileSync(resolve(root, path), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| --'))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    )
}

type Named = { file: string; title: string }

const testsIn = (row: string[]): Named[] =>
  row.flatMap((cell) =>
    [...cell.matchAll(/`([a-z0-9/-]+(?:\.test)?\.ts)` "((?:[^"]|"(?=[\w>]))+)"/g)].map(([, file = '', title = '']) => ({
      file,
      title,
    })),
  )

/** Whether a test file has a string that begins with a title: `it('the title …', …)`, or the name of a case in a table. */
function exists({ file, title }: Named): boolean {
  const path = resolve(root, 'tests', file)
  if (!existsSync(path)) return false
  const source = readFileSync(path, 'utf8')
  return ["'", '"', '`'].some((quote) => source.includes(quote + title))
}

const pages: [page: string, least_rows: number, isClaim: (row: string[]) => boolean][] = [
  ['docs/conformance.md', 40, (row) => row.some((cell) => ['pass', 'warning', 'review'].includes(cell))],
  ['docs/oauth-security.md', 70, (row) => !row.some((cell) => /^(test$|Not applicable)/.test(cell))],
]

for (const [page, least_rows, isClaim] of pages) {
  test(`every result in ${page} names a test, and every named test exists`, () => {
    const rows = rowsOf(page)
    assert.ok(rows.length > least_rows, 'the tables were not found')
    assert.deepEqual(
      rows.filter((row) => isClaim(row) && testsIn(row).length === 0).map(([first]) => first),
      [],
    )
    assert.deepEqual(
      rows.flatMap(testsIn).filter((named) => !exists(named)),
      [],
    )
  })
}
