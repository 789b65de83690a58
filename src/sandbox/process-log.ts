/** The lines that one process puts into the script log: labelled with their call, limited in number. */
import type { EgressFailure } from './egress-types.ts'
import { process_bounds } from './limits.ts'
import type { ScriptLogLevel } from './script-types.ts'

/** What one process's scripts print, and the connections they were refused. */
export type ProcessLog = {
  /** From now on lines of this call carry its script's name; the last 64 calls are remembered. */
  know(call_id: string, script: string): void
  write(call_id: string, level: ScriptLogLevel, text: string): void
  /** One line per call and destination. */
  writeRefusal(call_id: string, failure: EgressFailure): void
}

const remembered = 64

/** Opens the log of one process; lines beyond so many a second are dropped. */
export function openProcessLog(
  onLog: (script: string, call_id: string, level: ScriptLogLevel, text: string) => void,
): ProcessLog {
  const scripts = new Map<string, string>()
  const refusals = new Set<string>()
  let second = { from: 0, lines: 0 }

  function write(call_id: string, level: ScriptLogLevel, text: string) {
    const now = Date.now()
    if (now - second.from >= 1_000) second = { from: now, lines: 0 }
    second.lines += 1
    if (second.lines > process_bounds.log_lines_per_s) return
    const script = scripts.get(call_id)
    onLog(script ?? '', script === undefined ? '' : call_id, level, text)
  }

  return {
    know(call_id, script) {
      scripts.set(call_id, script)
      const oldest = scripts.keys().next().value
      if (scripts.size > remembered && oldest !== undefined) scripts.delete(oldest)
    },
    write,
    writeRefusal(call_id, { message }) {
      const said = `${call_id} ${message}`
      if (refusals.has(said)) return
      if (refusals.size >= remembered) refusals.clear()
      refusals.add(said)
      write(call_id, 'warn', message)
    },
  }
}
