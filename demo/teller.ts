// The voice of the demo: chapters, explanations and steps in a terminal of 100 columns, with colour only where
// a person looks. It keeps count of what was expected and did not happen. It knows nothing of the story.
import { styleText } from 'node:util'

/** What a step expected of each fact, by name: what came, and what should have. */
export type Expectations = Record<string, { got: unknown; wanted: unknown }>

/** One line of the story. */
export type Step = {
  /** Who or what. */
  who: string
  /** What was done. */
  what?: string
  /** What came of it. */
  answer: string
  ms?: number
  legacy_queries?: number
  expected?: Expectations
}

type Style = 'bold' | 'dim' | 'green' | 'red' | 'cyan'

/** Tells a story and remembers what went wrong in it. */
export type Teller = {
  title(text: string): void
  chapter(text: string): void
  /** An explanation, wrapped. */
  say(text: string): void
  step(step: Step): void
  /** A table; the first row is its head. */
  table(rows: string[][]): void
  /** Lines as they are, indented; for what people copy. */
  lines(text: string): void
  /** How many expectations held. */
  held(): number
  /** Every expectation that did not hold, with its chapter. */
  broken(): string[]
}

const width = 100
const indent = '   '

function wrap(text: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** `1 legacy query`, `0 legacy queries`. */
export function counted(number: number, one: string, more: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : more}`
}

function broke({ got, wanted }: { got: unknown; wanted: unknown }): boolean {
  return JSON.stringify(got) !== JSON.stringify(wanted)
}

/** Makes a teller that writes through `write`, in colour or without. */
export function createTeller(write: (text: string) => void, in_colour: boolean): Teller {
  const broken: string[] = []
  let held = 0
  let chapters = 0
  let chapter = ''
  const print = (line: string): void => write(`${line.trimEnd()}\n`)
  const styled = (style: Style, text: string): string =>
    in_colour ? styleText(style, text, { validateStream: false }) : text

  return {
    title(text) {
      print('')
      print(styled('bold', text))
      print('─'.repeat(text.length))
    },
    chapter(text) {
      chapters += 1
      chapter = `${chapters}. ${text}`
      print('')
      print(styled('bold', chapter))
    },
    say(text) {
      for (const line of wrap(text)) print(styled('dim', indent + line))
    },
    step({ who, what = '', answer, ms, legacy_queries, expected = {} }) {
      const wrong = Object.entries(expected).filter(([, each]) => broke(each))
      held += Object.keys(expected).length - wrong.length
      const time = ms === undefined ? '' : `${Math.round(ms).toLocaleString('en')} ms`
      const queries = legacy_queries === undefined ? '' : counted(legacy_queries, 'legacy query', 'legacy queries')
      const mark = wrong.length === 0 ? styled('green', '✓') : styled('red', '✗')
      const shown = wrong.length === 0 ? answer : styled('red', answer)
      const gap = ' '.repeat(Math.max(1, 24 - answer.length))
      print(` ${mark} ${who.padEnd(30)} ${what.padEnd(15)} ${shown}${gap}${time.padStart(8)}  ${queries}`)
      for (const [fact, { got, wanted }] of wrong) {
        const line = `${fact} should be ${JSON.stringify(wanted)} and is ${JSON.stringify(got)}`
        broken.push(`${chapter}: ${who}: ${line}`)
        print(styled('red', `${indent}  ${line}`))
      }
    },
    table(rows) {
      const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
      for (const [at, row] of rows.entries()) {
        const line = indent + row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ')
        print(at === 0 ? styled('cyan', line.trimEnd()) : line)
      }
    },
    lines(text) {
      for (const line of text.split('\n')) print(line === '' ? '' : indent + line)
    },
    held: () => held,
    broken: () => broken,
  }
}
