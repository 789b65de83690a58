/**
 * Generates the source of an action script from the files of a template: inlines the functions that it uses, and writes the answers
 * to the template's questions into it. Plain text in and out.
 */
import type { SqlDialect } from './template-drivers.ts'

/** Answers to the questions of a template, checked; `template`, `driver` and `script` can be used in conditions, too. */
export type TemplateAnswers = Record<string, string>

/** How answers are written into a source. */
export type AnswerWriter = {
  answers: TemplateAnswers
  /** The answer as a name in SQL, or undefined when it is not set. */
  nameOf(key: string, suffix: string | undefined): string | undefined
  dialect: SqlDialect | undefined
  /** Whether an answer is written as a number. */
  isNumber(key: string): boolean
}

type Declaration = { name: string; is_constant: boolean; text: string }

const placeholder = /\{\{(\w+)(?:\+(\w+))?\}\}/g
const conditional = /^(.*?)\s*\/\/\? (if )?([^/]+)$/
const opening = /^(?:async )?function (\w+)|^const (\w+) =/

/** Whether a condition holds: `KEY`, `!KEY` or `KEY=value|value`, several with spaces. */
export function holds(condition: string, answers: TemplateAnswers): boolean {
  return condition.split(' ').every((term) => {
    const [key = '', values] = term.replace(/^!/, '').split('=')
    const answer = answers[key] ?? ''
    return (values === undefined ? answer !== '' : values.split('|').includes(answer)) !== term.startsWith('!')
  })
}

/**
 * The lines whose condition holds and whose names are set. A condition is `KEY`, `!KEY` or `KEY=value|value`, several with spaces: after
 * `//?` at the end of a line, or after `//? if` for the lines until `//? end`.
 */
function applyConditions(text: string, writer: AnswerWriter): string {
  const kept: string[] = []
  let is_dropping = false
  for (const line of text.split('\n')) {
    const [, code = '', is_block, condition] = (line.includes('//?') && conditional.exec(line)) || [undefined, line]
    if (condition === 'end') is_dropping = false
    else if (is_block !== undefined) is_dropping = !holds(condition ?? '', writer.answers)
    else if (!is_dropping && (condition === undefined || holds(condition, writer.answers))) {
      const names = code.includes('{{') ? [...code.matchAll(placeholder)] : []
      if (names.every(([, key = '', suffix]) => writer.nameOf(key, suffix) !== undefined)) kept.push(code)
    }
  }
  return joinShortLiterals(kept.join('\n'))
}

