import { newPrefixedId } from '../base/ids.ts'
import type { ProcessLog } from '../base/process-log.ts'
import type { ScriptLogLine } from '../sandbox/script-types.ts'
import type { Db } from '../store/tables.ts'

/** Stores lines of the script log in batches. */
export type ScriptLogWriter = {
  write(line: ScriptLogLine): void
  /** Stores the waiting lines. */
  flush(): Promise<void>
}

/** The most lines kept of a connection; older ones are purged. */
const lines_kept = 1000

const batch_lines = 100
const batch_ms = 200
const waiting_max = 5000

/**
 * Creates the writer. Scripts never wait for it. When lines come faster than they can be stored, the oldest waiting ones are dropped,
 * and the process log reports their number.
 */
export function createScriptLogWriter(db: Db, log: ProcessLog): ScriptLogWriter {
  let waiting: ScriptLogLine[] = []
  let lost = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  let counter = 0

  const store = async (lines: ScriptLogLine[]): Promise<void> => {
    const rows = lines.map(({ unit, at, script, call_id, level, text }) => {
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
      waiting.push(line)
      if (waiting.length === batch_lines) void flush()
      else timer ??= setTimeout(() => void flush(), batch_ms).unref()
    },
    flush,
  }
}

const purged_at_once = 500

/**
 * Deletes the oldest lines of a connection of the tenant that has more than `lines_kept`, and returns their number: at most 500, and 0
 * when no connection has more.
 */
export async function purgeScriptLogs(db: Db, tenant_id: string): Promise<number> {
  const over_limit = await db
    .selectFrom('script_logs')
    .select(['connection_id', (row) => row.fn.countAll<number>().as('lines')])
    .where('tenant_id', '=', tenant_id)
    .groupBy('connection_id')
    .having((row) => row.fn.countAll<number>(), '>', lines_kept)
    .limit(1)
    .executeTakeFirst()
  if (!over_limit) return 0
  const { connection_id } = over_limit
  const excess = Number(over_limit.lines) - lines_kept
  const { numDeletedRows } = await db
    .deleteFrom('script_logs')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('line_id', 'in', (lines) =>
      lines
        .selectFrom('script_logs')
        .select('script_logs.line_id')
        .where('script_logs.tenant_id', '=', tenant_id)
        .where('script_logs.connection_id', '=', connection_id)
        .orderBy('script_logs.line_id')
        .limit(Math.min(excess, purged_at_once)),
    )
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
