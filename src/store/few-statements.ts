// Statements of many lengths would fill the cache of prepared statements: these lists have few.

/** A list for `in` with the last value repeated, so that its length is a power of two. */
export function padded<T>(values: readonly T[]): T[] {
  const last = values.at(-1)
  if (last === undefined) return []
  const length = 2 ** Math.ceil(Math.log2(values.length))
  return [...values, ...Array.from({ length: length - values.length }, () => last)]
}

/** Parts of a list of rows to insert, each with a power of two of them and at most `max`. */
export function* partsOf<T>(rows: readonly T[], max: number): Generator<T[]> {
  for (let from = 0; from < rows.length;) {
    const length = 2 ** Math.floor(Math.log2(Math.min(max, rows.length - from)))
    yield rows.slice(from, from + length)
    from += length
  }
}
