import type { LineError } from '../ui/code-mirror'

type Members = Record<string, unknown>

/** The most bytes of JSON that `user_metadata` and `app_metadata` may have, each: the server's limit. */
export const metadata_max_bytes = 256 * 1024

/** Metadata as the editor shows it. */
export const textOfMetadata = (metadata: Members | undefined): string => JSON.stringify(metadata ?? {}, undefined, 2)

/** The line of a syntax error, which browsers name in different ways. */
function lineOf(text: string, message: string): number {
  const line = /line (\d+)/.exec(message)?.[1]
  if (line !== undefined) return Number(line)
  const position = /position (\d+)/.exec(message)?.[1]
  const before = position === undefined ? text.trimEnd() : text.slice(0, Number(position))
  return before.split('\n').length
}

/** The texts of what can be wrong with metadata. */
export type MetadataTexts = { notObject: string; tooLarge: (bytes: number, max: number) => string }

/** The members of a text that was typed, or what is wrong with it. */
export function readMetadata(
  text: string,
  t: MetadataTexts,
): { members: Members; error?: never } | { members?: never; error: LineError } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { error: { line: lineOf(text, message), message } }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { error: { line: 1, message: t.notObject } }
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length
  if (bytes > metadata_max_bytes) return { error: { line: 1, message: t.tooLarge(bytes, metadata_max_bytes) } }
  return { members: value as Members }
}

/** What has to be sent so that `before` becomes `after`: the changed members, and null for those that are gone. */
export function changedMetadata(before: Members, after: Members): Members {
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name))
  const changed = Object.entries(after).filter(
    ([name, value]) => !Object.hasOwn(before, name) || JSON.stringify(value) !== JSON.stringify(before[name]),
  )
  return Object.fromEntries([...changed, ...gone.map((name) => [name, null] as const)])
}
