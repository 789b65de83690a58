import { defined } from '../base/defined.ts'
import { isoTime } from '../base/time.ts'
import type { ScriptLogLine } from '../contract/script-log.ts'
import type { ScriptLogsTable } from '../store/tables.ts'

/** A line of the script log as the API shows it. */
export function showLine(row: ScriptLogsTable): ScriptLogLine {
  const { line_id: id, at, script, call_id, level, text, outcome, version, duration_ms } = row
  const ended = defined({
    outcome: outcome ?? undefined,
    version: version ?? undefined,
    duration_ms: duration_ms ?? undefined,
  })
  return { id, at: isoTime(at), script, call_id, level, text, ...ended }
}
