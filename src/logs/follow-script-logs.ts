import type { ScriptLogLine } from '../contract/script-log.ts'
import type { Db } from '../store/tables.ts'
import { showLine } from './script-log-lines.ts'

// A line of another process is stored up to this time after later lines.
const overlap_ms = 3000
const read_at_once = 500
const read_max = 2000

const timeOf = (line_id: string): number => Number(line_id.slice(0, 15))
const idStart = (at_ms: number): string => String(Math.max(0, at_ms)).padStart(15, '0')

/**
 * Creates a function that returns the lines of a connection which were stored since its last call, oldest first; each line once. Lines of
 * several processes are found that are stored up to 3 s after later ones.
 *
 * @param filter `from`: the id of the line before the first; default: the newest line that is stored now
 */
export function followScriptLogs(
  db: Db,
  { tenant_id, connection_id }: { tenant_id: string; connection_id: string },
  filter: { from?: string; script?: string; level?: string },
): () => Promise<ScriptLogLine[]> {
  const answered = new Set<string>()
  let first = filter.from
  let earliest = ''

  const lines = () =>
    db
      .selectFrom('script_logs')
      .selectAll()
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)

  async function readAfter(after: string) {
    let query = lines().where('line_id', '>', after)
    if (filter.script !== undefined) query = query.where('script', '=', filter.script)
    if (filter.level !== undefined) query = query.where('level', '=', filter.level)
    return await query.orderBy('line_id').limit(read_at_once).execute()
  }

  return async () => {
    if (first === undefined) {
      first = (await lines().orderBy('line_id', 'desc').limit(1).executeTakeFirst())?.line_id ?? idStart(0)
      return []
    }
    const found: ScriptLogLine[] = []
    let after = earliest > first ? earliest : first
    for (let read = 0; read < read_max; read += read_at_once) {
      const rows = await readAfter(after)
      for (const row of rows) {
        if (answered.has(row.line_id)) continue
        answered.add(row.line_id)
        found.push(showLine(row))
      }
      after = rows.at(-1)?.line_id ?? after
      if (rows.length < read_at_once) break
    }
    const newest = found.at(-1)?.id
    if (newest !== undefined) earliest = idStart(timeOf(newest) - overlap_ms)
    for (const id of answered) if (id < earliest) answered.delete(id)
    return found
  }
}
