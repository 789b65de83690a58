import type { Db, ScriptLogsTable } from '../store/tables.ts'

const lines_max = 2000

/** The lines of the script log of a connection that say that a connection was refused, newest first, among its last 2,000 lines. */
export async function refusalLines(
  db: Db,
  { tenant_id, connection_id }: { tenant_id: string; connection_id: string },
  since: number,
): Promise<Pick<ScriptLogsTable, 'text' | 'at' | 'script' | 'call_id'>[]> {
  return await db
    .selectFrom((last) =>
      last
        .selectFrom('script_logs')
        .select(['line_id', 'text', 'at', 'script', 'call_id', 'level'])
        .where('tenant_id', '=', tenant_id)
        .where('connection_id', '=', connection_id)
        .orderBy('line_id', 'desc')
        .limit(lines_max)
        .as('last_lines'),
    )
    .select(['text', 'at', 'script', 'call_id'])
    .where('level', '=', 'warn')
    .where('at', '>=', since)
    .where('text', 'like', 'connection to % refused: %')
    .orderBy('line_id', 'desc')
    .execute()
}
