// The HTTP client of the demo: one request with its whole response and duration.

/** A response whose body was read to its end. */
export type HttpResponse = { status: number; headers: Headers; text: string; body: unknown; ms: number }

/** The parts of a request besides its URL. */
export type RequestOptions = {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  query?: Record<string, string>
  token?: string
  json?: unknown
  form?: Record<string, string>
}

const timeout_ms = 30_000

/** Sends one request and reads the whole response. A redirect is not followed. @throws when the server does not respond */
export async function sendRequest(
  url: string,
  { method = 'GET', query, token, json, form }: RequestOptions = {},
): Promise<HttpResponse> {
  const headers: Record<string, string> = {}
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`
  if (json !== undefined) headers['content-type'] = 'application/json'
  const body = form === undefined ? json && JSON.stringify(json) : new URLSearchParams(form)
  const started_at = performance.now()
  const address = query === undefined ? url : `${url}?${new URLSearchParams(query).toString()}`
  const response = await fetch(address, {
    method,
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeout_ms),
    ...(body === undefined ? {} : { body: body as string | URLSearchParams }),
  })
  const text = await response.text()
  const ms = performance.now() - started_at
  const is_json = response.headers.get('content-type')?.includes('json') === true
  const parsed: unknown = is_json && text !== '' ? JSON.parse(text) : undefined
  return { status: response.status, headers: response.headers, text, body: parsed, ms }
}
