/** Progress: how far migrations are, for those who watch them. It reads counters, the ledger and the log, and changes nothing. */
import { defined } from '../../base/defined.ts'
import type { ListPart, Page } from '../../base/page.ts'
import type { Clock } from '../../base/clock.ts'
import type { Connection } from '../../connections/connection.ts'
import { listConnections } from '../../connections/list-connections.ts'
import type { MigrationOverview } from '../../contract/migration-progress.ts'
import { migrationStates, type MigrationState } from '../../contract/outcomes.ts'
import type { Db } from '../../store/tables.ts'
import { failedOn } from './failed-logins.ts'
import type { LegacyStore } from '../legacy-store.ts'
import { dayOf } from '../record-transition.ts'

type Figures = { users: number; states: Record<MigrationState, number>; moved_today: number }

type Counted = { connection_id: string; counter: string; total: number }

/** The counters of all connections of a tenant. */
export async function countersOf(db: Db, tenant_id: string): Promise<Counted[]> {
  const rows = await db
    .selectFrom('connection_counters')
    .select(['connection_id', 'counter', (row) => row.fn.sum<number | string>('value').as('total')])
    .where('tenant_id', '=', tenant_id)
    .groupBy(['connection_id', 'counter'])
    .execute()
  return rows.map((row) => ({ ...row, total: Number(row.total) }))
}

/** The users of each connection who moved on a day. */
async function movedOn(db: Db, tenant_id: string, connection_ids: readonly string[], day: string) {
  const rows = await db
    .selectFrom('migration_days')
    .select(['connection_id', (row) => row.fn.sum<number | string>('value').as('moved')])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', 'in', [...connection_ids])
    .where('day', '=', day)
    .where('state', '=', 'migrated')
    .groupBy('connection_id')
    .execute()
  return new Map(rows.map(({ connection_id, moved }) => [connection_id, Number(moved)]))
}

/** The connections of a tenant whose directory was loaded. */
export async function connectionsWithDirectory(db: Db, tenant_id: string): Promise<Set<string>> {
  const rows = await db
    .selectFrom('directory_loads')
    .select('connection_id')
    .distinct()
    .where('tenant_id', '=', tenant_id)
    .where('applied_at', 'is not', null)
    .execute()
  return new Set(rows.map(({ connection_id }) => connection_id))
}

function figuresOf(counted: readonly Counted[], moved_today: number): Figures {
  const totalOf = (counter: string): number =>
    counted.reduce((sum, row) => sum + (row.counter === counter ? row.total : 0), 0)
  const states = Object.fromEntries(migrationStates.map((state) => [state, totalOf(`state:${state}`)]))
  return { users: totalOf('users'), states: states as Figures['states'], moved_today }
}

/** The migrations of a page of the connections of a tenant, and the sums over all of them. */
export async function listMigrations(
  { db, clock, legacy }: { db: Db; clock: Clock; legacy: Pick<LegacyStore, 'health'> },
  tenant_id: string,
  page: Page,
): Promise<ListPart<MigrationOverview> & { totals: Figures }> {
  const today = dayOf(clock.now())
  const part = await listConnections(db, tenant_id, {}, page)
  const counted = await countersOf(db, tenant_id)
  // A connection that is being deleted has counters until its data is deleted.
  const all = await db.selectFrom('connections').select('connection_id').where('tenant_id', '=', tenant_id).execute()
  const ids = all.map(({ connection_id }) => connection_id)
  const moved = ids.length === 0 ? new Map<string, number>() : await movedOn(db, tenant_id, ids, today)
  const listed = await connectionsWithDirectory(db, tenant_id)
  const shown = part.items.map(({ connection_id }) => connection_id)
  const failed = shown.length === 0 ? new Map<string, number>() : await failedOn(db, tenant_id, shown, today)
  const show = (connection: Connection): MigrationOverview => {
    const { connection_id, name, mode, finish_step, data } = connection
    const { display_name } = data
    return {
      connection_id,
      connection: name,
      mode,
      ...defined({
        display_name: typeof display_name === 'string' ? display_name : undefined,
        finish_step: finish_step ?? undefined,
      }),
      ...figuresOf(
        counted.filter((row) => row.connection_id === connection_id),
        moved.get(connection_id) ?? 0,
      ),
      failed_today: failed.get(connection_id) ?? 0,
      directory_loaded: listed.has(connection_id),
      circuit: legacy.health(connection).state,
    }
  }
  const known = new Set(ids)
  const totals = figuresOf(
    counted.filter((row) => known.has(row.connection_id)),
    [...moved.values()].reduce((sum, one) => sum + one, 0),
  )
  return { ...part, items: part.items.map(show), totals }
}
