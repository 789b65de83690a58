// Markdown of the printed reference: pages, tables and code.

const generated = '<!-- Printed by `npm run docs` from the source; change it there. -->'

/** Answers a page: the title, a note that it is generated, and the blocks, separated by blank lines. */
export function page(title: string, blocks: string[]): string {
  return `${[generated, `# ${title}`, ...blocks.filter((block) => block !== '')].join('\n\n')}\n`
}

/** Answers a table; an empty text without rows. */
export function table(head: string[], rows: string[][]): string {
  if (rows.length === 0) return ''
  const line = (cells: string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map((row) => line(row))].join('\n')
}

/** Answers `text` as code; an empty text stays empty. */
export function code(text: string): string {
  return text === '' ? '' : `\`${text}\``
}
