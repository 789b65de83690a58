import { newPrefixedId } from '../base/ids.ts'
import type { ProcessLog } from '../base/process-log.ts'
import type { ScriptLogLine } from '../sandbox/script-types.ts'
import type { Db } from '../store/tables.ts'

/** Takes lines of the script log as they come and stores them in batches. */
export type ScriptLogWriter = {
  write(line: ScriptLogLine): void
  /** Stores what is still waiting. */
  flush(): Promise<void>
}

/** How many lines are kept per connection; older ones are purged. */
export const lines_kept = 1000

const batch_lines = 100
const batch_ms = 200
const waiting_max = 5000

/** Where a line belongs; the sandbox unit is `tenant/connection/version`. */
function placeOf(unit: string): { tenant_id: string; connection_id: string } | undefined {
  const [tenant_id, connection_id] = unit.split('/')
  return tenant_id === undefined || connection_id === undefined ? undefined : { tenant_id, connection_id }
}

/**
 * Makes the writer. Under a flood it keeps the newest lines that fit and says in the process log how many were
 * lost; scripts never wait for it.
 */
export function createScriptLogWriter(db: Db, log: ProcessLog): ScriptLogWriter {
  let waiting: ScriptLogLine[] = []
  let lost = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  let counter = 0

  const store = async (lines: ScriptLogLine[]): Promise<void> => {
    const rows = lines.flatMap((line) => {
      const place = placeOf(line.unit)
      if (!place) return []
      counter = (counter + 1) % 1_000_000
      const line_id = `${String(line.at).padStart(15, '0')}-${String(counter).padStart(6, '0')}-${newPrefixedId('scl')}`
      const text = line.text.replaceAll('\u0000', '\u{fffd}')
      return [{ ...place, line_id, at: line.at, script: line.script, call_id: line.call_id, level: line.level, text }]
    })
    if (rows.length > 0) await db.insertInto('script_logs').values(rows).execute()
  }
  const flush = async (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const lines = waiting
    waiting = []
    if (lost > 0) log.warn({ lost }, 'script log lines were lost in a flood')
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
      waiting.push(line)
      if (waiting.length === batch_lines) void flush()
      else timer ??= setTimeout(() => void flush(), batch_ms).unref()
    },
    flush,
  }
}

/** Deletes the oldest lines of every connection that has more than are kept. */
export async function purgeScriptLogs(db: Db): Promise<void> {
  const crowded = await db
    .selectFrom('script_logs')
    .select(['tenant_id', 'connection_id'])
    .groupBy(['tenant_id', 'connection_id'])
    .having((row) => row.fn.countAll<number>(), '>', lines_kept)
    .execute()
  for (const { tenant_id, connection_id } of crowded) {
    const newestKept = await db
      .selectFrom('script_logs')
      .select('line_id')
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .orderBy('line_id', 'desc')
      .offset(lines_kept)
      .limit(1)
      .executeTakeFirst()
    if (!newestKept) continue
    await db
      .deleteFrom('script_logs')
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where('line_id', '<=', newestKept.line_id)
      .execute()
  }
}
