import { isJsonObject, type JsonObject } from '../../base/json.ts'
import { category_of_type, type StreamCategory } from '../../contract/log-stream.ts'
import type { LogEvent } from '../../contract/log-event.ts'
import type { LogType } from '../../contract/log-types.ts'
import { readJson } from '../../store/json-column.ts'
import type { Db } from '../../store/tables.ts'

/** An event as a stream posts it. `log_id` is the same at each attempt. */
export type StreamEvent = { log_id: string; data: LogEvent | JsonObject }

const migrated: StreamCategory = 'user.migrated'

function categoryOf(type: string): StreamCategory {
  return category_of_type[type as LogType] ?? 'other'
}

/** Whether a log event tells that a user moved: a login, or a confirmed reset. */
function isMove({ details }: LogEvent): boolean {
  const { migration } = details
  return isJsonObject(migration) && migration['outcome'] === 'moved'
}

type Record = {
  legacy_id: string | null
  migrated_at: number | null
  migrated_through: string | null
  profile_changes: string | null
}

async function recordOf(db: Db, tenant_id: string, { connection_id, user_id }: LogEvent): Promise<Record | undefined> {
  return await db
    .selectFrom('migration_records')
    .select(['legacy_id', 'migrated_at', 'migrated_through', 'profile_changes'])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('legacy_id', '=', user_id.replace(/^auth0\|/, ''))
    .executeTakeFirst()
}

/** The event of a user who moved: what moved, and how. It names paths of members, never their values. */
async function moveEvent(db: Db, tenant_id: string, event: LogEvent): Promise<StreamEvent> {
  const record = await recordOf(db, tenant_id, event)
  const changes = record?.profile_changes ?? null
  const { date, user_id, user_name, connection, connection_id, client_id, ip, tenant_name } = event
  return {
    log_id: `${event.log_id}.migrated`,
    data: {
      type: migrated,
      date,
      description: 'The user moved from the legacy store.',
      user_id,
      user_name,
      connection,
      connection_id,
      client_id,
      ip,
      tenant_name,
      details: {
        legacy_id: record?.legacy_id ?? user_id.replace(/^auth0\|/, ''),
        through: record?.migrated_through ?? (event.type === 's' ? 'login' : 'reset_confirm'),
        migration: event.details['migration'] as JsonObject,
        profile_changes: changes === null ? null : readJson<JsonObject>(changes),
      },
    },
  }
}

/** The events that a stream posts of some log events, in their order. `categories`: those of the stream; none for all events. */
export async function streamEvents(
  db: Db,
  tenant_id: string,
  events: readonly LogEvent[],
  categories: readonly StreamCategory[],
): Promise<StreamEvent[]> {
  const wants = (category: StreamCategory): boolean => categories.length === 0 || categories.includes(category)
  const chosen: StreamEvent[] = []
  for (const event of events) {
    if (wants(categoryOf(event.type))) chosen.push({ log_id: event.log_id, data: event })
    if (isMove(event) && wants(migrated)) chosen.push(await moveEvent(db, tenant_id, event))
  }
  return chosen
}
