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

/** A whole number with separators between the thousands. */
export const countText = (count: number): string => count.toLocaleString('en-US')
