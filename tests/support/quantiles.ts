/** The value below which a share of a list of numbers lies. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN
}

/** The median of a list of numbers. */
export function median(values: number[]): number {
  return quantile(values, 0.5)
}

/** The interquartile range of a list of numbers, as a share of the median. */
export function spread(values: number[]): number {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / median(values)
}
