import { pino, type DestinationStream } from 'pino'
import type { ProcessLog } from '../base/process-log.ts'
import type { LogLevel } from '../config/settings.ts'

const shown = ['code', 'errcode', 'syscall', 'severity', 'table', 'column', 'constraint'] as const

/**
 * What the log says of an error: its kind, message, stack and causes. Of its other members only those that hold no
 * data: PostgreSQL puts whole rows into `detail`, with what is secret in them.
 */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const members = new Map<string, unknown>(Object.entries(error))
  const kept = shown.flatMap((name) => (members.has(name) ? [[name, members.get(name)] as const] : []))
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...Object.fromEntries(kept),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
    ...(error instanceof AggregateError ? { errors: error.errors.map((each) => describeError(each)) } : {}),
  }
}

/** The process log: JSON lines with ISO times, on standard output or to `destination`. */
export function makeProcessLog(level: LogLevel, destination?: DestinationStream): ProcessLog {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}
