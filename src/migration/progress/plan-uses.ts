import type { JsonObject } from '../../base/json.ts'
import { connectionMode, type ConnectionMode, type StoredOptions } from '../../connections/connection.ts'
import type { PlanFeature } from '../../contract/plans.ts'
import { plan_features, type PlanUse } from '../../contract/tenant-progress.ts'
import { readJson } from '../../store/json-column.ts'
import type { Db } from '../../store/tables.ts'
import { unmoved_states } from '../finish/not-moved.ts'
import { connectionsWithDirectory, countersOf } from './list-migrations.ts'

const named_max = 10

const modes: Record<PlanFeature, ConnectionMode> = { import_mode: 'import', legacy_mode: 'legacy' }
const unmoved_counters = unmoved_states.map((state) => `state:${state}`)

/** How a tenant uses each feature that only some plans include, from the counters of its connections. */
export async function planUses(db: Db, tenant_id: string): Promise<PlanUse[]> {
  const connections = await db
    .selectFrom('connections')
    .select(['connection_id', 'name', 'options'])
    .where('tenant_id', '=', tenant_id)
    .orderBy('connection_id')
    .execute()
  const counted = await countersOf(db, tenant_id)
  const with_directory = await connectionsWithDirectory(db, tenant_id)
  return plan_features.map((feature) => {
    const of_mode = connections.filter(
      ({ options }) => connectionMode(readJson<JsonObject>(options) as StoredOptions) === modes[feature],
    )
    const ids = new Set(of_mode.map(({ connection_id }) => connection_id))
    const sum = (counters: readonly string[]): number =>
      counted.reduce(
        (total, row) => total + (ids.has(row.connection_id) && counters.includes(row.counter) ? row.total : 0),
        0,
      )
    return {
      feature,
      connections: ids.size,
      users: sum(['users']),
      not_moved: sum(unmoved_counters),
      is_complete: [...ids].every((id) => with_directory.has(id)),
      first: of_mode.slice(0, named_max).map(({ connection_id: id, name }) => ({ id, name })),
    }
  })
}
