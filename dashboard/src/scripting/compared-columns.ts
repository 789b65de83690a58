// `WHERE lower(email) = lower(?)`, `OR u.username = $1`: the left side of a comparison with a parameter of the query.
const comparison =
  /\b(?:where|and|or|on)\s+((?:lower\(\s*)?[\w."`[\]]+\s*\)?)\s*=\s*(?:lower\(\s*)?(?:\?|\$\d|:\w|@\w)/gi

/**
 * What the queries of a script compare with their parameters, such as `lower(email)`: an index is needed on each. Empty where the script has no
 * SQL that is written so.
 */
export function comparedColumns(source: string): string[] {
  const found = [...source.matchAll(comparison)].map(([, column = '']) => column.replaceAll(/["`[\]\s]/g, ''))
  return [...new Set(found)]
}
