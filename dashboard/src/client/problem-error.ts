const refused_form = /^Payload validation error: '([\s\S]*)' on property ([\w.[\]-]+)/

/** The property of a body that was refused, by its path: `options.configuration.HOST`. `text`: what is wrong with it. */
export type RefusedProperty = { property: string; text: string }

function refusedOf(message: string): RefusedProperty | undefined {
  const [, text = '', property = ''] = refused_form.exec(message) ?? []
  // A sentence ends with a full stop.
  return property === '' ? undefined : { property: property.replace(/\.$/, ''), text }
}

/** A refusal of the server, or why there is no answer. */
export class ProblemError extends Error {
  /** The HTTP status; 0 where there is no answer. */
  readonly status: number
  /** `errorCode` of the Management API; where there is no answer, `unreachable`, or `no_answer` where the time for it has passed. */
  readonly code: string
  /** When the same request may succeed. */
  readonly retry_after_s: number | undefined
  /** Undefined where the message names no property of the body. */
  readonly refused: RefusedProperty | undefined

  constructor(status: number, code: string, message: string, retry_after_s?: number) {
    super(message)
    this.name = 'ProblemError'
    this.status = status
    this.code = code
    this.retry_after_s = retry_after_s
    this.refused = refusedOf(message)
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
