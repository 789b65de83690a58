import { firstPart, type ListPart } from '../base/page.ts'
import { isoTime } from '../base/time.ts'
import type { ScriptLogLine } from '../contract/script-log.ts'
import type { Db } from '../store/tables.ts'

/** The script log lines of a connection, newest first. `from` is the id of the last line of the page before. */
export async function listScriptLogs(
  db: Db,
  tenant_id: string,
  connection_id: string,
  filter: { script?: string; call_id?: string },
  page: { take: number; from?: string },
): Promise<ListPart<ScriptLogLine>> {
  let query = db
    .selectFrom('script_logs')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
  if (filter.script !== undefined) query = query.where('script', '=', filter.script)
  if (filter.call_id !== undefined) query = query.where('call_id', '=', filter.call_id)
  if (page.from !== undefined) query = query.where('line_id', '<', page.from)
  const rows = await query
    .orderBy('line_id', 'desc')
    .limit(page.take + 1)
    .execute()
  const lines = rows.map(({ line_id: id, at, script, call_id, level, text }) => {
    return { id, at: isoTime(at), script, call_id, level, text }
  })
  return firstPart(lines, page.take, ({ id }) => id)
}
