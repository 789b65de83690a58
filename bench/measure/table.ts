// Prints figures: one table per scenario, and whether each target is met.

/** One figure. `met` says whether it meets `target`; a figure without a target is information only. */
export type Figure = { label: string; value: string; target?: string; met?: boolean }

/** The figures of one scenario. */
export type Table = { title: string; figures: Figure[] }

function targetColumn({ target, met }: Figure): string {
  if (target === undefined) return ''
  return met === true ? `${target}  met` : `${target}  MISSED`
}

/** Prints a table as plain text. */
export function printTable({ title, figures }: Table): void {
  const label_width = Math.max(...figures.map(({ label }) => label.length))
  const value_width = Math.max(...figures.map(({ value }) => value.length))
  console.log(`\n${title}`)
  for (const figure of figures) {
    const columns = [figure.label.padEnd(label_width), figure.value.padStart(value_width), targetColumn(figure)]
    console.log(`  ${columns.join('  ')}`.trimEnd())
  }
}
