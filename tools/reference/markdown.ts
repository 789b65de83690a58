// The little Markdown that the reference is made of.

const generated = '<!-- Printed by `npm run docs` from the source; change it there. -->'

/** Answers a page: title, note that it is printed, and its parts with one blank line between them. */
export function page(title: string, parts: string[]): string {
  return `${[generated, `# ${title}`, ...parts.filter((part) => part !== '')].join('\n\n')}\n`
}

/** Answers a table; without rows, nothing. */
export function table(head: string[], rows: string[][]): string {
  if (rows.length === 0) return ''
  const line = (cells: string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map((row) => line(row))].join('\n')
}

/** Answers `text` as code, or nothing for an empty text. */
export function code(text: string): string {
  return text === '' ? '' : `\`${text}\``
}
