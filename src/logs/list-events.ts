import { sql } from 'kysely'
import type { JsonObject } from '../base/json.ts'
import type { Page, Part } from '../base/page.ts'
import { readSearch, SearchProblem, type SearchQuery } from '../base/search-query.ts'
import type { LogEvent } from '../contract/log-event.ts'
import { Refusal } from '../contract/refusal.ts'
import { readJson } from '../store/json-column.ts'
import { json_path_max } from '../store/json-leaf.ts'
import { engineOf, searchFilter, type SearchField, type SearchFields } from '../store/search-filter.ts'
import type { Db, LogEventsTable } from '../store/tables.ts'

/** A filter of log events: a search, a user, or both. */
export type EventFilter = { search?: string; user_id?: string }

// Counting stops here, because a count of all events takes long.
const total_max = 10_000

const text_fields = new Set([
  'type',
  'description',
  'connection',
  'connection_id',
  'client_id',
  'client_name',
  'user_id',
  'user_name',
  'ip',
  'hostname',
  'user_agent',
  'audience',
  'scope',
  'strategy',
  'strategy_type',
  'log_id',
])
// A term without a field matches the beginning of these, in upper or lower case.
const prefix_fields = ['client_name', 'connection', 'user_name']

const fields: SearchFields = {
  field(name): SearchField | undefined {
    if (name === 'date') return { kind: 'timestamp', column: sql.ref('date') }
    if (name === '_id') return { kind: 'text', column: sql.ref('log_id') }
    if (text_fields.has(name)) return { kind: prefix_fields.includes(name) ? 'folded' : 'text', column: sql.ref(name) }
    const [root, ...path] = name.split('.')
    if (root !== 'details' || path.length === 0 || path.length > json_path_max) return undefined
    return { kind: 'json', column: sql.ref('details'), path, wildcards: true, ranges: true }
  },
  anywhere(term): SearchQuery {
    const pieces = term.pieces.length === 1 ? [...term.pieces, ''] : term.pieces
    return { kind: 'any', of: prefix_fields.map((field) => ({ ...term, field, pieces })) }
  },
}

/** A log event as the API shows it. */
function showEvent(row: LogEventsTable, tenant_name: string): LogEvent {
  return {
    _id: row.log_id,
    log_id: row.log_id,
    date: new Date(row.date).toISOString(),
    type: row.type,
    description: row.description,
    connection: row.connection,
    connection_id: row.connection_id ?? '',
    client_id: row.client_id,
    client_name: row.client_name,
    ip: row.ip,
    hostname: row.hostname,
    user_id: row.user_id ?? '',
    user_name: row.user_name ?? '',
    user_agent: row.user_agent,
    audience: row.audience,
    scope: row.scope,
    strategy: row.strategy,
    strategy_type: row.strategy_type,
    isMobile: /mobi/i.test(row.user_agent ?? ''),
    details: readJson<JsonObject>(row.details),
    environment_name: 'production',
    tenant_name,
  }
}

/**
 * The log events of a tenant: newest first by page, or oldest first after a checkpoint, which is a log id.
 *
 * @param options `include_total`: whether to count, up to 10,000
 * @throws {Refusal} `invalid_query_string` for an invalid search
 */
export async function listEvents(
  db: Db,
  tenant: { tenant_id: string; name: string },
  filter: EventFilter,
  page: Page,
  options: { oldest_first?: boolean; include_total?: boolean } = {},
): Promise<Part<LogEvent>> {
  let query = db.selectFrom('log_events').where('tenant_id', '=', tenant.tenant_id)
  if (filter.user_id !== undefined) query = query.where('user_id', '=', filter.user_id)
  const show = (rows: LogEventsTable[]): LogEvent[] => rows.map((row) => showEvent(row, tenant.name))
  if (page.kind === 'checkpoint') {
    const rows = await query
      .selectAll()
      .where('log_id', '>', page.from ?? '')
      .orderBy('log_id')
      .limit(page.take)
      .execute()
    return { items: show(rows) }
  }
  if (filter.search !== undefined) query = query.where(conditionOf(db, filter.search))
  const rows = await query
    .selectAll()
    .orderBy('log_id', options.oldest_first === true ? 'asc' : 'desc')
    .limit(page.per_page)
    .offset(page.page * page.per_page)
    .execute()
  if (options.include_total !== true) return { items: show(rows) }
  const counted = await db
    .selectFrom(query.select('log_id').limit(total_max).as('found'))
    .select(sql<number | string>`count(*)`.as('total'))
    .executeTakeFirst()
  return { items: show(rows), total: Number(counted?.total ?? 0) }
}

function conditionOf(db: Db, search: string) {
  try {
    return searchFilter(engineOf(db), readSearch(search), fields)
  } catch (error) {
    if (!(error instanceof SearchProblem)) throw error
    throw new Refusal('invalid_query_string', { message: `Query validation error: '${error.message}' on property q.` })
  }
}

/**
 * The log event with this id.
 *
 * @throws {Refusal} `inexistent_log`
 */
export async function eventById(
  db: Db,
  tenant: { tenant_id: string; name: string },
  log_id: string,
): Promise<LogEvent> {
  const row = await db
    .selectFrom('log_events')
    .selectAll()
    .where('tenant_id', '=', tenant.tenant_id)
    .where('log_id', '=', log_id)
    .executeTakeFirst()
  if (!row) throw new Refusal('inexistent_log')
  return showEvent(row, tenant.name)
}
