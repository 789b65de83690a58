import { defined } from '../base/defined.ts'
import { day_ms, isoTime } from '../base/time.ts'
import { countLogins } from '../migration/progress/count-logins.ts'
import type { KeptCounts } from '../migration/kept-counts.ts'
import type { Groups } from '../migration/progress/count-groups.ts'
import { exportRecords } from '../migration/progress/export-records.ts'
import { failedLogins } from '../migration/progress/failed-logins.ts'
import { firstSteps } from '../migration/progress/first-steps.ts'
import { listMigrations } from '../migration/progress/list-migrations.ts'
import { peopleWithCauses } from '../migration/progress/people-with-causes.ts'
import { planUses } from '../migration/progress/plan-uses.ts'
import { enteredMigrated, readDays } from '../migration/report/read-days.ts'
import type { MigrationHealthDeps } from '../migration/migration-health.ts'
import type { ScriptCallLog } from '../logs/script-call-log.ts'
import type { Searches } from '../store/searches.ts'
import { connectionOf } from './connection-handlers.ts'
import type { Handlers } from './handler.ts'
import { readRecordFilter } from './migration-handlers.ts'

const default_page_size = 50
const default_days = 90

const types = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson' } as const

/** Operations that show how far migrations are. */
export function migrationProgressHandlers(
  deps: MigrationHealthDeps & {
    searches: Searches
    group_counts: KeptCounts<Groups>
    script_calls: Pick<ScriptCallLog, 'flush'>
  },
) {
  const { db, clock } = deps
  const today = (): string => isoTime(clock.now()).slice(0, 10)
  return {
    async listMigrations({ tenant, query }) {
      const { page = 0, per_page = default_page_size } = query
      const found = await listMigrations(deps, tenant.tenant_id, { kind: 'offset', page, per_page })
      const { items, total = 0, totals } = found
      return { start: page * per_page, limit: per_page, total, totals, migrations: items }
    },

    async getMigrationLogins({ tenant, params, query }) {
      const connection = await connectionOf(db, tenant, params.connection_id)
      // Stores the waiting counts first, so that a login and its call are counted together.
      await deps.script_calls.flush()
      return await countLogins(db, connection, query.day ?? today())
    },

    async getMigrationDays({ tenant, params, query }) {
      const connection = await connectionOf(db, tenant, params.connection_id)
      const days = await readDays(db, connection, enteredMigrated)
      const since = isoTime(clock.now() - ((query.days ?? default_days) - 1) * day_ms).slice(0, 10)
      return { days: days.filter(({ day }) => day >= since) }
    },

    async getMigrationCauses({ tenant, params }) {
      const connection = await connectionOf(db, tenant, params.connection_id)
      const day = today()
      const people = await deps.searches.run(tenant.tenant_id, (reader) => peopleWithCauses(reader, connection))
      return { day, logins: await failedLogins(db, connection, day), people }
    },

    async getMigrationGroups({ tenant, params }) {
      const of = await connectionOf(db, tenant, params.connection_id)
      const { last, is_counting, error } = await deps.group_counts.read(of)
      const groups = last && { counted_at: isoTime(last.counted_at), ...last.value }
      return { is_counting, ...defined({ groups, error }) }
    },

    getTenantPlan: async ({ tenant }) => ({ plan: tenant.plan, uses: await planUses(db, tenant.tenant_id) }),

    getFirstSteps: async ({ tenant }) => await firstSteps(db, tenant.tenant_id),

    async exportMigrationRecords({ tenant, params, query }) {
      const connection = await connectionOf(db, tenant, params.connection_id)
      const { format = 'csv', ...filters } = query
      const content = exportRecords(deps, connection, { filter: readRecordFilter(filters), format })
      return { name: `migration-records-${connection.name}.${format}`, type: types[format], content }
    },
  } satisfies Partial<Handlers>
}
