/**
 * The lines between the house and a sandbox process: one JSON object each, over the process's own standard
 * streams. What comes from the process is hostile: lines are cut at a size, and only known shapes get through.
 */
import type { JsonObject, JsonValue, ScriptError, ScriptLogLevel } from './script-types.ts'

/** A line from the server to a script process. */
export type LineToProcess =
  | {
      t: 'call'
      id: string
      hash: string
      source?: string
      script: string
      args: JsonValue[]
      context?: JsonObject
      configuration: Record<string, string>
      result_bytes: number
    }
  | { t: 'abandon'; id: string }
  | { t: 'ping'; n: number }
  | { t: 'egress'; ticket: number; address?: string; code?: string; message?: string }
  | { t: 'names'; n: number; records?: JsonValue; code?: string; message?: string }

/** How a script ended, as its process tells it. */
export type Answer =
  | { kind: 'returned'; values: JsonValue[] }
  | { kind: 'failed'; error: ScriptError }
  | { kind: 'no_function' | 'bad_result'; message: string }
  | { kind: 'out_of_memory' }

/** A line from a script process to the server; what is malformed is dropped. */
export type LineFromProcess =
  | { t: 'ready' }
  | { t: 'started' | 'yielded'; id: string }
  | { t: 'answer'; id: string; answer: Answer; bytes: number }
  | { t: 'log'; id: string; level: ScriptLogLevel; text: string }
  | { t: 'fatal'; message: string }
  | { t: 'ending'; id: string; what: 'process.exit' | 'process.abort' }
  | { t: 'pong'; n: number }
  | { t: 'names'; n: number; name: string; type: 'SRV' | 'TXT' }

const levels = new Set<unknown>(['debug', 'log', 'info', 'warn', 'error'])
const dropped = new Set(['__proto__', 'constructor', 'prototype'])
const depth_cap = 70

/** A copy of parsed JSON without the keys that reach prototypes; too deep parts become null. */
export function plainJson(value: unknown, depth = 0): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || depth > depth_cap) return null
  if (Array.isArray(value)) return value.map((item) => plainJson(item, depth + 1))
  const copy: JsonObject = {}
  for (const [key, item] of Object.entries(value)) {
    if (!dropped.has(key)) copy[key] = plainJson(item, depth + 1)
  }
  return copy
}

function text(value: unknown, cap: number): string {
  const full = typeof value === 'string' ? value : ''
  return full.length > cap ? `${full.slice(0, cap)}…` : full
}

const text_cap = 4_096

function readError(value: JsonValue | undefined): ScriptError {
  const given = value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {}
  const error: ScriptError = { name: text(given.name, text_cap) || 'Error', message: text(given.message, text_cap) }
  if (typeof given.code === 'string') error.code = text(given.code, text_cap)
  if (typeof given.cause_code === 'string') error.cause_code = text(given.cause_code, text_cap)
  if (typeof given.status === 'number' && Number.isInteger(given.status)) error.status = given.status
  if (Array.isArray(given.args))
    error.args = given.args.slice(0, 4).map((arg) => (typeof arg === 'string' ? text(arg, text_cap) : null))
  return error
}

function readAnswer(line: JsonObject): Answer | undefined {
  if (line.kind === 'returned')
    return Array.isArray(line.values) ? { kind: 'returned', values: line.values } : undefined
  if (line.kind === 'failed') return { kind: 'failed', error: readError(line.error) }
  if (line.kind === 'no_function' || line.kind === 'bad_result')
    return { kind: line.kind, message: text(line.message, text_cap) }
  return line.kind === 'out_of_memory' ? { kind: 'out_of_memory' } : undefined
}

/** One line of a process as a known shape, or undefined for anything else. */
export function readLine(raw: string, log_text_cap: number): LineFromProcess | undefined {
  if (!raw.startsWith('{')) return undefined
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
      return { t: 'log', id, level: level as ScriptLogLevel, text: text(line.text, log_text_cap) }
    }
    case 'fatal':
      return { t: 'fatal', message: text(line.message, text_cap) }
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
 * Cuts a byte stream into lines of at most `cap` bytes. `onLine` says whether to go on; a longer line calls
 * `overlong`. After either end nothing more is read.
 */
export function splitLines(
  cap: number,
  onLine: (line: string) => boolean,
  overlong: () => void,
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
      if (size > cap) {
        open = false
        overlong()
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
