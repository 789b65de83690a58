import { printable } from './printable.ts'

const gap = '  '

/** A table for the terminal: a line of headings, and a line for each row, in columns as wide as their longest cell. */
export function textTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [headings, ...rows.map((row) => row.map(printable))]
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join(gap)
        .trimEnd(),
    )
    .join('\n')
}

/** A share in percent with at most one decimal, as the dashboard rounds it. Only the whole is 100 %. */
export function percentText(part: number, whole: number): string {
  const rounded = whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10
  return `${part < whole ? Math.min(rounded, 99.9) : rounded} %`
}
