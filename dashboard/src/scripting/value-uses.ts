// Where scripts read values such as their configuration, found in their texts: nothing is run.
/** A place in a script that reads a value. */
export type ValueUse = { name: string; script: string; line: number }

/** `is_complete`: every use names its value, so that a value without a use is not used. */
export type ValueUses = { uses: ValueUse[]; is_complete: boolean }

/** The object that has the values. */
export type ValuesObject = 'configuration' | 'event.secrets'

type Patterns = { by_member: RegExp; by_index: RegExp; by_pattern: RegExp; anywhere: RegExp }

function patternsOf(of: ValuesObject): Patterns {
  const object = `\\b${of.replace('.', '\\s*\\.\\s*')}`
  return {
    by_member: new RegExp(`${object}\\s*(?:\\?\\.|\\.)\\s*([A-Za-z_$][\\w$]*)`, 'g'),
    by_index: new RegExp(`${object}\\s*(?:\\?\\.)?\\[\\s*(['"\`])([^'"\`]+)\\1\\s*\\]`, 'g'),
    by_pattern: new RegExp(`\\{([^{}]*)\\}\\s*=\\s*${object}\\b(?!\\s*[.[?])`, 'g'),
    anywhere: new RegExp(`${object}\\b`, 'g'),
  }
}

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

function usesIn({ by_member, by_index, by_pattern, anywhere }: Patterns, script: string, source: string): ValueUses {
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

/** Where scripts read the values of an object. */
export function valueUses(of: ValuesObject, sources: readonly { script: string; source: string }[]): ValueUses {
  const patterns = patternsOf(of)
  const all = sources.map(({ script, source }) => usesIn(patterns, script, source))
  return { uses: all.flatMap(({ uses }) => uses), is_complete: all.every(({ is_complete }) => is_complete) }
}
