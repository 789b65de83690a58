import { sql, type SqlBool } from 'kysely'
import { defined } from '../base/defined.ts'
import { logIdStart } from '../base/ids.ts'
import { isJsonObject, type JsonObject } from '../base/json.ts'
import { maskSignInTests } from '../base/sign-in-test-id.ts'
import type { Page, ListPart } from '../base/page.ts'
import type { SearchQuery } from '../base/search-query.ts'
import type { LogEvent } from '../contract/log-event.ts'
import { Refusal } from '../contract/refusal.ts'
import { readJson } from '../store/json-column.ts'
import { jsonField } from '../store/json-field.ts'
import { searchCondition } from '../store/search-condition.ts'
import {
  columnField,
  inTimeRange,
  joined,
  passes,
  type SearchField,
  type SearchFields,
} from '../store/search-filter.ts'
import type { Searches } from '../store/searches.ts'
import type { Db, LogEventsTable } from '../store/tables.ts'
import { eventsAfter } from './events-after.ts'

/**
 * Whose log events. `shows_admins`: whether the reader may know the admins of the tenant; else the events of changes to them have no
 * details of who it was, and are not found by these.
 */
type EventsOf = { tenant_id: string; name: string; shows_admins: boolean }

/** A filter of log events: a search, a user, or both. */
export type EventFilter = { search?: string; user_id?: string }

// Counting stops here, because a count of all events takes long: most searches visit every event that is newer than the last one they count.
const total_max = 10_000
const searched_max = 1000

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

// How far the time in a log id may be from the event's date, and the last time of four digits for the year.
const id_skew_ms = 60_000
const last_time_ms = Date.UTC(9999, 11, 31)

// Log ids begin with the time, so the primary key serves a range of dates.
const dateField: SearchField = {
  matches: (_engine, test) =>
    passes(test, {
      timestamp(range) {
        const { from, to } = range
        const conditions = [inTimeRange(sql.ref('date'), range)]
        if (from !== undefined) conditions.push(sql<SqlBool>`log_id >= ${logIdStart(from - id_skew_ms)}`)
        if (to !== undefined)
          conditions.push(sql<SqlBool>`log_id < ${logIdStart(Math.min(to + id_skew_ms, last_time_ms))}`)
        return joined(conditions, 'and')
      },
      present: sql<SqlBool>`date is not null`,
    }),
}

const admins_resource = 'tenant-admins'

// The details of an event as they are searched by a reader who may not know the admins. `type` alone would be a column of json_each.
const details_without_admins = sql`case when ${sql.ref('log_events.type')} = 'sapi' and ${sql.ref('log_events.details')} like ${`%"resource":"${admins_resource}"%`} then ${JSON.stringify({ resource: admins_resource })} else ${sql.ref('log_events.details')} end`

const fieldsOf = ({ shows_admins }: EventsOf): SearchFields => ({
  field(name): SearchField | undefined {
    if (name === 'date') return dateField
    if (name === '_id') return columnField('text', sql.ref('log_id'))
    if (text_fields.has(name)) {
      return columnField('text', sql.ref(name), prefix_fields.includes(name) ? { lower_case: 'converted' } : {})
    }
    const [root, ...path] = name.split('.')
    return root === 'details' ? jsonField(shows_admins ? sql.ref('details') : details_without_admins, path) : undefined
  },
  anywhere(term): SearchQuery {
    const pieces = term.pieces.length === 1 ? [...term.pieces, ''] : term.pieces
    return { kind: 'any', of: prefix_fields.map((field) => ({ ...term, field, pieces })) }
  },
})

const mask = '*****'

/** The details of an event, without what tells whom a change to the admins was about. */
function withoutAdmins(details: JsonObject): JsonObject {
  const { operation, resource, request, response } = details
  if (resource !== admins_resource) return details
  const { method, userAgent, channel, ip, auth } = isJsonObject(request) ? request : {}
  return defined({
    operation,
    resource,
    request: defined({ method, path: mask, body: mask, userAgent, channel, ip, auth }),
    response,
  })
}

/** A log event as the API shows it. */
function showEvent(row: LogEventsTable, { name: tenant_name, shows_admins }: EventsOf): LogEvent {
  const details = readJson<JsonObject>(row.details)
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
    details: shows_admins ? details : withoutAdmins(details),
    environment_name: 'production',
    tenant_name,
  }
}

type EventList = {
  filter: EventFilter
  page: Extract<Page, { kind: 'offset' }>
  oldest_first?: boolean
  include_total?: boolean
}

async function readEvents(db: Db, tenant: EventsOf, list: EventList): Promise<ListPart<LogEvent>> {
  const { filter, page, oldest_first, include_total } = list
  let query = db.selectFrom('log_events').where('tenant_id', '=', tenant.tenant_id)
  if (filter.user_id !== undefined) query = query.where('user_id', '=', filter.user_id)
  const show = (rows: LogEventsTable[]): LogEvent[] => rows.map((row) => showEvent(row, tenant))
  if (filter.search !== undefined)
    query = query.where(searchCondition(db, maskSignInTests(filter.search), fieldsOf(tenant)))
  const rows = await query
    .selectAll()
    .orderBy('log_id', oldest_first === true ? 'asc' : 'desc')
    .limit(page.per_page)
    .offset(page.page * page.per_page)
    .execute()
  if (include_total !== true) return { items: show(rows) }
  const counted = await db
    .selectFrom(
      query
        .select('log_id')
        .limit(filter.search === undefined ? total_max : searched_max)
        .as('found'),
    )
    .select(sql<number | string>`count(*)`.as('total'))
    .executeTakeFirst()
  return { items: show(rows), total: Number(counted?.total ?? 0) }
}

/**
 * A page of the log events of a tenant, newest first.
 *
 * @param list `include_total`: whether to count, up to 10,000, or 1,000 of a search
 * @throws {Refusal} `invalid_query_string` for an invalid search; `search_timeout` and `overloaded`
 */
export async function listEvents(
  { db, searches }: { db: Db; searches: Searches },
  tenant: EventsOf,
  list: EventList,
): Promise<ListPart<LogEvent>> {
  if (list.filter.search === undefined) return await readEvents(db, tenant, list)
  return await searches.run(tenant.tenant_id, (reader) => readEvents(reader, tenant, list))
}

/** The log events of a tenant after a checkpoint, which is a log id, each of them once: see `eventsAfter`. */
export async function listEventsAfter(
  db: Db,
  tenant: EventsOf,
  page: Extract<Page, { kind: 'checkpoint' }>,
): Promise<LogEvent[]> {
  const rows = await eventsAfter(db, tenant.tenant_id, page)
  return rows.map((row) => showEvent(row, tenant))
}

/**
 * The log event with this id.
 *
 * @throws {Refusal} `inexistent_log`
 */
export async function eventById(db: Db, tenant: EventsOf, log_id: string): Promise<LogEvent> {
  const row = await db
    .selectFrom('log_events')
    .selectAll()
    .where('tenant_id', '=', tenant.tenant_id)
    .where('log_id', '=', log_id)
    .executeTakeFirstOrThrow(() => new Refusal('inexistent_log'))
  return showEvent(row, tenant)
}
