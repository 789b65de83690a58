import { eventById, listEvents, listEventsAfter } from '../logs/list-events.ts'
import type { Searches } from '../store/searches.ts'
import type { Db } from '../store/tables.ts'
import type { Handlers } from './handler.ts'
import type { RoleCaller } from './role-limits.ts'
import { checkpointOf, listAnswer, reachablePage } from './paging.ts'

/** Whose events a caller reads. Only owners read whom a change to the admins of the tenant was about. */
const eventsOf = ({ tenant, token }: Pick<RoleCaller, 'tenant' | 'token'>) => ({
  tenant_id: tenant.tenant_id,
  name: tenant.name,
  shows_admins: token.scopes.has('read:tenant_admins'),
})

/** Operations on log events. */
export function logHandlers(deps: { db: Db; searches: Searches }) {
  return {
    async listLogs({ tenant, token, issuer, query, header }) {
      const { from, take = 50, q, search, page = 0, per_page = 50, include_totals, sort } = query
      if (from !== undefined || query.take !== undefined) {
        const items = await listEventsAfter(deps.db, eventsOf({ tenant, token }), checkpointOf(query))
        const next = new URLSearchParams({ from: items.at(-1)?.log_id ?? from ?? '', take: String(take) })
        header('link', `<${issuer}api/v2/logs?${next.toString()}>; rel="next"`)
        return items
      }
      const text = [q, search].filter((part) => part !== undefined && part.trim() !== '')
      const filter =
        text.length === 0 ? {} : { search: text.length === 1 ? (text[0] ?? '') : `(${text.join(') AND (')})` }
      const found = await listEvents(deps, eventsOf({ tenant, token }), {
        filter,
        page: reachablePage(page, per_page),
        oldest_first: sort === 'date:1',
        include_total: include_totals === true,
      })
      return listAnswer('logs', { page, per_page, ...(include_totals === undefined ? {} : { include_totals }) }, found)
    },

    getLog: async ({ params, ...caller }) => await eventById(deps.db, eventsOf(caller), params.id),

    async listUserLogs({ tenant, token, params, query }) {
      const { page = 0, per_page = 50, include_totals, sort } = query
      const found = await listEvents(deps, eventsOf({ tenant, token }), {
        filter: { user_id: params.id },
        page: reachablePage(page, per_page),
        oldest_first: sort === 'date:1',
        include_total: include_totals === true,
      })
      return listAnswer('logs', query, found)
    },
  } satisfies Partial<Handlers>
}
