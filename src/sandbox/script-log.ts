import type { EgressFailure } from './egress-types.ts'
import { process_bounds } from './limits.ts'
import type { ScriptLogLevel, ScriptLogLine } from './script-types.ts'

/** Writes the script log of one process: each line is labelled with its call, masked, and counted. */
export type ScriptLog = {
  /**
   * Registers a call: its lines get its script's name and pass its mask. The last 64 calls are remembered. Lines
   * of no known call pass the masks of all of them.
   */
  register(call_id: string, script: string, mask?: (text: string) => string): void
  /** Whether a line would be written, or dropped because there were too many in this second. */
  hasRoom(): boolean
  write(call_id: string, level: ScriptLogLevel, text: string): void
  /** Writes one line per call and destination. */
  writeRefusal(call_id: string, failure: EgressFailure): void
}

const calls_max = 64

/** Opens the log of one process; lines beyond so many a second, or beyond so much time that masking them takes, are dropped. */
export function openScriptLog(onLine: (line: Omit<ScriptLogLine, 'unit' | 'at'>) => void): ScriptLog {
  const calls = new Map<string, { script: string; mask: (text: string) => string }>()
  const refusals = new Set<string>()
  let second = { from: 0, lines: 0, masking_ms: 0 }

  function hasRoom(): boolean {
    const now = Date.now()
    if (now - second.from >= 1_000) second = { from: now, lines: 0, masking_ms: 0 }
    return second.lines < process_bounds.log_lines_per_s && second.masking_ms < process_bounds.log_masking_ms_per_s
  }

  /** A text that one mask makes longer than a line is cut, perhaps within a secret of another call: nothing of it is written. */
  function maskByAll(text: string): string {
    let masked = text
    for (const { mask } of calls.values()) {
      masked = mask(masked)
      if (masked.length > Math.max(text.length, process_bounds.log_text_length)) return '…'
    }
    return masked
  }

  function write(call_id: string, level: ScriptLogLevel, text: string) {
    if (!hasRoom()) return
    second.lines += 1
    const call = calls.get(call_id)
    const started = performance.now()
    const masked = call ? call.mask(text) : maskByAll(text)
    second.masking_ms += performance.now() - started
    onLine({ script: call?.script ?? '', call_id: call ? call_id : '', level, text: masked })
  }

  return {
    register(call_id, script, mask = (text) => text) {
      calls.set(call_id, { script, mask })
      const oldest = calls.keys().next().value
      if (calls.size > calls_max && oldest !== undefined) calls.delete(oldest)
    },
    hasRoom,
    write,
    writeRefusal(call_id, { message }) {
      const key = `${call_id} ${message}`
      if (refusals.has(key)) return
      if (refusals.size >= calls_max) refusals.clear()
      refusals.add(key)
      write(call_id, 'warn', message)
    },
  }
}
