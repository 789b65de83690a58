import { firstPart, type ListPart } from '../base/page.ts'
import type { ScriptLogLine } from '../contract/script-log.ts'
import type { Db } from '../store/tables.ts'
import { showLine } from './script-log-lines.ts'

/** The script log lines of a connection, newest first. `from` is the id of the last line of the page before. */
export async function listScriptLogs(
  db: Db,
  tenant_id: string,
  connection_id: string,
  filter: { script?: string; call_id?: string; level?: string },
  page: { take: number; from?: string },
): Promise<ListPart<ScriptLogLine>> {
  let query = db
    .selectFrom('script_logs')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
  if (filter.script !== undefined) query = query.where('script', '=', filter.script)
  if (filter.call_id !== undefined) query = query.where('call_id', '=', filter.call_id)
  if (filter.level !== undefined) query = query.where('level', '=', filter.level)
  if (page.from !== undefined) query = query.where('line_id', '<', page.from)
  const rows = await query
    .orderBy('line_id', 'desc')
    .limit(page.take + 1)
    .execute()
  return firstPart(rows.map(showLine), page.take, ({ id }) => id)
}
