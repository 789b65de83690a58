// Small statistics.

/** The value below which the share `part` (0 to 1) of the values lies. */
export function quantile(values: number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  if (sorted.length === 0) return Number.NaN
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!
}

/** The middle value. */
export function median(values: number[]): number {
  return quantile(values, 0.5)
}

/** A number with as many decimals. */
export function fixed(value: number, decimals: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(decimals)
}

/** Mebibytes with one decimal. */
export function mebibytes(bytes: number): string {
  return `${fixed(bytes / 1_048_576, 1)} MiB`
}
