// The output of the demo: sections, paragraphs and steps of at most 100 columns, in colour on a terminal only. It counts the checks
// that passed and failed.
import { styleText } from 'node:util'

/** The checks of a step by name: the actual value and the expected one. */
export type Checks = Record<string, { actual: unknown; expected: unknown }>

/** One printed line with its checks. */
export type Step = {
  /** The user, route or server. */
  subject: string
  action?: string
  result: string
  ms?: number
  legacy_queries?: number
  checks?: Checks
}

type Style = 'bold' | 'dim' | 'green' | 'red' | 'cyan'

/** Prints the output of the demo and counts its checks. */
export type Report = {
  title(text: string): void
  /** A numbered heading. */
  section(heading: string): void
  /** A paragraph, wrapped. */
  paragraph(text: string): void
  step(step: Step): void
  /** A table whose first row is the header. */
  table(rows: string[][]): void
  /** Indented lines without wrapping, for text that is copied. */
  lines(text: string): void
  /** The number of checks that passed. */
  passed(): number
  /** Each check that failed, with its section. */
  failures(): string[]
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

/** `1 query`, `2 queries`: a number with the noun in its singular or plural. */
export function counted(number: number, singular: string, plural: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? singular : plural}`
}

function differs({ actual, expected }: { actual: unknown; expected: unknown }): boolean {
  return JSON.stringify(actual) !== JSON.stringify(expected)
}

/** Creates a report that prints through `write`, in colour or without. */
export function createReport(write: (text: string) => void, in_colour: boolean): Report {
  const failures: string[] = []
  let passed = 0
  let sections = 0
  let heading = ''
  const print = (line: string): void => write(`${line.trimEnd()}\n`)
  const styled = (style: Style, text: string): string =>
    in_colour ? styleText(style, text, { validateStream: false }) : text

  return {
    title(text) {
      print('')
      print(styled('bold', text))
      print('─'.repeat(text.length))
    },
    section(text) {
      sections += 1
      heading = `${sections}. ${text}`
      print('')
      print(styled('bold', heading))
    },
    paragraph(text) {
      for (const line of wrap(text)) print(styled('dim', indent + line))
    },
    step({ subject, action = '', result, ms, legacy_queries, checks = {} }) {
      const failed = Object.entries(checks).filter(([, check]) => differs(check))
      passed += Object.keys(checks).length - failed.length
      const time = ms === undefined ? '' : `${Math.round(ms).toLocaleString('en')} ms`
      const queries = legacy_queries === undefined ? '' : counted(legacy_queries, 'legacy query', 'legacy queries')
      const mark = failed.length === 0 ? styled('green', '✓') : styled('red', '✗')
      const shown = failed.length === 0 ? result : styled('red', result)
      const gap = ' '.repeat(Math.max(1, 24 - result.length))
      print(` ${mark} ${subject.padEnd(30)} ${action.padEnd(15)} ${shown}${gap}${time.padStart(8)}  ${queries}`)
      for (const [name, { actual, expected }] of failed) {
        const line = `${name} should be ${JSON.stringify(expected)} and is ${JSON.stringify(actual)}`
        failures.push(`${heading}: ${subject}: ${line}`)
        print(styled('red', `${indent}  ${line}`))
      }
    },
    table(rows) {
      const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
      for (const [index, row] of rows.entries()) {
        const line = indent + row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ')
        print(index === 0 ? styled('cyan', line.trimEnd()) : line)
      }
    },
    lines(text) {
      for (const line of text.split('\n')) print(line === '' ? '' : indent + line)
    },
    passed: () => passed,
    failures: () => failures,
  }
}
