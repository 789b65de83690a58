import { eventById, listEvents, listEventsAfter } from '../logs/list-events.ts'
import type { Searches } from '../store/searches.ts'
import type { Db } from '../store/tables.ts'
import type { Handlers } from './handler.ts'
import { checkpointOf, listAnswer, reachablePage } from './paging.ts'

/** Operations on log events. */
export function logHandlers(deps: { db: Db; searches: Searches }) {
  return {
    async listLogs({ tenant, issuer, query, header }) {
      const { from, take = 50, q, search, page = 0, per_page = 50, include_totals, sort } = query
      if (from !== undefined || query.take !== undefined) {
        const items = await listEventsAfter(deps.db, tenant, checkpointOf(query))
        const next = new URLSearchParams({ from: items.at(-1)?.log_id ?? from ?? '', take: String(take) })
        header('link', `<${issuer}api/v2/logs?${next.toString()}>; rel="next"`)
        return items
      }
      const text = [q, search].filter((part) => part !== undefined && part.trim() !== '')
      const filter =
        text.length === 0 ? {} : { search: text.length === 1 ? (text[0] ?? '') : `(${text.join(') AND (')})` }
      const found = await listEvents(deps, tenant, {
        filter,
        page: reachablePage(page, per_page),
        oldest_first: sort === 'date:1',
        include_total: include_totals === true,
      })
      return listAnswer('logs', { page, per_page, ...(include_totals === undefined ? {} : { include_totals }) }, found)
    },

    getLog: async ({ tenant, params }) => await eventById(deps.db, tenant, params.id),

    async listUserLogs({ tenant, params, query }) {
      const { page = 0, per_page = 50, include_totals, sort } = query
      const found = await listEvents(deps, tenant, {
        filter: { user_id: params.id },
        page: reachablePage(page, per_page),
        oldest_first: sort === 'date:1',
        include_total: include_totals === true,
      })
      return listAnswer('logs', query, found)
    },
  } satisfies Partial<Handlers>
}
