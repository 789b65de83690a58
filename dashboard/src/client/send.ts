import { routes } from 'virtual:contract'
import { noteRefusal, readToken } from '../session/session'
import type { Answer, Input, RouteName } from './contract-types'
import { problemOf, unreachable } from './problem-error'
import { learnStoreState } from './store-state'

type Members = Record<string, unknown>

// A server that accepts connections and never answers is an outage, too.
const read_within_ms = 30_000

function searchOf(members: Members): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(members)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (one !== undefined) search.append(name, typeof one === 'string' ? one : JSON.stringify(one))
    }
  }
  return search.size === 0 ? '' : `?${search.toString()}`
}

/** The address of an operation with its parameters and its query. */
export function addressOf(tenant_id: string, name: RouteName, members: Members): string {
  const { url, params } = routes[name]
  const query = { ...members }
  let path = url
  for (const param of params) {
    path = path.replace(`:${param}`, encodeURIComponent(String(query[param])))
    delete query[param]
  }
  return `/t/${encodeURIComponent(tenant_id)}${path}${searchOf(query)}`
}

/**
 * Sends a request with the access token of the session. Where the session has ended, it waits until the admin has signed in again.
 *
 * @param within_ms how long the request and its answer may take, without that wait
 * @throws {ProblemError} for each answer that is no success, and where there is none
 */
export async function authorizedFetch(url: string, init: RequestInit = {}, within_ms?: number): Promise<Response> {
  const limited = (): AbortSignal[] => (within_ms === undefined ? [] : [AbortSignal.timeout(within_ms)])
  const request = async (token: string): Promise<Response> => {
    const response = await fetch(url, {
      ...init,
      signal: AbortSignal.any([...(init.signal ? [init.signal] : []), ...limited()]),
      headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` },
    })
    learnStoreState(response, (init.method ?? 'GET') === 'GET')
    return response
  }
  try {
    let response = await request(await readToken())
    // The token ended with the session, or the server's keys changed: once more with a fresh one.
    if (response.status === 401) response = await request(await readToken({ is_refused: true }))
    if (response.ok) return response
    const problem = await problemOf(response)
    noteRefusal(problem)
    throw problem
  } catch (error) {
    throw unreachable(error)
  }
}

/**
 * Sends an operation and answers its JSON; null where it answers none.
 *
 * @param signal that of a read, which ends after 30 s without an answer. A call takes its time
 */
export async function send<N extends RouteName>(
  tenant_id: string,
  name: N,
  input: Input<N>,
  signal?: AbortSignal,
): Promise<Answer<N>> {
  const { body, form, ...members } = input as Members & { body?: unknown; form?: FormData }
  const init = {
    method: routes[name].method,
    ...(signal ? { signal } : {}),
    ...(form ? { body: form } : {}),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  }
  const response = await authorizedFetch(addressOf(tenant_id, name, members), init, signal ? read_within_ms : undefined)
  const text = await response.text().catch((error: unknown) => {
    throw unreachable(error)
  })
  return (text === '' ? null : JSON.parse(text)) as Answer<N>
}
