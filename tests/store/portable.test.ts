import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '../..')
const sources = globSync('src/**/*.ts', { cwd: root }).map((file) => ({
  file,
  text: readFileSync(join(root, file), 'utf8'),
}))

// SQL that the other engine or a distributed relative lacks, or that locks beyond one transaction.
const unportable: [string, RegExp][] = [
  [
    'numbers made by the engine',
    /\b(?:big|small)serial\b|'serial'|autoincrement|generated (?:always|by default)|nextval|create sequence/i,
  ],
  ['session locks', /advisory|pg_try|get_lock\(/i],
  [
    'row locks of one engine',
    /\bfor (?:update|share)\b|\.forUpdate\(|\.forShare\(|skip locked|\.skipLocked\(|\.noWait\(/i,
  ],
  ['table locks', /\block table\b/i],
  ['notifications of one engine', /\b(?:listen|notify|unlisten) [a-z_]+;|pg_notify/i],
  ['upserts of one engine', /insert or (?:replace|ignore)|on duplicate key|\.replaceInto\(/i],
  ['the clock of the engine', /current_timestamp|\bnow\(\)`|strftime\(|datetime\('now'/i],
  ['identifiers of rows made by the engine', /\blast_insert_rowid\b|\bctid\b/i],
]

test('no source uses SQL that only one engine supports', () => {
  assert.ok(sources.length > 100)
  for (const { file, text } of sources) {
    for (const [what, pattern] of unportable) {
      const line = text.split('\n').findIndex((each) => pattern.test(each) && !/^\s*(?:\/\/|\*|\/\*\*)/.test(each))
      assert.equal(line, -1, `${file}:${line + 1} uses ${what}`)
    }
  }
})

test('the schema uses text and 64-bit integers only, without raw SQL', () => {
  const files = sources.filter((each) => each.file.startsWith('src/store/schema/'))
  const columns = files.flatMap(({ text }) =>
    [...text.matchAll(/\.addColumn\('\w+', ([^,)]+)/g)].map((match) => match[1]),
  )
  assert.ok(columns.length > 150)
  assert.deepEqual(new Set(columns), new Set(["'text'", "'bigint'"]))
  for (const { file, text } of files) {
    const other = text.replaceAll('sql`text collate "C"`', '')
    assert.doesNotMatch(other, /\bsql`|sql\.raw|modifyEnd/, file)
  }
})
