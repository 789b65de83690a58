// Prints figures: one table per scenario, and whether each target is met.

/** The target of a figure, as it is printed, and whether the figure meets it. */
export type Target = { text: string; met: boolean }

/** One figure; without a target it is information only. */
export type Figure = { label: string; value: string; target?: Target }

/** The figures of one scenario. */
export type Table = { title: string; figures: Figure[] }

function targetColumn({ target }: Figure): string {
  if (target === undefined) return ''
  return `${target.text}  ${target.met ? 'met' : 'MISSED'}`
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
