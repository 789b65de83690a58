import type { Answer } from '../client/contract-types'

/** A log event of a change through the Management API. */
export type ChangeEvent = Answer<'getLog'>

/** A member of a resource before and after a change, as text; undefined on the side where it does not exist. */
export type ChangedMember = { path: string; before: string | undefined; after: string | undefined }

type Members = Record<string, unknown>

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (value: unknown): string | undefined =>
  value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)

/** Who made a change: the e-mail address of an admin, or the name of a client. */
export const callerOf = ({ user_name, client_name, client_id }: ChangeEvent): string =>
  [user_name, client_name, client_id].find((name) => name !== null && name !== undefined && name !== '') ?? ''

/** A member of the details of a change that is text. */
export function detailOf({ details }: ChangeEvent, name: 'operation' | 'resource' | 'created_id'): string | undefined {
  const value = isMembers(details) ? details[name] : undefined
  return typeof value === 'string' ? value : undefined
}

/** The address of the request of a change. */
export function pathOf({ details }: ChangeEvent): string | undefined {
  const request = isMembers(details) ? details['request'] : undefined
  const path = isMembers(request) ? request['path'] : undefined
  return typeof path === 'string' ? path : undefined
}

/** The members that a change changed; of a long change, only their names. */
export function changedMembers({ details }: ChangeEvent): ChangedMember[] {
  const changes = isMembers(details) ? details['changes'] : undefined
  if (!isMembers(changes)) return []
  const { members } = changes
  if (Array.isArray(members))
    return members.map((path) => ({ path: String(path), before: undefined, after: undefined }))
  return Object.entries(changes).flatMap(([path, change]) =>
    isMembers(change) ? [{ path, before: textOf(change['before']), after: textOf(change['after']) }] : [],
  )
}
