// Checks of the project's rules that no linter has.
import { dirname } from 'node:path'
import type { SourceFile } from './layers.ts'

const declaration = /^export (?:declare )?(?:async )?(?:abstract )?(?:function\*?|const|let|class|type|interface) (\w+)/

/** Answers the exports without a docstring that begins with a sentence, with file and line. */
export function exportsWithoutDocstring(files: SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.split('\n')
    return lines.flatMap((line, at) => {
      const name = declaration.exec(line)?.[1]
      if (name === undefined || hasDocstring(lines.slice(0, at))) return []
      // The type of a schema is documented by the schema it is derived from.
      if (/^export type \w+ = Static<typeof \w+>$/.test(line)) return []
      // The second and later signatures of an overloaded function share the first one's docstring.
      if (new RegExp(`^export (?:async )?function ${name}\\b`).test(lines[at - 1] ?? '')) return []
      return [`${path}:${at + 1} ${name} has no docstring`]
    })
  })
}

function hasDocstring(before: string[]): boolean {
  if (!before.at(-1)?.trimEnd().endsWith('*/')) return false
  const start = before.findLastIndex((line) => line.includes('/**'))
  if (start < 0) return false
  const words = before
    .slice(start)
    .join('\n')
    .replace(/\/\*\*|\*\/|^\s*\*/gm, ' ')
  return /[A-Za-z]{2,}/.test(words.split('@')[0] ?? '') || /@throws\b/.test(words)
}

/** Answers the folders in which no file opens with a comment on what the folder owns. */
export function foldersWithoutComment(files: SourceFile[]): string[] {
  const folders = new Map<string, boolean>()
  for (const { path, text } of files) {
    const opens = /^(?:#![^\n]*\n)?\s*(?:\/\/|\/\*)/.test(text)
    folders.set(dirname(path), (folders.get(dirname(path)) ?? false) || opens)
  }
  return [...folders].filter(([, says]) => !says).map(([folder]) => folder)
}

/** Answers the files with more than `limit` lines. */
export function longFiles(files: SourceFile[], limit: number): string[] {
  return files
    .map(({ path, text }) => ({ path, lines: text.replace(/\n$/, '').split('\n').length }))
    .filter(({ lines }) => lines > limit)
    .map(({ path, lines }) => `${path} has ${lines} lines`)
}

const unfinished = [
  ['TO', 'DO'],
  ['FIX', 'ME'],
  ['for ', 'now'],
  ['not ', 'implemented'],
  ['@ts-', 'ignore'],
  ['@ts-', 'nocheck'],
  ['eslint-', 'disable'],
  ['oxlint-', 'disable'],
  ['test.', 'only('],
  ['test.', 'todo('],
  ['test.', 'skip('],
  ['it.', 'only('],
  ['it.', 'skip('],
  ['describe.', 'only('],
  ['describe.', 'skip('],
].map((parts) => parts.join(''))

/** Answers the lines with words that mark unfinished work, skipped tests, or suppressed checks. */
export function unfinishedWords(files: SourceFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, at) => {
      const word = unfinished.find((each) => line.includes(each))
      return word === undefined ? [] : [`${path}:${at + 1} says "${word}"`]
    }),
  )
}
