/** The lines that one process puts into the script log: labelled with their call, limited in number. */
import type { EgressFailure } from './egress-types.ts'
import { process_bounds } from './limits.ts'
import type { ScriptLogLevel, ScriptLogLine } from './script-types.ts'

/** What one process's scripts print, and the connections they were refused. */
export type ProcessLog = {
  /**
   * From now on lines of this call carry its script's name and go through its mask; the last 64 calls are remembered.
   * Lines of no known call go through the masks of all of them.
   */
  know(call_id: string, script: string, mask?: (text: string) => string): void
  write(call_id: string, level: ScriptLogLevel, text: string): void
  /** One line per call and destination. */
  writeRefusal(call_id: string, failure: EgressFailure): void
}

const remembered = 64

/** Opens the log of one process; lines beyond so many a second are dropped. */
export function openProcessLog(onLog: (line: Omit<ScriptLogLine, 'unit' | 'at'>) => void): ProcessLog {
  const calls = new Map<string, { script: string; mask: (text: string) => string }>()
  const refusals = new Set<string>()
  let second = { from: 0, lines: 0 }

  function write(call_id: string, level: ScriptLogLevel, text: string) {
    const now = Date.now()
    if (now - second.from >= 1_000) second = { from: now, lines: 0 }
    second.lines += 1
    if (second.lines > process_bounds.log_lines_per_s) return
    const call = calls.get(call_id)
    if (call) return onLog({ script: call.script, call_id, level, text: call.mask(text) })
    const masked = [...calls.values()].reduce((rest, { mask }) => mask(rest), text)
    onLog({ script: '', call_id: '', level, text: masked })
  }

  return {
    know(call_id, script, mask = (text) => text) {
      calls.set(call_id, { script, mask })
      const oldest = calls.keys().next().value
      if (calls.size > remembered && oldest !== undefined) calls.delete(oldest)
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
