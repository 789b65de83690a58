/** A refusal of the server, or why there is no answer. */
export class ProblemError extends Error {
  /** The HTTP status; 0 where there is no answer. */
  readonly status: number
  /** `errorCode` of the Management API; where there is no answer, `unreachable`, or `no_answer` where the time for it has passed. */
  readonly code: string
  /** When the same request may succeed. */
  readonly retry_after_s: number | undefined
  /** The member of the body that was refused, without what lies below it: `callbacks`. Undefined where the message names none. */
  readonly property: string | undefined

  constructor(status: number, code: string, message: string, retry_after_s?: number) {
    super(message)
    this.name = 'ProblemError'
    this.status = status
    this.code = code
    this.retry_after_s = retry_after_s
    this.property = /' on property (\w+)/.exec(message)?.[1]
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

function retryAfter(headers: Headers): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds : undefined
}

/** The problem of an answer that is no success. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const body: unknown = await response.json().catch(() => undefined)
  const members: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {}
  const code = textOf(members['errorCode']) ?? textOf(members['error']) ?? `http_${response.status}`
  const message = textOf(members['message']) ?? textOf(members['error_description']) ?? response.statusText
  return new ProblemError(response.status, code, message, retryAfter(response.headers))
}

/** A failed `fetch` as a problem. An aborted request stays what it is. */
export function unreachable(error: unknown): unknown {
  if (error instanceof ProblemError || (error instanceof DOMException && error.name === 'AbortError')) return error
  const message = error instanceof Error ? error.message : String(error)
  const is_late = error instanceof DOMException && error.name === 'TimeoutError'
  return new ProblemError(0, is_late ? 'no_answer' : 'unreachable', message)
}
