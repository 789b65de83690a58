// Statistics of small samples, and how figures are written.

/** The quantile at `fraction` (0 to 1); NaN of an empty sample. */
export function quantile(values: number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN
}

/** The quantile at one half. */
export function median(values: number[]): number {
  return quantile(values, 0.5)
}

/** A number with this many decimals. */
export function fixed(value: number, decimals: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(decimals)
}

/** Milliseconds with two decimals. */
export function ms(value: number): string {
  return `${fixed(value, 2)} ms`
}

/** Mebibytes with one decimal. */
export function mebibytes(bytes: number): string {
  return `${fixed(bytes / 1_048_576, 1)} MiB`
}
