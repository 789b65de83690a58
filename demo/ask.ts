// HTTP as the demo speaks it: one request, its whole answer, and how long that took.

/** An answer, read to its end. */
export type Answer = { status: number; headers: Headers; text: string; body: unknown; ms: number }

/** What to send. */
export type Question = {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  query?: Record<string, string>
  token?: string
  json?: unknown
  form?: Record<string, string>
}

const patience_ms = 30_000

/** Sends one request and reads the whole answer; a redirect is an answer. @throws when nobody answers */
export async function ask(url: string, { method = 'GET', query, token, json, form }: Question = {}): Promise<Answer> {
  const headers: Record<string, string> = {}
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`
  if (json !== undefined) headers['content-type'] = 'application/json'
  const body = form === undefined ? json && JSON.stringify(json) : new URLSearchParams(form)
  const began_at = performance.now()
  const address = query === undefined ? url : `${url}?${new URLSearchParams(query).toString()}`
  const response = await fetch(address, {
    method,
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(patience_ms),
    ...(body === undefined ? {} : { body: body as string | URLSearchParams }),
  })
  const text = await response.text()
  const ms = performance.now() - began_at
  const is_json = response.headers.get('content-type')?.includes('json') === true
  const read: unknown = is_json && text !== '' ? JSON.parse(text) : undefined
  return { status: response.status, headers: response.headers, text, body: read, ms }
}

/** What is at `path` in a JSON value; undefined where there is nothing. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  let found = value
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined
    found = (found as Record<string, unknown>)[key]
  }
  return found
}

/** The text at `path` in a JSON value; empty where there is none. */
export function textAt(value: unknown, ...path: (string | number)[]): string {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : ''
}

/** The list at `path` in a JSON value; empty where there is none. */
export function listAt(value: unknown, ...path: (string | number)[]): unknown[] {
  const found = at(value, ...path)
  return Array.isArray(found) ? (found as unknown[]) : []
}
