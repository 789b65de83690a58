const refused_form = /^Payload validation error: '([\s\S]*)' on property ([\w.[\]-]+)/

/** A rule of a password policy that a password does not satisfy. `numbers`: those of its text; `missing`: the kinds of characters that it lacks. */
export type PasswordRule = { code: string; numbers: readonly number[]; missing: readonly string[] }

/** The property of a body that was refused, by its path: `options.configuration.HOST`. `text`: what is wrong with it. */
export type RefusedProperty = { property: string; text: string; password_rules?: readonly PasswordRule[] }

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

  constructor(
    status: number,
    code: string,
    message: string,
    { retry_after_s, refused }: { retry_after_s?: number | undefined; refused?: RefusedProperty | undefined } = {},
  ) {
    super(message)
    this.name = 'ProblemError'
    this.status = status
    this.code = code
    this.retry_after_s = retry_after_s
    this.refused = refused ?? refusedOf(message)
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

function retryAfter(headers: Headers): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds : undefined
}

const membersOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {}
const listOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.map(membersOf) : [])

/** The password that a policy refuses, with the rules that it does not satisfy. */
function refusedPassword({ name, message, description }: Record<string, unknown>): RefusedProperty | undefined {
  if (name !== 'PasswordStrengthError') return undefined
  const unsatisfied = listOf(membersOf(description)['rules']).filter(({ verified }) => verified === false)
  const codes = (items: unknown): string[] =>
    listOf(items).flatMap(({ code, verified }) => (verified === false && typeof code === 'string' ? [code] : []))
  const password_rules = unsatisfied.map(({ code, format, items }) => ({
    code: String(code),
    numbers: Array.isArray(format) ? format.map(Number) : [],
    missing: codes(items),
  }))
  return { property: 'password', text: String(message), password_rules }
}

/** The problem of an answer that is no success. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const body: unknown = await response.json().catch(() => undefined)
  const members = membersOf(body)
  const code = textOf(members['errorCode']) ?? textOf(members['error']) ?? `http_${response.status}`
  const message = textOf(members['message']) ?? textOf(members['error_description']) ?? response.statusText
  return new ProblemError(response.status, code, message, {
    retry_after_s: retryAfter(response.headers),
    refused: refusedPassword(members),
  })
}

/** A failed `fetch` as a problem. An aborted request stays what it is. */
export function unreachable(error: unknown): unknown {
  if (error instanceof ProblemError || (error instanceof DOMException && error.name === 'AbortError')) return error
  const message = error instanceof Error ? error.message : String(error)
  const is_late = error instanceof DOMException && error.name === 'TimeoutError'
  return new ProblemError(0, is_late ? 'no_answer' : 'unreachable', message)
}
