/** The versions of one script that were saved on a day, from the first to the last. */
export type VersionRange = { script: string; first: number; last: number }

/** The versions of a day by script: a script that was saved often takes one place. */
export function versionRanges(versions: readonly { script: string; version: number }[]): VersionRange[] {
  const ranges = new Map<string, VersionRange>()
  for (const { script, version } of versions) {
    const { first, last } = ranges.get(script) ?? { first: version, last: version }
    ranges.set(script, { script, first: Math.min(first, version), last: Math.max(last, version) })
  }
  return [...ranges.values()]
}
