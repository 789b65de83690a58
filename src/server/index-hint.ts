import { countText } from '../base/count-text.ts'

const part = '(?:"[^"`]+"|\\w+)'
const name = `${part}(?:\\.${part})*`
const table = new RegExp(`\\bfrom\\s+(${name})`, 'i')
const lowered = new RegExp(`\\blower\\(\\s*(${name})\\s*\\)\\s*=`, 'gi')

/** The indexes that the comparisons without regard to letter case of a script need, as `lower(email)`, and their table. */
function wantedIndexes(source: string): string | undefined {
  const of_table = table.exec(source)?.[1]
  const columns = new Set([...source.matchAll(lowered)].map(([, column = '']) => `lower(${column})`))
  if (of_table === undefined || columns.size === 0) return undefined
  return `${columns.size === 1 ? 'an index' : 'indexes'} on ${[...columns].join(' and ')} of the table ${of_table}`
}

/**
 * What most often makes the calls of a script that looks users up slow: a missing index, named by the source of the script where that
 * compares without regard to letter case. Nothing where the calls are not slow.
 *
 * @param took how long: a call, or the median of several
 */
export function indexHint(
  source: string | undefined,
  { took_ms, slow_from_ms, took }: { took_ms: number; slow_from_ms: number; took: string },
): string[] {
  if (source === undefined || took_ms < slow_from_ms) return []
  const wanted = wantedIndexes(source) ?? 'an index on what it compares with the identifier'
  return [
    `${took} took ${countText(took_ms)} ms, which is slow. Where the script looks users up in a database, it needs ${wanted}; without, each call reads the whole table.`,
  ]
}
