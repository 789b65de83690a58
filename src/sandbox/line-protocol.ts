/**
 * The lines between the server and a sandbox process: one JSON object each, over the process's own standard
 * streams. Lines from the process are untrusted: they are bounded in size, and only known shapes are accepted.
 */
import { cutText } from '../base/cut-text.ts'
import type { JsonObject, JsonValue, ScriptError, ScriptLogLevel } from './script-types.ts'

/** A line from the server to a sandbox process. */
export type LineToProcess =
  | {
      t: 'call'
      id: string
      hash: string
      source?: string
      script: string
      args: JsonValue[]
      context?: JsonObject
      check?: true
      configuration: Record<string, string>
      result_bytes: number
    }
  | { t: 'abandon'; id: string }
  | { t: 'ping'; n: number }
  | { t: 'egress'; request_id: number; address?: string; code?: string; message?: string }
  | { t: 'names'; n: number; records?: JsonValue; code?: string; message?: string }

/** The outcome of a script, as its process reports it. */
export type Answer =
  | { kind: 'returned'; values: JsonValue[] }
  | { kind: 'failed'; error: ScriptError }
  | { kind: 'no_function'; message: string; line?: number; column?: number }
  | { kind: 'bad_result'; message: string }
  | { kind: 'syntax_error'; message: string; line?: number; column?: number }
  | { kind: 'out_of_memory' }

/** A line from a sandbox process to the server. */
export type LineFromProcess =
  | { t: 'ready' }
  | { t: 'started' | 'yielded'; id: string }
  | { t: 'answer'; id: string; answer: Answer; bytes: number }
  | { t: 'log'; id: string; level: ScriptLogLevel; text: string }
  | { t: 'fatal'; message: string }
  | { t: 'ending'; id: string; what: 'process.exit' | 'process.abort' }
  | { t: 'pong'; n: number }
  | { t: 'names'; n: number; name: string; type: 'SRV' | 'TXT' }

/** The kind of a line from a process, and the call or the ping that it names. */
export type LineHead = { t: LineFromProcess['t']; id: string }

const kinds = new Set<string>(['ready', 'started', 'yielded', 'answer', 'log', 'fatal', 'ending', 'pong', 'names'])
const head = /^\{"t":"([a-z]+)"(?:,"(?:id|n)":"?([\w-]{1,64})"?)?[,}]/

/** Reads the head of a line without parsing the rest; undefined when the runner writes no such line. */
export function readHead(raw: string): LineHead | undefined {
  const [, t = '', id = ''] = head.exec(raw) ?? []
  return kinds.has(t) ? { t: t as LineHead['t'], id } : undefined
}

const levels = new Set<unknown>(['debug', 'log', 'info', 'warn', 'error'])
const dropped_keys = new Set(['__proto__', 'constructor', 'prototype'])
const depth_max = 70

/** Copies parsed JSON without the keys that reach prototypes; values nested too deep become null. */
export function plainJson(value: unknown, depth = 0): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || depth > depth_max) return null
  if (Array.isArray(value)) return value.map((item) => plainJson(item, depth + 1))
  const copy: JsonObject = {}
  for (const [key, item] of Object.entries(value)) {
    if (!dropped_keys.has(key)) copy[key] = plainJson(item, depth + 1)
  }
  return copy
}

function text(value: unknown, length_max: number): string {
  return cutText(typeof value === 'string' ? value : '', length_max)
}

const text_max = 4_096

/** A place in a source. The process may name any number; only its form is checked. */
function readPosition({ line, column }: JsonObject): { line?: number; column?: number } {
  return {
    ...(typeof line === 'number' ? { line } : {}),
    ...(typeof column === 'number' ? { column } : {}),
  }
}

function readError(value: JsonValue | undefined): ScriptError {
  const given = value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {}
  const error: ScriptError = { name: text(given.name, text_max) || 'Error', message: text(given.message, text_max) }
  if (typeof given.code === 'string') error.code = text(given.code, text_max)
  if (typeof given.cause_code === 'string') error.cause_code = text(given.cause_code, text_max)
  if (typeof given.status === 'number' && Number.isInteger(given.status)) error.status = given.status
  if (Array.isArray(given.args))
    error.args = given.args.slice(0, 4).map((arg) => (typeof arg === 'string' ? text(arg, text_max) : null))
  return { ...error, ...readPosition(given) }
}

function readAnswer(line: JsonObject): Answer | undefined {
  if (line.kind === 'returned')
    return Array.isArray(line.values) ? { kind: 'returned', values: line.values } : undefined
  if (line.kind === 'failed') return { kind: 'failed', error: readError(line.error) }
  if (line.kind === 'bad_result') return { kind: 'bad_result', message: text(line.message, text_max) }
  if (line.kind === 'no_function' || line.kind === 'syntax_error') {
    return { kind: line.kind, message: text(line.message, text_max), ...readPosition(line) }
  }
  return line.kind === 'out_of_memory' ? { kind: 'out_of_memory' } : undefined
}

/** Parses one line of a process; undefined when it is of no known shape. */
export function readLine(raw: string, log_text_max: number): LineFromProcess | undefined {
  let parsed: JsonValue
  try {
    parsed = plainJson(JSON.parse(raw))
  } catch {
    return undefined
  }
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) return undefined
  const line = parsed
  const id = text(line.id, 64)
  switch (line.t) {
    case 'ready':
      return { t: 'ready' }
    case 'started':
    case 'yielded':
      return { t: line.t, id }
    case 'answer': {
      const answer = readAnswer(line)
      return answer && { t: 'answer', id, answer, bytes: Buffer.byteLength(raw) }
    }
    case 'log': {
      const level = levels.has(line.level) ? line.level : 'log'
      return { t: 'log', id, level: level as ScriptLogLevel, text: text(line.text, log_text_max) }
    }
    case 'fatal':
      return { t: 'fatal', message: text(line.message, text_max) }
    case 'ending':
      return line.what === 'process.exit' || line.what === 'process.abort'
        ? { t: 'ending', id, what: line.what }
        : undefined
    case 'pong':
      return typeof line.n === 'number' ? { t: 'pong', n: line.n } : undefined
    case 'names': {
      if (typeof line.n !== 'number' || (line.type !== 'SRV' && line.type !== 'TXT')) return undefined
      return { t: 'names', n: line.n, name: text(line.name, 255), type: line.type }
    }
    default:
      return undefined
  }
}

/**
 * Splits a byte stream into lines of at most `bytes_max` bytes. Reading stops for good when `onLine` returns false, and
 * at a longer line, for which `onTooLong` is called.
 */
export function splitLines(
  bytes_max: number,
  onLine: (line: string) => boolean,
  onTooLong: () => void,
): (chunk: Buffer) => void {
  let parts: Buffer[] = []
  let size = 0
  let open = true
  return (chunk) => {
    let rest = chunk
    while (open) {
      const end = rest.indexOf(10)
      const piece = end < 0 ? rest : rest.subarray(0, end)
      size += piece.length
      if (size > bytes_max) {
        open = false
        onTooLong()
        return
      }
      if (end < 0) {
        parts.push(piece)
        return
      }
      const line = parts.length === 0 ? piece.toString('utf8') : Buffer.concat([...parts, piece]).toString('utf8')
      parts = []
      size = 0
      open = onLine(line)
      rest = rest.subarray(end + 1)
    }
  }
}
