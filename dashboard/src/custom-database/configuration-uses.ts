// Where scripts read their configuration, found in their texts: nothing is run.
import type { ScriptName } from '../../../src/contract/action-scripts.ts'

/** A place in a script that reads a value. */
export type ConfigurationUse = { name: string; script: ScriptName; line: number }

/** `is_complete`: every use names its value, so that a value without a use is not used. */
export type ConfigurationUses = { uses: ConfigurationUse[]; is_complete: boolean }

const by_member = /\bconfiguration\s*(?:\?\.|\.)\s*([A-Za-z_$][\w$]*)/g
const by_index = /\bconfiguration\s*(?:\?\.)?\[\s*(['"`])([^'"`]+)\1\s*\]/g
const by_pattern = /\{([^{}]*)\}\s*=\s*configuration\b(?!\s*[.[?])/g
const anywhere = /\bconfiguration\b/g
// An unfinished comment ends with the text, so that the search is linear.
const comment = /\/\*[\s\S]*?(?:\*\/|$)|(?<![:'"`\w/])\/\/[^\n]*/g

const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ')

/** Finds the line of an index by the indices at which lines begin. */
function lineFinder(text: string): (index: number) => number {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
  return (index) => {
    let [low, high] = [0, starts.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= index) low = middle
      else high = middle
    }
    return low + 1
  }
}

const namesIn = (pattern: string): string[] =>
  pattern.split(',').flatMap((part) => /^\s*([A-Za-z_$][\w$]*)/.exec(part)?.[1] ?? [])

function usesIn(script: ScriptName, source: string): ConfigurationUses {
  const text = source.replaceAll(comment, blank)
  const lineAt = lineFinder(text)
  const found = [
    ...[...text.matchAll(by_member)].map((match) => ({ index: match.index, names: [match[1] ?? ''] })),
    ...[...text.matchAll(by_index)].map((match) => ({ index: match.index, names: [match[2] ?? ''] })),
    ...[...text.matchAll(by_pattern)].map((match) => ({ index: match.index, names: namesIn(match[1] ?? '') })),
  ]
  const uses = found.flatMap(({ index, names }) => names.map((name) => ({ name, script, line: lineAt(index) })))
  return { uses, is_complete: found.length === [...text.matchAll(anywhere)].length }
}

/** Where scripts read their configuration. */
export function configurationUses(sources: readonly { script: ScriptName; source: string }[]): ConfigurationUses {
  const all = sources.map(({ script, source }) => usesIn(script, source))
  return { uses: all.flatMap(({ uses }) => uses), is_complete: all.every(({ is_complete }) => is_complete) }
}
