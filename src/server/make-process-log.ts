import { pino, type DestinationStream } from 'pino'
import type { ProcessLog } from '../base/process-log.ts'
import type { LogLevel } from '../config/settings.ts'
import { logOutputTo } from './log-output.ts'

const logged_members = ['code', 'errcode', 'syscall', 'severity', 'table', 'column', 'constraint'] as const

/**
 * The log entry of an error: its type, message, stack and causes. Of its other members it contains only those without data: PostgreSQL
 * puts whole rows with their secrets into `detail`.
 */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const members = new Map<string, unknown>(Object.entries(error))
  const kept = logged_members.flatMap((name) => (members.has(name) ? [[name, members.get(name)] as const] : []))
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...Object.fromEntries(kept),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
    ...(error instanceof AggregateError ? { errors: error.errors.map((each) => describeError(each)) } : {}),
  }
}

const standard_output = 1

/** The process log: JSON lines with ISO times, on standard output or to `destination`. Its caller never waits for a line to be written. */
export function makeProcessLog(
  level: LogLevel,
  destination: DestinationStream = logOutputTo(standard_output),
): ProcessLog {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
  }
  return pino(options, destination)
}
