// The figures as they are printed: one table per scenario, and whether each target was met.

/** One figure. `target` says what it is held against, `met` whether it holds; figures without a target stand beside. */
export type Figure = { what: string; value: string; target?: string; met?: boolean }

/** The figures of one scenario. */
export type Table = { title: string; figures: Figure[] }

function verdict({ target, met }: Figure): string {
  if (target === undefined) return ''
  return met === true ? `${target}  met` : `${target}  MISSED`
}

/** Prints a table as plain text. */
export function printTable({ title, figures }: Table): void {
  const width = Math.max(...figures.map(({ what }) => what.length))
  const values = Math.max(...figures.map(({ value }) => value.length))
  console.log(`\n${title}`)
  for (const figure of figures) {
    console.log(`  ${figure.what.padEnd(width)}  ${figure.value.padStart(values)}  ${verdict(figure)}`.trimEnd())
  }
}
