import { finishSteps, routes } from 'virtual:contract'
import type { FinishStep } from '../../../src/contract/finish-steps.ts'
import type { LoggedOperation } from '../../../src/contract/logged-operations.ts'
import type { LogType } from '../../../src/contract/log-types.ts'
import type { Outcome } from '../../../src/contract/outcomes.ts'
import type { Item } from '../client/contract-types'
import type { Messages } from '../messages/en'

/** An event of the log. */
export type LogEvent = Item<'listLogs'>

/** The texts that name events. */
export type EventTexts = Pick<Messages, 'logs' | 'changes'>

/** What a type of events means; the code itself where this dashboard does not know it. */
export const meaningOf = ({ logs }: EventTexts, type: string): string =>
  Object.hasOwn(logs.types, type) ? logs.types[type as LogType] : type

/** What an outcome of a login means; the code itself where this dashboard does not know it. */
export const outcomeName = ({ logs }: EventTexts, outcome: string): string =>
  Object.hasOwn(logs.outcomes, outcome) ? logs.outcomes[outcome as Outcome] : outcome

/** Whether an event says that something failed or was refused: Auth0's codes of these begin so. */
export const isFailure = ({ type }: Pick<LogEvent, 'type'>): boolean => /^f|^limit_/.test(type)

/** The value at a path of an object, such as the details of an event; undefined where there is none. */
function valueAt(value: unknown, path: readonly string[]): unknown {
  let at: unknown = value
  for (const name of path)
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined
  return at
}

/** The text at a path of an object; undefined where there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = valueAt(value, path)
  return typeof found === 'string' && found !== '' ? found : undefined
}

/** The id in the address of a request, where its operation has one. */
function idInPath(operation: string, path: string | undefined): string | undefined {
  if (path === undefined || !Object.hasOwn(routes, operation)) return undefined
  const at = routes[operation as keyof typeof routes].url.split('/').findIndex((part) => part.startsWith(':'))
  // The admin origin has the tenant before the address of the operation.
  const id = at < 0 ? undefined : path.slice(Math.max(0, path.indexOf('/api/v2/'))).split('/')[at]
  try {
    return id === undefined ? undefined : decodeURIComponent(id)
  } catch {
    return id
  }
}

/** What a change was about: its name, or else its id. */
function subjectOf({ connection, details }: Pick<LogEvent, 'connection' | 'details'>, operation: string): string {
  const name =
    textAt(details, 'resource_name') ?? (connection || undefined) ?? textAt(details, 'request', 'body', 'name')
  return name ?? textAt(details, 'created_id') ?? idInPath(operation, textAt(details, 'request', 'path')) ?? ''
}

function finishTitle(details: unknown, { changes }: EventTexts): string | undefined {
  const step = textAt(details, 'finish', 'step')
  if (step === undefined || !finishSteps.includes(step)) return undefined
  if (valueAt(details, ['finish', 'rolled_back']) === true) return changes.finishRolledBack(step as FinishStep)
  const is_exceeded = textAt(details, 'finish', 'state') === 'exceeded'
  return is_exceeded ? changes.finishExceeded(step as FinishStep) : changes.finishStep(step as FinishStep)
}

/** A title, and what it is about or why. */
const join = (what: string, rest: string | null | undefined): string => (rest ? `${what}: ${rest}` : what)

/**
 * What an admin, a client or a command did, and to what. An operation that this dashboard does not know is named as the server describes
 * it.
 */
export function changeTitle(
  event: Pick<LogEvent, 'description' | 'connection' | 'details'>,
  texts: EventTexts,
): string {
  const { description, connection, details } = event
  const operation = textAt(details, 'operation') ?? ''
  const { operations, command } = texts.changes
  if (Object.hasOwn(operations, operation))
    return join(operations[operation as LoggedOperation], subjectOf(event, operation))
  const finish = finishTitle(details, texts)
  if (finish !== undefined) return join(finish, connection)
  const [, name] = /^Command: (.+)$/.exec(description ?? '') ?? []
  return name === undefined ? description || operation || texts.logs.types.sapi : command(name)
}

// The type of these names the outcome.
const complete: readonly string[] = ['fp', 'fu', 'limit_wc', 'limit_mu']

/** What happened: what the type of an event means, with the outcome of a login, or why something failed as the server says it. */
export function titleOf(event: LogEvent, texts: EventTexts): string {
  const { type, description, details } = event
  if (type === 'sapi') return changeTitle(event, texts)
  const meaning = meaningOf(texts, type)
  if (complete.includes(type)) return meaning
  const outcome = textAt(details, 'migration', 'outcome')
  if (outcome !== undefined && outcome !== 'success') return join(meaning, outcomeName(texts, outcome))
  return isFailure(event) ? join(meaning, description) : meaning
}
