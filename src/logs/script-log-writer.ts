import { cutText } from '../base/cut-text.ts'
import { newPrefixedId } from '../base/ids.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { process_bounds } from '../sandbox/limits.ts'
import type { ScriptLogLine } from '../sandbox/script-types.ts'
import type { Db } from '../store/tables.ts'

/** A line to store. `ended`: the line is that of a call that ended; `version` is that of the script. */
export type WrittenLine = ScriptLogLine & {
  ended?: { outcome: string; version: number | undefined; duration_ms: number }
}

/** Stores lines of the script log in batches, each up to 8,192 characters. */
export type ScriptLogWriter = {
  write(line: WrittenLine): void
  /** Stores the waiting lines. */
  flush(): Promise<void>
}

const batch_lines = 100
const batch_ms = 200
const waiting_max = 5000

/**
 * Creates the writer. Scripts never wait for it. When lines come faster than they can be stored, the oldest waiting ones are dropped,
 * and the process log reports their number.
 */
export function createScriptLogWriter(db: Db, log: ProcessLog): ScriptLogWriter {
  let waiting: WrittenLine[] = []
  let lost = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  let counter = 0

  const store = async (lines: WrittenLine[]): Promise<void> => {
    const rows = lines.map(({ unit, at, script, call_id, level, text, ended }) => {
      counter = (counter + 1) % 1_000_000
      return {
        tenant_id: unit.tenant_id,
        connection_id: unit.unit_id,
        line_id: `${String(at).padStart(15, '0')}-${String(counter).padStart(6, '0')}-${newPrefixedId('scl')}`,
        at,
        script,
        call_id,
        level,
        text: text.replaceAll('\u0000', '\u{fffd}'),
        outcome: ended?.outcome ?? null,
        version: ended?.version ?? null,
        duration_ms: ended?.duration_ms ?? null,
      }
    })
    await db.insertInto('script_logs').values(rows).execute()
  }
  const flush = async (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const lines = waiting
    waiting = []
    if (lost > 0) log.warn({ lost }, 'script log lines were lost: they came faster than they could be stored')
    lost = 0
    writing = writing.then(async () => {
      for (let start = 0; start < lines.length; start += batch_lines) {
        await store(lines.slice(start, start + batch_lines)).catch((error: unknown) => {
          log.error({ err: error }, 'script log lines could not be stored')
        })
      }
    })
    await writing
  }
  return {
    write(line) {
      if (waiting.length >= waiting_max) {
        waiting.shift()
        lost += 1
      }
      waiting.push({ ...line, text: cutText(line.text, process_bounds.log_text_length) })
      if (waiting.length === batch_lines) void flush()
      else timer ??= setTimeout(() => void flush(), batch_ms).unref()
    },
    flush,
  }
}
