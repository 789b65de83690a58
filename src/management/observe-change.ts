import { isJsonObject, type JsonObject } from '../base/json.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Route } from '../contract/route.ts'
import { routes, type RouteName } from '../contract/routes.ts'
import { changedMembers } from './changed-members.ts'
import type { Call, Handler, Handlers } from './handler.ts'

type Reader = { route: Route; read: Handler<Route> }

/** The operations that show one resource, by the path that they share with the operations that change it. */
export type ResourceReaders = ReadonlyMap<string, Reader>

/** The operations that show one resource. */
export function resourceReaders(handlers: Handlers): ResourceReaders {
  const names = Object.keys(routes) as RouteName[]
  return new Map(
    names.flatMap((name): [string, Reader][] => {
      const route: Route = routes[name]
      const shows_one = route.method === 'GET' && route.file === undefined && route.event_stream !== true
      return shows_one ? [[route.url, { route, read: handlers[name] }]] : []
    }),
  )
}

async function readResource({ read }: Reader, call: Call<Route>): Promise<JsonObject | undefined> {
  try {
    const shown: unknown = await read(call)
    return isJsonObject(shown) ? shown : undefined
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

const changing = new Set(['PATCH', 'PUT', 'DELETE'])

/** What a request changed. */
export type Change = {
  /** The members that differ; undefined where no operation reads the resource. */
  changes: JsonObject | undefined
  /** The name of what was changed, and the e-mail address of an admin; undefined where it has none. */
  resource_name: string | undefined
}

const name_max = 300
// Of users and people the id is kept: nothing else of a deleted one is.
const unnamed_tags = new Set(['users', 'sessions', 'refresh-tokens', 'user-blocks', 'tickets', 'migrations', 'jobs'])

function nameOf({ tag }: Route, ...shown: unknown[]): string | undefined {
  if (unnamed_tags.has(tag)) return undefined
  const member = tag === 'tenant-admins' ? 'email' : 'name'
  const name = shown.map((one) => (isJsonObject(one) ? one[member] : undefined)).find((one) => typeof one === 'string')
  return typeof name === 'string' ? name.slice(0, name_max) : undefined
}

/**
 * Reads the resource of a request before it is changed, as the operation of the same path shows it, and returns the function that names it
 * and the members that have changed since. The reads are not in the transaction of the change: a change that another request makes at the
 * same time can be named in both events. Of a deleted user nothing is kept.
 */
export async function beginChange(
  readers: ResourceReaders,
  route: Route,
  call: Call<Route>,
): Promise<(answer: unknown) => Promise<Change>> {
  const reader = changing.has(route.method) ? readers.get(route.url) : undefined
  const is_deletion = route.method === 'DELETE'
  if (!reader || (is_deletion && route.tag === 'users')) {
    return async (answer) => ({ changes: undefined, resource_name: nameOf(route, answer) })
  }
  const before = await readResource(reader, call)
  const changesOf = async (answer: unknown): Promise<JsonObject | undefined> => {
    if (is_deletion) return before && changedMembers(before, {})
    const is_shown = route.response === reader.route.response && isJsonObject(answer)
    const after = is_shown ? answer : await readResource(reader, call)
    return after && changedMembers(before ?? {}, after)
  }
  return async (answer) => ({ changes: await changesOf(answer), resource_name: nameOf(route, before, answer) })
}

const id_members = ['id', 'user_id', 'client_id', 'record_id', 'kid']

/** The id of what a request created; undefined where it created nothing, or its answer names none. */
export function createdId({ status }: Route, answer: unknown): string | undefined {
  if (status !== 201 || !isJsonObject(answer)) return undefined
  const id = id_members.map((name) => answer[name]).find((value) => typeof value === 'string')
  return typeof id === 'string' ? id.slice(0, 300) : undefined
}

const connections_url = '/api/v2/connections'

/** The id of the connection that a request is about; undefined where it is about none. */
export function connectionOf(route: Route, params: JsonObject, answer: unknown): string | undefined {
  if (route.url === connections_url) return createdId(route, answer)
  const id = route.url.startsWith(`${connections_url}/`) ? params['id'] : params['connection_id']
  return typeof id === 'string' ? id.slice(0, name_max) : undefined
}
