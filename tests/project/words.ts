// The words that names, comments and documentation do not use. A reader must be able to search the web for every noun.

/** A text file: its path from the project's root with `/`, and its text. */
export type TextFile = { path: string; text: string }

/** A text in which a word is accepted. Without `path` it is accepted in every file. */
export type Exception = { path?: string; text: string; reason: string }

// Metaphors for the parts of the program, indefinite persons, and verbs that have a common synonym.
const words = [
  'house(s)',
  'floor(s)',
  'room(s)',
  'door(s)',
  'cellar(s)',
  'roof(s)',
  'stair(s)',
  'river(s)',
  'shield(s)',
  'teller(s)',
  'ferry',
  'ferries',
  'ferried',
  'mend(s|ed|ing)',
  'heed(s|ed|ing)',
  'somebody',
  'nobody',
  'whoever',
  'whomever',
  'lest',
  'seldom',
  'told',
  'untold',
]

const pattern = new RegExp(`\\b(?:${words.map((word) => word.replace(/\(.*\)$/, '$&?')).join('|')})\\b`, 'gi')

/** The uses of words that are not accepted, in the paths and in the texts of files: file, line and word. */
export function unacceptedWords(files: TextFile[], exceptions: readonly Exception[]): string[] {
  return files.flatMap((file) =>
    [file.path, ...file.text.split('\n')].flatMap((line, at) => {
      const accepted = exceptions.filter(({ path }) => path === undefined || path === file.path)
      const checked = accepted.reduce((rest, { text }) => rest.replaceAll(text, ''), line)
      return (checked.match(pattern) ?? []).map((word) => `${file.path}:${at} "${word.toLowerCase()}"`)
    }),
  )
}

/** The exceptions whose text is in none of the files, so that they can be removed. */
export function unusedExceptions(files: TextFile[], exceptions: readonly Exception[]): Exception[] {
  return exceptions.filter(
    ({ path, text }) => !files.some((file) => (path === undefined || path === file.path) && file.text.includes(text)),
  )
}