// A list or an object of which each line is one short member, without brackets, template literals and comments.
const short_literal = /([[{])\n((?:[^\n/[\]{}()`]*,\n)*) *([\]}])/g
const short_max = 70

/** Writes short lists and objects into one line: conditions leave some of them with few members. */
function joinShortLiterals(text: string): string {
  return text.replace(short_literal, (all, open: string, members: string, close: string) => {
    const listed = members
      .split('\n')
      .map((line) => line.trim())
      .join(' ')
      .trim()
      .replace(/,$/, '')
    const inner = open === '{' && listed !== '' ? ` ${listed} ` : listed
    return inner.length > short_max ? all : `${open}${inner}${close}`
  })
}

/** The declarations at the top level of a file, each with the comment above it. */
function declarationsOf(text: string): Declaration[] {
  const found: Declaration[] = []
  let comment: string[] = []
  for (const line of text.split('\n')) {
    const match = opening.exec(line)
    if (match !== null) {
      found.push({
        name: match[1] ?? match[2] ?? '',
        is_constant: match[2] !== undefined,
        text: [...comment, line].join('\n'),
      })
      comment = []
    } else if (line.startsWith('//')) comment.push(line)
    else {
      const last = found.at(-1)
      if (last !== undefined) last.text += `\n${line}`
    }
  }
  return found.map((declaration) => ({ ...declaration, text: declaration.text.trim() }))
}

/** The names in a source, without those in comments, of members, and of texts that are only a name. */
function namesIn(text: string): Set<string> {
  const code = text.replace(/^\s*\/\/.*$/gm, '')
  return new Set(code.match(/(?<![\w$']|(?<!\.\.)\.)\w+(?![\w$':])/g))
}

/** What a declaration uses: the functions in the order of `known`, the constants so that each follows those that it uses. */
function usedBy(main: Declaration, known: Declaration[]): { constants: Declaration[]; functions: Declaration[] } {
  const seen = new Set<Declaration>()
  const constants: Declaration[] = []
  const include = ({ text }: Declaration): void => {
    const names = namesIn(text)
    for (const declaration of known) {
      if (seen.has(declaration) || !names.has(declaration.name)) continue
      seen.add(declaration)
      include(declaration)
      if (declaration.is_constant) constants.push(declaration)
    }
  }
  include(main)
  return { constants, functions: known.filter((declaration) => seen.has(declaration) && !declaration.is_constant) }
}

/** Constants, with blank lines around those of several lines. */
function paragraphs(constants: Declaration[]): string {
  const is_long = constants.map(({ text }) => text.includes('\n'))
  return constants
    .map(({ text }, at) => {
      const gap = at === 0 ? '' : is_long[at] === true || is_long[at - 1] === true ? '\n\n' : '\n'
      return `${gap}${indented(text)}`
    })
    .join('')
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ')

/** Writes the answers into a source whose conditions were applied. */
function writeAnswers(text: string, { nameOf, dialect, answers, isNumber }: AnswerWriter): string {
  const of_sql =
    dialect === undefined
      ? text
      : text.replace(
          /`(\s*(?:SELECT|INSERT|UPDATE|DELETE|\$\{selection\})[^`]*)`/g,
          (_, sql: string) => `\`${dialect.write(sql)}\``,
        )
  return of_sql
    .replace(placeholder, (_, key: string, suffix?: string) => (nameOf(key, suffix) ?? '').replaceAll('`', '\\`'))
    .replace(/\bsetting\.(\w+)/g, (_, key: string) => {
      const answer = answers[key] ?? ''
      return isNumber(key) ? answer : `'${answer.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
    })
}

/**
 * The source of a script, or undefined when the template lacks a function that the script needs (`//? needs name` in its first line).
 * The function of the script contains the functions and constants of `parts` that it uses; of two with one name the first counts.
 */
export function generateScript(script: string, parts: string[], writer: AnswerWriter): string | undefined {
  const [first_line = '', ...rest] = script.split('\n')
  const needs = /^\/\/\? needs (.+)$/.exec(first_line)?.[1]?.split(' ')
  const body = needs === undefined ? script : rest.join('\n')
  const [main, ...own] = declarationsOf(applyConditions(body, writer))
  if (main === undefined) throw new Error('a script of a template has no function')
  const known = new Map<string, Declaration>()
  for (const declaration of [...own, ...parts.flatMap((part) => declarationsOf(applyConditions(part, writer)))]) {
    if (!known.has(declaration.name)) known.set(declaration.name, declaration)
  }
  const doubled = own.find(({ name }) =>
    parts.some((part) => declarationsOf(part).some((other) => other.name === name)),
  )
  if (doubled !== undefined) throw new Error(`a part of a template declares ${doubled.name}, too`)
  if (needs?.some((name) => !known.has(name))) return undefined
  const { constants, functions } = usedBy(main, [...known.values()])
  const lines = main.text.split('\n')
  const start = lines.findIndex((line) => opening.test(line)) + 1
  const body_text = lines.slice(start, -1).join('\n')
  const sections = [paragraphs(constants), body_text, ...functions.map(({ text }) => indented(text))]
  const inner = sections.filter((section) => section !== '').join('\n\n')
  return writeAnswers(`${lines.slice(0, start).join('\n')}\n${inner}\n}\n`, writer)
}
