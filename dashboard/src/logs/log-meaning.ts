import { log_types } from 'virtual:contract'
import type { Item } from '../client/contract-types'

/** An event of the log. */
export type LogEvent = Item<'listLogs'>

/** What a type of events means; the code itself where this dashboard does not know it. */
export const meaningOf = (type: string): string =>
  type in log_types ? log_types[type as keyof typeof log_types] : type

/** Whether an event says that something failed or was refused: Auth0's codes of these begin so. */
export const isFailure = ({ type }: Pick<LogEvent, 'type'>): boolean => /^f|^limit_/.test(type)

// The description of these is the answer to the user, which does not say what was wrong.
const unspecific: readonly string[] = ['fp', 'fu']

/** What happened: the description of an event, or what its type means. */
export const titleOf = ({ type, description }: Pick<LogEvent, 'type' | 'description'>): string =>
  description === null || description === '' || unspecific.includes(type) ? meaningOf(type) : description

/** The text at a path of an object, such as the details of an event; undefined where there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  let at: unknown = value
  for (const name of path)
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined
  return typeof at === 'string' ? at : undefined
}
